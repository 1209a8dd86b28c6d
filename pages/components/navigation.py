"""The screens, in the order in which a lesson meets them."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.components import lesson
from pages.components.running import running_now
from pages.components.visitors import is_teacher, offer_sign_in
from resnet.language import translate as _
from resnet.lessons import LESSONS

_ICONS = {
    "home": "home",
    "deep_is_hard": "trending_down",
    "two_by_two": "grid_view",
    "two_ways": "call_split",
    "identity_is_easy": "equal",
    "one_by_one": "filter_center_focus",
    "case_studies": "timeline",
    "stage_by_stage": "stacks",
    "four_steps": "stairs",
    "what_shortcuts_do": "biotech",
    "history": "history",
    "glossary": "dictionary",
    "dataset": "photo_library",
    "residual_block": "alt_route",
    "architectures": "account_tree",
    "gradient_norms": "show_chart",
    "train": "model_training",
    "runs": "table_rows",
    "plain_vs_residual": "compare_arrows",
    "class_experiment": "groups",
    "your_hand": "back_hand",
    "teach_it": "school",
    "teacher": "monitor",
}


def icon(screen: str) -> str:
    """Return the sign of a screen or a lesson, in the sidebar and on its card."""
    return f":material/{_ICONS[screen]}:"


def pages() -> StreamlitPage:
    """Declare every screen and return the chosen one; the sidebar shows what is running."""
    home = st.Page("home.py", title=_("Home"), icon=icon("home"), default=True)
    learn = [_lesson(name) for name in LESSONS]
    learn.append(_page("glossary", _("Glossary"), _("The words of the lessons.")))
    see = [
        _page("dataset", _("Data set"),
              _("Leaf through the hands that the nets learn from.")),
        _page("residual_block", _("Residual block"),
              _("Pick a block's parameters and watch every shape follow.")),
        _page("architectures", _("ResNet-50 as a map"),
              _("Fold and unfold any net, search a layer, see what it costs.")),
        _page("gradient_norms", _("Gradient norms"),
              _("How much gradient reaches each layer, with and without shortcuts.")),
    ]  # fmt: skip
    try_ = [
        _page("train", _("Train"),
              _("Train a net on hand signs and watch it live.")),
        _page("runs", _("Runs"),
              _("Find, compare and export what has been trained.")),
        _page("plain_vs_residual", _("Plain vs residual"),
              _("Compare depths with and without shortcuts.")),
        _page("class_experiment", _("Class experiment"),
              _("Measure depth together: everyone trains one net of a grid.")),
        _page("your_hand", _("Your hand"),
              _("Show a trained net your own hand.")),
        _page("teach_it", _("Teach it"),
              _("Teach a net a few photos of your own, in seconds.")),
    ]  # fmt: skip
    screens = {"": [home], _("Learn"): learn, _("See"): see, _("Try"): try_}
    if is_teacher():
        board = _page("teacher", _("Board"),
                      _("Everyone's runs, the queue and its rules."))  # fmt: skip
        screens[_("Teach")] = [board]
    page = st.navigation(screens, expanded=True)
    with st.sidebar:
        offer_sign_in()
        running_now(page.url_path == "train")
    return page


def _lesson(name: str) -> StreamlitPage:
    return st.Page(
        lesson.page_of(name), title=lesson.label(name), icon=icon(name), help=lesson.title(name)
    )


def _page(name: str, title: str, explained: str) -> StreamlitPage:
    return st.Page(f"{name}.py", title=title, icon=icon(name), help=explained)
