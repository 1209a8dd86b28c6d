"""The data set a page shows images of, read once for all sessions."""

import streamlit as st

from resnet.data.signs import Dataset, data_here, load
from resnet.language import mark, translate

NAMES = {
    "signs": "SIGNS",
    "synthetic": mark("synthetic hands"),
    "strangers": mark("other people's hands"),
    "hands": mark("many people's hands in many rooms"),
    "rendered": mark("rendered hands"),
}


@st.cache_resource(max_entries=4, show_spinner=False)
def dataset(name: str) -> Dataset:
    """Return a data set by name; LabError when it is not there."""
    return load(name)


def named(data: str) -> str:
    """Return what a data set is called in a sentence."""
    return translate(NAMES.get(data, data))


def best_dataset() -> Dataset:
    """Return real SIGNS where it is, the synthetic set otherwise."""
    return dataset(data_here())
