"""The result of a finished run: accuracy with its interval, confusions, the images it missed."""

from contextlib import suppress

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from pages.components import frame
from pages.components.charts import chart, drawn
from pages.components.dataset import dataset
from resnet.analysis.intervals import wilson_interval
from resnet.drawing.figures.image_grid import mistakes_grid
from resnet.drawing.figures.results import confusion_matrix
from resnet.drawing.palette import Theme
from resnet.errors import LabError
from resnet.inference.prediction import find_net
from resnet.language import current_language
from resnet.language import translate as _
from resnet.store.records import Predictions, Run

SIGNS = 6


def show_result(run: Run) -> None:
    """Show what a finished net got right and wrong on the test images."""
    from pages.components.running import store

    answers = store().predictions(run.id)
    if not answers.labels:
        return
    labels, predicted = np.asarray(answers.labels), np.asarray(answers.predicted)
    right, total = int((labels == predicted).sum()), len(labels)
    low, high = wilson_interval(right, total)
    with st.container(horizontal=True):
        st.metric(
            _("Test accuracy"),
            f"{right / total:.1%}",
            help=_("{right} of {total} images; interval {low} to {high} (95 %).").format(
                right=right, total=total, low=f"{low:.1%}", high=f"{high:.1%}"
            ),
        )
        if run.train_accuracy is not None:
            st.metric(_("Training accuracy"), f"{run.train_accuracy:.1%}")
        if run.seconds is not None:
            st.metric(_("Time"), _("{seconds} s").format(seconds=round(run.seconds)))
    st.caption(
        _("Interval {low} to {high} (95 %): one image is {one} points.").format(
            low=f"{low:.1%}", high=f"{high:.1%}", one=f"{100 / total:.2f}"
        )
    )
    _offer_hand(run)
    left, right_column = st.columns(2)
    with left:
        chart(
            _confusion_figure(answers),
            key="train_confusion",
            alt=_("Confusion matrix: true sign by predicted sign"),
        )
    with right_column:
        show_mistakes(run, answers)


def _confusion_figure(answers: Predictions) -> go.Figure:
    counts, names = confusions(answers)
    return drawn(confusion_matrix, tuple(map(tuple, counts.tolist())), tuple(names))


def _offer_hand(run: Run) -> None:
    """Lead to the screen where this very net is shown a hand, where its weights are kept."""
    with suppress(LabError):
        st.page_link(
            "your_hand.py",
            label=_("Show it your hand"),
            icon=":material/back_hand:",
            query_params={"hand_net": find_net(run.id).title},
        )


def confusions(answers: Predictions) -> tuple[np.ndarray, list[str]]:
    """Return how many test images of each class (rows) were taken for each (columns), and names.

    At least SIGNS's six: an older run may have had a data set of more.
    """
    classes = max(SIGNS, 1 + max((*answers.labels, *answers.predicted), default=0))
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (answers.labels, answers.predicted), 1)
    return counts, [str(number) for number in range(classes)]


@st.cache_data(max_entries=200, show_spinner=False)
def _grid(
    data: str,
    shown: tuple[int, ...],
    labels: tuple[int, ...],
    predicted: tuple[int, ...],
    theme: Theme,
    language: str,
) -> np.ndarray:
    """Draw test images with their signs; the language is that of the words on it."""
    images = dataset(data).test_images[list(shown)]
    return mistakes_grid(images, labels, predicted, theme)


def show_mistakes(run: Run, answers: Predictions) -> None:
    """Show the test images that a finished net named wrong, where its data is still there."""
    labels, predicted = np.asarray(answers.labels), np.asarray(answers.predicted)
    wrong = np.flatnonzero(labels != predicted)
    if not len(wrong):
        st.success(_("Every test image is right."))
        return
    try:
        images = dataset(run.spec["data"]).test_images
    except LabError as error:
        st.info(str(error))
        return
    if len(images) != len(labels):
        st.info(_("The data has changed since this run, so its images cannot be shown."))
        return
    shown = wrong[:12]
    st.image(
        _grid(
            run.spec["data"],
            tuple(shown.tolist()),
            tuple(labels[shown].tolist()),
            tuple(predicted[shown].tolist()),
            frame.theme(),
            current_language(),
        ),
        width="stretch",
        alt=_("Test images the net got wrong, with the true and the predicted sign"),
        caption=_("{shown} of {count} images it got wrong: true → predicted.").format(
            shown=len(shown), count=len(wrong)
        ),
    )
