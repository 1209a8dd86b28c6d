"""Choose one of the trained nets."""

import streamlit as st

from pages.components.running import store
from resnet.inference.prediction import Net, available_nets
from resnet.language import translate as _


def choose_net(label: str, explained: str, key: str, first: str = "") -> tuple[Net, dict[str, Net]]:
    """Let the learner choose a net, and return it with all there are by ref.

    first: the ref chosen at the beginning, where there is such a net. Ends the page's run where
    no net is trained yet.
    """
    nets = {net.ref: net for net in available_nets(store())}
    ref = st.selectbox(
        label,
        list(nets),
        index=list(nets).index(first) if first in nets else 0,
        format_func=lambda ref: nets[ref].title,
        key=key,
        bind="query-params",
        help=explained,
    )
    if ref is None:
        st.info(_("There is no trained net yet: train one first, then come back."))
        st.stop()
    return nets[ref], nets
