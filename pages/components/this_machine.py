"""What this machine has: device, data, training service."""

import streamlit as st

from pages.components.language import fragment
from pages.components.startup import cluster_status, keras_ready
from resnet.data.signs import find_signs
from resnet.language import translate as _
from resnet.machine import Machine, this_machine


@st.cache_resource(show_spinner=False)
def _machine() -> Machine:
    return this_machine()


def show_machine() -> None:
    """Show what there is, and follow what is still starting."""
    starting = not keras_ready() or cluster_status() == "starting"
    fragment(run_every=1.0 if starting else None)(_facts)(starting)


def _facts(was_starting: bool) -> None:
    machine, status = _machine(), cluster_status()
    service = {
        "ready": _("ready"),
        "starting": _("starting"),
        "failed": _("not running"),
    }[status]
    with st.grid("auto", min_column_width=140):
        st.metric(_("Processor cores"), machine.cores, border=True)
        st.metric(_("Memory"), f"{machine.memory_gib:.0f} GiB", border=True)
        st.metric(_("GPU"), machine.gpus[0] if machine.gpus else _("none"), border=True)
        st.metric(
            _("Data"), "SIGNS" if find_signs() else _("synthetic"), border=True,
            help=_("Synthetic hands are drawn by the lab. README tells how to get real SIGNS."),
        )  # fmt: skip
        st.metric(
            "Keras", _("ready") if keras_ready() else _("loading"), border=True,
            help=_("Loaded once behind the first screen."),
        )  # fmt: skip
        st.metric(
            _("Training service"), service, border=True,
            help=_("Its own process on this machine; training goes on when you close the page."),
        )  # fmt: skip
    if was_starting and keras_ready() and status != "starting":
        st.rerun()
