"""What this lab teaches, in which order, and what this machine has."""

import streamlit as st

from pages.components import frame, lesson, tour
from pages.components.drawing import drawing
from pages.components.language import switch_page
from pages.components.navigation import icon
from pages.components.recordings import GradientQuestion, recorded_norms
from pages.components.this_machine import show_machine
from resnet.drawing.hero import hero_svg
from resnet.language import translate as _
from resnet.lessons import LESSONS

HERO_DEPTH = 32

frame.question(
    _("Why do very deep nets learn better with shortcuts?"),
    _(
        "Two nets of {depth} layers, no BatchNorm. The gradient travels back from the answer."
    ).format(depth=HERO_DEPTH),
)
plain, residual = (
    recorded_norms(GradientQuestion(f"{kind}{HERO_DEPTH}", False, "glorot_uniform", 0, "synthetic"))
    for kind in ("plain", "resnet")
)
drawing(hero_svg(plain.block_norms, residual.block_norms), key="hero", moves=True)
st.caption(
    _(
        "A recording, plain-{depth} and ResNet-{depth} before training: the size of the gradient "
        "at each block's output, one batch of synthetic hands, seed 0, Keras's default (Glorot) "
        "initial weights, BatchNorm off. Both nets on one logarithmic scale."
    ).format(depth=HERO_DEPTH)
)
with st.container(horizontal=True):
    for label, page in (
        (_("See why"), "gradient_norms"),
        (_("Train one now"), "train"),
        (_("Show it your hand"), "your_hand"),
    ):
        if st.button(label, icon=icon(page), type="primary", key=f"go_{page}.py"):
            switch_page(f"{page}.py")
    tour.offer()

st.header(_("The lessons"), anchor=False)
with st.grid("auto", min_column_width=200):
    for name in LESSONS:
        with st.container(border=True, height="stretch"):
            st.page_link(lesson.page_of(name), label=lesson.label(name), icon=icon(name))
            st.caption(lesson.title(name))
            answered, asked = lesson.progress(name)
            if answered:
                st.progress(
                    answered / asked,
                    text=_("{n} of {all} questions").format(n=answered, all=asked),
                )

st.header(_("The screens"), anchor=False)
with st.grid("auto", min_column_width=260):
    for page, title, question in (
        ("dataset", _("Data set"), _("What do the nets learn from, and what do they not see?")),
        (
            "residual_block",
            _("Residual block"),
            _("Two ways through one block: what adds up, and when does it not?"),
        ),
        (
            "architectures",
            _("ResNet-50 as a map"),
            _("Sixteen blocks in four stages: where are the weights, where is the work?"),
        ),
        (
            "gradient_norms",
            _("Gradient norms"),
            _("How much of the error reaches the first layer?"),
        ),
        ("train", _("Train"), _("What does a net learn of hand signs in a minute?")),
        ("plain_vs_residual", _("Plain vs residual"), _("Does depth help, and whom?")),
        ("your_hand", _("Your hand"), _("Does it know a hand it has never seen?")),
        ("teach_it", _("Teach it"), _("Can a few photos teach it your hand?")),
    ):
        with st.container(border=True, height="stretch"):
            st.page_link(f"{page}.py", label=title, icon=icon(page))
            st.caption(question)

st.header(_("This machine"), anchor=False)
show_machine()
