"""Tell what a training will need before it starts."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.components.experiments import POLL, experiment
from pages.components.language import fragment
from pages.components.running import duration, store
from pages.components.startup import cluster_status
from resnet.jobs import tasks
from resnet.language import translate as _

GIB = 2**30


def show(chosen: Mapping[str, Any]) -> None:
    """Show about how long the chosen training takes and how much memory it needs."""
    if cluster_status() != "ready":  # a first page must not wait for it
        return
    names = ("model", "recipe", "batch_size", "image_size", "data", "batch_norm")
    probe = experiment(tasks.training_cost_of, *(chosen[name] for name in names))
    fragment(run_every=None if probe.done() else POLL)(_told)(probe, chosen["epochs"])


def _told(probe, epochs: int) -> None:
    if not probe.done():
        st.caption(_("Estimating time and memory."))
        return
    if probe.exception():  # what does not fit together is told when Train is pressed
        return
    cost, rules = probe.result(), store().rules()
    seconds = epochs * cost.seconds
    st.caption(
        _("About {time} and {gib} GiB, as estimated.").format(
            time=duration(seconds), gib=f"{cost.memory / GIB:.1f}"
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
