"""An optional walk through five screens: one sentence above each says what to try there."""

import streamlit as st

from pages.components.language import switch_page
from pages.screens import SCREENS
from resnet.course.lessons import LESSONS
from resnet.language import mark, translate
from resnet.language import translate as _

STEP = "tour_step"  # in the session's state while the tour goes on
STEPS = (
    (
        "gradient_norms",
        mark("Look at the left end: how much gradient is left there? Add the depth 110."),
    ),
    (
        "residual_block",
        mark("Press “Plain twin”: the way past is gone. Bring it back, then set the stride to 2."),
    ),
    (
        "architectures",
        mark("Sixteen such blocks make a ResNet-50. Unfold a stage and choose one of its layers."),
    ),
    (
        "train",
        mark("Press Train: with the recipe “sprint” a net learns hand signs in some ten seconds."),
    ),
    (
        "your_hand",
        mark(
            "Take a sample or a photo of your hand: what does the net see, and where does it look?"
        ),
    ),
)


def offer() -> None:
    """Show the button that starts the tour."""
    if st.button(_("Take the tour"), icon=":material/signpost:", key="tour_start"):
        _go(0)


def guide() -> None:
    """Show the tour's sentence for this step and the way on, while the tour goes on."""
    step = st.session_state.get(STEP)
    if step is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="tour"):
        place = _("Tour, {step} of {steps}").format(step=step + 1, steps=len(STEPS))
        st.markdown(f"**{place}.** {translate(STEPS[step][1])}")
        if step + 1 < len(STEPS):
            if st.button(_("Next"), icon=":material/arrow_forward:", key="tour_next"):
                _go(step + 1)
        elif st.button(_("To the lessons"), icon=":material/menu_book:", key="tour_lessons"):
            del st.session_state[STEP]
            switch_page(SCREENS[LESSONS[0]].file)
        if st.button(_("End the tour"), type="tertiary", key="tour_end"):
            del st.session_state[STEP]
            st.rerun()


def _go(step: int) -> None:
    st.session_state[STEP] = step
    switch_page(SCREENS[STEPS[step][0]].file)
