"""The screens, in the order in which a lesson meets them."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.components.running import running_now
from resnet.language import translate as _


def pages() -> StreamlitPage:
    """Declare every screen and return the chosen one; the sidebar shows what is running."""
    home = st.Page("home.py", title=_("Home"), icon=":material/home:", default=True)
    page = st.navigation({"": [home], _("See"): _to_see(), _("Try"): _to_try()})
    with st.sidebar:
        running_now()
    return page


def _to_see() -> list[StreamlitPage]:
    return [
        st.Page(
            "dataset.py",
            title=_("Data set"),
            icon=":material/photo_library:",
            help=_("Leaf through the hands that the nets learn from."),
        ),
        st.Page(
            "residual_block.py",
            title=_("Residual block"),
            icon=":material/alt_route:",
            help=_("Pick a block's parameters and watch every shape follow."),
        ),
        st.Page(
            "architectures.py",
            title=_("ResNet-50 as a map"),
            icon=":material/account_tree:",
            help=_("Fold and unfold any net, search a layer, see what it costs."),
        ),
        st.Page(
            "gradient_norms.py",
            title=_("Gradient norms"),
            icon=":material/show_chart:",
            help=_("How much gradient reaches each layer, with and without shortcuts."),
        ),
    ]


def _to_try() -> list[StreamlitPage]:
    return [
        st.Page(
            "train.py",
            title=_("Train"),
            icon=":material/model_training:",
            help=_("Train a net on hand signs and watch it live."),
        ),
        st.Page(
            "runs.py",
            title=_("Runs"),
            icon=":material/table_rows:",
            help=_("Find, compare and export what has been trained."),
        ),
        st.Page(
            "plain_vs_residual.py",
            title=_("Plain vs residual"),
            icon=":material/compare_arrows:",
            help=_("Compare depths with and without shortcuts."),
        ),
        st.Page(
            "your_hand.py",
            title=_("Your hand"),
            icon=":material/back_hand:",
            help=_("Show a trained net your own hand."),
        ),
        st.Page(
            "teach_it.py",
            title=_("Teach it"),
            icon=":material/school:",
            help=_("Teach a net a few photos of your own, in seconds."),
        ),
    ]
