"""Choose the initial weights of a net."""

from collections.abc import Sequence

import streamlit as st

from resnet.language import translate as _

INITIALIZERS = ("glorot_uniform", "he_normal")  # the first is the default


def choose_initial_weights(key: str, among: Sequence[str] = INITIALIZERS) -> str:
    """Let the learner choose an initializer by its name in Keras."""
    return st.segmented_control(
        _("Initial weights"),
        among,
        default=among[0],
        required=True,
        key=key,
        bind="query-params",
        help=_(
            "Glorot, the default of Keras, lets the signal shrink at every ReLU; He keeps its size."
        ),
    )
