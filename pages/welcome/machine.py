"""What this machine has: device, data, training service."""

import streamlit as st

from pages.components.follow import follow
from pages.server.startup import cluster_status, keras_status
from resnet.data.signs import find_signs
from resnet.language import translate as _
from resnet.machine import Machine, this_machine


@st.cache_resource(show_spinner=False)
def _machine() -> Machine:
    return this_machine()


def show_machine() -> None:
    """Show what there is, and follow what is still starting."""
    follow(lambda: 1.0 if "starting" in (keras_status(), cluster_status()) else None, _facts)


def _facts() -> None:
    machine, status, keras = _machine(), cluster_status(), keras_status()
    failed = {"failed": _("not running")}
    service = {"ready": _("ready"), "starting": _("starting")} | failed
    loaded = {"ready": _("ready"), "starting": _("loading")} | failed
    with st.grid("auto", min_column_width=180):
        st.metric(_("Processor cores"), machine.cores, border=True)
        st.metric(_("Memory"), f"{machine.memory_gib:.0f} GiB", border=True)
        st.metric(_("GPU"), machine.gpus[0] if machine.gpus else _("none"), border=True)
        st.metric(
            _("Data"),
            "SIGNS" if find_signs() else _("synthetic"),
            border=True,
            help=_("Synthetic hands are drawn by the lab. README tells how to get real SIGNS."),
        )
        st.metric(
            "Keras", loaded[keras], border=True, help=_("Loaded once behind the first screen.")
        )
        st.metric(
            _("Training"),
            service[status],
            border=True,
            help=_("Its own process on this machine; training goes on when you close the page."),
        )
