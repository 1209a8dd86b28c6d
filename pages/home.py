"""What this lab teaches, in which order, and what this machine has."""

import streamlit as st

from pages.components import frame, lesson, tour
from pages.components.drawing import drawing
from pages.components.language import switch_page
from pages.components.numbers_behind import numbers_behind
from pages.components.recordings import GradientQuestion, recorded_norms
from pages.screens import SCREENS, SEE, TEACH, TRY
from pages.server.visitors import is_teacher
from pages.welcome.machine import show_machine
from resnet.course.lessons import LESSONS
from resnet.drawing.svg.hero import hero_svg
from resnet.language import translate as _

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
assert plain
assert residual
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
        screen = SCREENS[page]
        if st.button(label, icon=screen.sign, type="primary", key=f"go_{screen.file}"):
            switch_page(screen.file)
    tour.offer()
numbers_behind("gradient_norms", key="hero_behind")

st.header(_("The lessons"), anchor=False)
with st.grid("auto", min_column_width=200):
    for name in LESSONS:
        with st.container(border=True, height="stretch"):
            frame.lead_to(SCREENS[name])
            answered, questions = lesson.progress(name)
            if answered:
                st.progress(
                    answered / questions,
                    text=_("{n} of {all} questions").format(n=answered, all=questions),
                )
    with st.container(border=True, height="stretch"):
        frame.lead_to(SCREENS["glossary"])

st.header(_("The screens"), anchor=False)
with st.grid("auto", min_column_width=260):
    for screen in SCREENS.values():
        if screen.group in (SEE, TRY) or (screen.group == TEACH and is_teacher()):
            with st.container(border=True, height="stretch"):
                frame.lead_to(screen)

st.header(_("This machine"), anchor=False)
show_machine()
