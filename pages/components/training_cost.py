"""Tell what a training will need before it starts."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

import streamlit as st

from pages.components.experiments import experiment
from pages.components.language import fragment
from pages.components.running import REFRESH, duration, store
from pages.components.startup import cluster_status
from resnet.errors import LabError
from resnet.jobs import tasks
from resnet.language import translate as _

GIB = 2**30
FORGOTTEN = 30  # seconds after which an estimate that failed, as without a worker, is asked anew
ASKED = ("model", "recipe", "batch_size", "image_size", "data", "batch_norm")  # of the choices


def show(chosen: Mapping[str, Any]) -> None:
    """Show about how long the chosen training takes and how much memory it needs."""
    waiting = cluster_status() != "failed" and _estimate(chosen) is None
    fragment(run_every=REFRESH if waiting else None)(_told)(chosen, waiting)


def _estimate(chosen: Mapping[str, Any]) -> Future | None:
    """Return the worker's answer, None while there is no worker or no answer."""
    if cluster_status() != "ready":
        return None
    question = (chosen[name] for name in ASKED)
    try:
        probe = experiment(tasks.training_cost_of, *question, again_after=FORGOTTEN)
    except LabError:  # too many wait: the screen can do without, and asks at its next look
        return None
    return probe if probe.done() else None


def _told(chosen: Mapping[str, Any], was_waiting: bool) -> None:
    probe = _estimate(chosen)
    if probe is None:
        if was_waiting:
            st.caption(_("Estimating time and memory."))
        return
    if was_waiting:
        st.rerun()  # and wait no more
    if (
        probe.cancelled() or probe.exception()
    ):  # what does not fit together is told when Train is pressed
        return
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
    if cost.memory / GIB > rules.most_gib or seconds / 60 > rules.most_minutes:
        st.warning(
            _("The teacher allows {gib} GiB and {minutes} minutes a run: choose less.").format(
                gib=rules.most_gib, minutes=rules.most_minutes
            )
        )


def _rough(seconds: float) -> float:
    """Return a time as rough as an estimate is: whole tens of seconds, minutes from two on."""
    step = 60 if seconds >= 120 else 10
    return max(step, step * round(seconds / step))
