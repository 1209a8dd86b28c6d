"""Experiments with one photo: what each block adds, and what makes the net fail."""

from dataclasses import asdict, fields
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pages.components import frame, signs
from pages.components.charts import chart
from pages.components.dataset import named
from pages.components.language import fragment
from pages.components.short_tasks import follow_task
from pages.hand.photo import NAMES, show_answer
from resnet.data.disturb import Disturbance, disturbed
from resnet.drawing.figures.results import refinement
from resnet.inference.prediction import Net
from resnet.jobs import tasks
from resnet.language import translate as _

if TYPE_CHECKING:
    from resnet.inference.photo_prediction import GuessesByBlock

KEY = "hand_spoil_{}"


def show_film(net: Net, pictures: np.ndarray) -> None:
    """Show what the net would guess after each of its blocks."""
    follow_task(tasks.guesses_by_block, net.ref, pictures.tobytes(), draw=_film, private=True)


def _film(film: "GuessesByBlock | None") -> None:
    if film is None:
        st.skeleton(height=300)
        return
    inner = len(film.probabilities) - 1
    steps = [_("block {n}").format(n=n + 1) for n in range(inner)] + [_("the net")]
    chart(
        refinement(film.probabilities, steps, NAMES, frame.theme(), signs.labels()),
        key="hand_film",
        alt=_("Class probabilities after each block"),
    )
    st.caption(
        _(
            "Each block adds to what came before. After each one a linear probe, fitted on {data}, "
            "reads the class off the block's output; the last column is the net's own answer."
        ).format(data=named(film.learned_from))
    )


@fragment()
def make_it_fail(net: Net, pictures: np.ndarray) -> None:
    """Let the learner spoil the picture until the net gives in."""
    picture, controls = st.columns([3, 1], gap="medium")
    with controls:
        how = _spoil()
    with picture:
        show_answer(net, disturbed(pictures[0], how)[np.newaxis], key="hand_spoilt_bars")
    st.caption(
        _("Which change breaks it first? A net withstands what its training pictures varied.")
    )


def _spoil() -> Disturbance:
    sliders = {
        "across": (_("Shift across"), -0.5, 0.5, 0.02, "%.2f"),
        "down": (_("Shift down"), -0.5, 0.5, 0.02, "%.2f"),
        "rotation": (_("Rotation"), -180.0, 180.0, 5.0, "%d°"),
        "zoom": (_("Size"), 0.3, 2.0, 0.05, "%.2f×"),
        "brightness": (_("Brightness"), 0.05, 2.5, 0.05, "%.2f×"),
        "blur": (_("Blur"), 0.0, 0.1, 0.005, "%.3f"),
        "hidden": (_("Hidden"), 0.0, 0.9, 0.05, "%.2f"),
    }
    usual = asdict(Disturbance())
    values = {
        name: st.slider(label, low, high, usual[name], step, format=form, key=KEY.format(name))
        for name, (label, low, high, step, form) in sliders.items()
    }
    st.button(_("Reset"), icon=":material/undo:", key="hand_spoil_reset", on_click=_reset)
    return Disturbance(**values)


def _reset() -> None:
    for field in fields(Disturbance):
        st.session_state.pop(KEY.format(field.name), None)
