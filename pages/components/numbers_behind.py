"""The numbers behind a recorded picture: its runs with seeds and steps, and the command."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.components.recordings import recording, runs_of
from resnet.language import mark, translate
from resnet.language import translate as _

# What recordings call a thing, and what the screens call it; another name is shown as it is.
COLUMNS = {
    "model": mark("Net"),
    "seed": mark("Seed"),
    "steps": mark("Steps"),
    "epochs": mark("Epochs"),
    "data": mark("Data"),
    "image_size": mark("Image size"),
    "images": mark("Images"),
    "batch": mark("Batch size"),
    "batch_norm": "BatchNorm",
    "zero_last_gamma": mark("Starts as the identity"),
    "initial_weights": mark("Initial weights"),
    "machine": mark("Machine"),
    "recipe": mark("Recipe"),
    "initializer": mark("Initial weights"),
    "learning_rate": mark("Learning rate"),
    "train_accuracy": mark("Training accuracy"),
    "test_accuracy": mark("Test accuracy"),
    "loss": mark("Loss"),
    "state": mark("State"),
    "seconds": mark("Seconds"),
    "device": mark("Device"),
    "made": mark("Made"),
    "parameters": mark("Parameters"),
    "multiply_adds": mark("Multiply-adds"),
    "receptive_field": mark("Receptive field"),
}


def numbers_behind(name: str, *, key: str) -> None:
    """Offer what a recording of assets/experiments holds, and the command that makes it anew."""
    place = st.expander(
        _("The numbers behind this picture"), icon=":material/science:", key=key, on_change="rerun"
    )
    if not place.open:
        return
    made = recording(name)
    with place:
        st.markdown(_("Every run was made alike in this; the table says in what they differ."))
        st.markdown(" · ".join(f"{word}: {value}" for word, value in _plain(made).items()))
        st.dataframe(
            pd.DataFrame([_plain(run) for run in runs_of(made)]),
            hide_index=True,
            placeholder="–",
            alt=_("The runs of this recording"),
        )
        st.code(made["command"], language="bash")
        st.caption(
            _("This command makes the recording anew: assets/experiments/{name}.json.").format(
                name=name
            )
        )


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is one value, under the words of the screens."""
    return {
        translate(COLUMNS.get(name, name)): value
        for name, value in fields.items()
        if name != "command" and not isinstance(value, (list, dict))
    }
