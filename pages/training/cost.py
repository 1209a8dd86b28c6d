"""Tell what a training will need before it starts."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.components.follow import follow
from pages.components.running import REFRESH, duration, store
from pages.components.short_tasks import submit
from pages.server.startup import cluster_status
from resnet.errors import LabError
from resnet.jobs import tasks
from resnet.language import translate as _
from resnet.store.records import Rules

if TYPE_CHECKING:  # importing it for real would import Keras
    from resnet.analysis.training_cost import TrainingCost

GIB = 2**30
FORGOTTEN = 30  # seconds after which an estimate that failed, as without a worker, is made anew
CHOICES_USED = (
    "model",
    "recipe",
    "batch_size",
    "image_size",
    "data",
    "batch_norm",
)  # of the choices


def show(chosen: Mapping[str, Any]) -> None:
    """Show about how long the chosen training takes and how much memory it needs."""
    follow(lambda: REFRESH if _is_awaited(chosen) else None, lambda: _draw(chosen))


def _is_awaited(chosen: Mapping[str, Any]) -> bool:
    return cluster_status() != "failed" and _estimate(chosen) is None


def _estimate(chosen: Mapping[str, Any]) -> Future | None:
    """Return the worker's answer, None while there is no worker or no answer."""
    if cluster_status() != "ready":
        return None
    question = (chosen[name] for name in CHOICES_USED)
    try:
        probe = submit(tasks.training_cost_of, *question, again_after=FORGOTTEN)
    except LabError:  # too many wait: the screen can do without, and asks at its next look
        return None
    return probe if probe.done() else None


def _draw(chosen: Mapping[str, Any]) -> None:
    probe = _estimate(chosen)
    if probe is None:
        if _is_awaited(chosen):
            st.caption(_("Estimating time and memory."))
        return
    if probe.cancelled() or probe.exception():
        return  # pressing Train shows what does not fit together
    cost, rules = probe.result(), store().rules()
    seconds = chosen["epochs"] * cost.seconds
    st.caption(
        _("About {time} and {gib} GiB, as estimated.").format(
            time=duration(_rough(seconds)), gib=f"{cost.memory / GIB:.1f}"
        ),
        help=_(
            "Time: the net's multiply-adds, forwards once and backwards twice, at the speed that "
            "nets reach on this worker. Memory: weights, their gradients, what the optimizer "
            "keeps, and the activations of a batch. The first step takes some seconds more."
        ),
    )
    _warn(cost, chosen["epochs"], rules)


def _warn(cost: "TrainingCost", epochs: int, rules: Rules) -> None:
    """Say before the press what the teacher's limits leave of the choices, in their own terms."""
    if cost.memory / GIB > rules.most_gib:
        st.warning(
            _("The teacher allows {gib} GiB a run: choose a smaller net, batch or image.").format(
                gib=rules.most_gib
            )
        )
    fitting = int(60 * rules.most_minutes / cost.seconds)
    if epochs > fitting:
        st.warning(
            _("The teacher allows {minutes} minutes a run: about {n} epochs of these.").format(
                minutes=rules.most_minutes, n=fitting
            )
        )


def _rough(seconds: float) -> float:
    """Return a time as rough as an estimate is: whole tens of seconds, minutes from two on."""
    step = 60 if seconds >= 120 else 10
    return max(step, step * round(seconds / step))
