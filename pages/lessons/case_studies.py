"""Lesson: the nets from LeNet-5 to ResNet, as models."""

import pandas as pd
import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.lesson import lesson
from pages.components.numbers_behind import numbers_behind
from pages.components.recordings import recording
from resnet.course.literature import IMAGENET_ERRORS, MILESTONES
from resnet.drawing.figures.history import bubble_chart, depth_ladder
from resnet.language import translate
from resnet.language import translate as _
from resnet.models.registry import architecture, architectures

FIRST = "lenet5"


def _counts() -> dict[str, dict]:
    return {net["model"]: net for net in recording("nets")["nets"]}


def bubbles() -> None:
    """Error against multiply-adds, the area being the weights."""
    counts = _counts()
    chart(
        bubble_chart(IMAGENET_ERRORS, counts, frame.theme()),
        key="bubbles_figure",
        alt=_("Top-5 error on ImageNet against multiply-adds of eight nets"),
        numbers=False,
    )
    with st.expander(_("Numbers and sources"), icon=":material/table:"):
        st.dataframe(
            pd.DataFrame(
                {
                    _("Net"): [architecture(e.net).title for e in IMAGENET_ERRORS],
                    _("Top-1 error"): [e.top1 for e in IMAGENET_ERRORS],
                    _("Top-5 error"): [e.top5 for e in IMAGENET_ERRORS],
                    _("Multiply-adds"): [counts[e.net]["multiply_adds"] for e in IMAGENET_ERRORS],
                    _("Parameters"): [counts[e.net]["parameters"] for e in IMAGENET_ERRORS],
                    _("Source of the errors"): [e.source for e in IMAGENET_ERRORS],
                }
            ),
            column_config={
                _("Top-1 error"): st.column_config.NumberColumn(format="percent"),
                _("Top-5 error"): st.column_config.NumberColumn(format="percent"),
                _("Multiply-adds"): st.column_config.NumberColumn(format="localized"),
                _("Parameters"): st.column_config.NumberColumn(format="localized"),
            },
            hide_index=True,
            key="bubbles_table",
        )
    numbers_behind("nets", key="bubbles_behind")


def nets() -> None:
    """One net's facts, and the way to the map and to training."""
    names = [net.name for net in architectures() if net.family in ("classic", "imagenet")]
    name = st.selectbox(
        _("Net"),
        names,
        index=names.index(FIRST),
        key="case_net",
        bind="query-params",
        format_func=lambda name: translate(architecture(name).title),
        help=_("All are Keras models here."),
    )
    facts, counted = architecture(name), _counts()[name]
    st.markdown(translate(facts.description))
    numbers = {
        _("Layers with weights"): f"{facts.depth}",
        _("Parameters"): f"{counted['parameters']:,}",
        _("Multiply-adds"): f"{counted['multiply_adds']:,}",
        _("Receptive field"): f"{counted['receptive_field']}×{counted['receptive_field']}",
    }
    with st.container(horizontal=True):
        for label, number in numbers.items():
            st.metric(label, number)
    size = "×".join(map(str, facts.input_shape))
    st.caption(
        _("For {size} and {n} classes. {authors} {year}, *[{title}]({url})*, {section}.").format(
            size=size,
            n=facts.classes,
            authors=facts.paper.authors,
            year=facts.paper.year,
            title=facts.paper.title,
            url=facts.paper.url,
            section=facts.paper.section,
        )
    )
    with st.container(horizontal=True):
        st.page_link(
            "architectures.py",
            label=_("Open it on the map"),
            icon=":material/account_tree:",
            query_params={"map_net": translate(facts.title)},
        )
        if facts.minimum_size <= 64 and counted["multiply_adds"] < 1e8:
            st.page_link(
                "train.py",
                label=_("Train it on SIGNS"),
                icon=":material/model_training:",
                query_params={"train_model": translate(facts.title), "train_recipe": "notebook"},
            )


def timeline() -> None:
    """Depth by year."""
    chart(
        depth_ladder(MILESTONES, frame.theme()),
        key="timeline_figure",
        alt=_("Depth of famous nets by year"),
    )


lesson("case_studies", {"bubbles": bubbles, "nets": nets, "timeline": timeline})
