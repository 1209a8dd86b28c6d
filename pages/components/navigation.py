"""The screens, in the order in which a lesson meets them."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.components import lesson
from pages.components.running import running_now
from pages.components.visitors import is_teacher, offer_sign_in
from resnet.language import translate as _
from resnet.lessons import LESSONS


def pages() -> StreamlitPage:
    """Declare every screen and return the chosen one; the sidebar shows what is running."""
    home = st.Page("home.py", title=_("Home"), icon=":material/home:", default=True)
    learn = [_lesson(name) for name in LESSONS]
    learn.append(_page("glossary", _("Glossary"), "dictionary", _("The words of the lessons.")))
    see = [
        _page("dataset", _("Data set"), "photo_library",
              _("Leaf through the hands that the nets learn from.")),
        _page("residual_block", _("Residual block"), "alt_route",
              _("Pick a block's parameters and watch every shape follow.")),
        _page("architectures", _("ResNet-50 as a map"), "account_tree",
              _("Fold and unfold any net, search a layer, see what it costs.")),
        _page("gradient_norms", _("Gradient norms"), "show_chart",
              _("How much gradient reaches each layer, with and without shortcuts.")),
    ]  # fmt: skip
    try_ = [
        _page("train", _("Train"), "model_training",
              _("Train a net on hand signs and watch it live.")),
        _page("runs", _("Runs"), "table_rows",
              _("Find, compare and export what has been trained.")),
        _page("plain_vs_residual", _("Plain vs residual"), "compare_arrows",
              _("Compare depths with and without shortcuts.")),
        _page("class_experiment", _("Class experiment"), "groups",
              _("Measure depth together: everyone trains one net of a grid.")),
        _page("your_hand", _("Your hand"), "back_hand",
              _("Show a trained net your own hand.")),
        _page("teach_it", _("Teach it"), "school",
              _("Teach a net a few photos of your own, in seconds.")),
    ]  # fmt: skip
    screens = {"": [home], _("Learn"): learn, _("See"): see, _("Try"): try_}
    if is_teacher():
        board = _page("teacher", _("Board"), "monitor",
                      _("Everyone's runs, the queue and its rules."))  # fmt: skip
        screens[_("Teach")] = [board]
    page = st.navigation(screens, expanded=True)
    with st.sidebar:
        offer_sign_in()
        running_now(page.url_path == "train")
    return page


def _lesson(name: str) -> StreamlitPage:
    page = lesson.page_of(name).removesuffix(".py")
    return _page(page, lesson.label(name), "menu_book", lesson.title(name))


def _page(name: str, title: str, icon: str, explained: str) -> StreamlitPage:
    return st.Page(f"{name}.py", title=title, icon=f":material/{icon}:", help=explained)
