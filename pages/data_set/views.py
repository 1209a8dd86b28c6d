"""Views of a data set: a class at a glance, one image taken apart, and how to get SIGNS."""

import numpy as np
import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.dataset import dataset
from pages.server.visitors import is_teacher
from resnet.data import download
from resnet.data.augment import AUGMENTATIONS, augment
from resnet.data.hdf5 import Part
from resnet.data.neighbours import nearest, nearest_accuracy
from resnet.data.sent_signs import keep_signs
from resnet.data.signs import Dataset
from resnet.drawing.figures.results import class_counts
from resnet.drawing.figures.sheet import channels, contact_sheet
from resnet.errors import LabError
from resnet.hands.synthetic import hand_image
from resnet.hands.view import Variety
from resnet.language import translate as _

SHOWN = 24


def of_class(data: Dataset, label: int) -> np.ndarray:
    """Return the indices of a class's training images."""
    return np.flatnonzero(data.train_labels == label)


def show_class(data: Dataset, label: int, first: int) -> None:
    """Show some of a class's training images."""
    indices = of_class(data, label)
    if not len(indices):
        st.info(
            _("No training image of this data set shows {label}: choose another class.").format(
                label=label
            )
        )
        return
    chosen = indices[min(first, len(indices) - 1) :][:SHOWN]
    st.image(
        contact_sheet(data.train_images[chosen], 8),
        width="stretch",
        alt=_("Training images of class {label}").format(label=label),
    )


def show_channels(image: np.ndarray) -> None:
    """Show an image and its three channels."""
    st.image(
        contact_sheet(np.concatenate([image[None], channels(image)]), 4, 3),
        width="stretch",
        alt=_("The image and its red, green and blue channels"),
    )
    st.caption(_("64×64×3: three numbers from 0 to 255 a pixel; a net gets them divided by 255."))


def show_augmentations(image: np.ndarray) -> None:
    """Show what training may make of one image."""
    strength, seed = st.columns(2)
    with strength:
        how = st.segmented_control(
            _("Strength"),
            list(AUGMENTATIONS),
            format_func={"none": _("none"), "light": _("light"), "strong": _("strong")}.__getitem__,
            default="strong",
            required=True,
            key="data_strength",
            bind="query-params",
        )
    with seed:
        drawn = st.slider(_("Seed"), 0, 50, 0, key="data_seed", bind="query-params")
    rng = np.random.default_rng(drawn)
    varied = augment(image[None].repeat(16, axis=0), rng, AUGMENTATIONS[how])
    st.image(
        contact_sheet(np.round(255 * varied).astype(np.uint8), 8),
        width="stretch",
        alt=_("Sixteen variations of one image"),
    )
    st.caption(
        _(
            "Every epoch sees another variation. “fast” trains with light ones; nets for anybody's "
            "hand need more: other sizes, light and backgrounds."
        )
    )


def show_neighbours(data: Dataset, index: int) -> None:
    """Show the training images nearest to one of them, and what nearness is worth."""
    count = min(9, len(data.train_images))  # itself and eight others
    if count < 2:
        st.info(_("This data set holds no other training image."))
        return
    indices, differences = nearest(data.train_images, data.train_images[index : index + 1], count)
    found, apart = indices[0][1:], differences[0][1:]
    st.image(
        contact_sheet(data.train_images[found], 8),
        width="stretch",
        alt=_("The eight nearest training images"),
    )
    st.caption(
        _("Classes: {classes}. Root-mean-square difference: {low} to {high} of full scale.").format(
            classes=", ".join(str(data.train_labels[i]) for i in found),
            low=f"{apart[0]:.3f}",
            high=f"{apart[-1]:.3f}",
        )
    )
    st.markdown(
        _(
            "Naming each test image after its nearest training image is right {share} of the time: "
            "a net has to beat that."
        ).format(share=f"{_nearest_accuracy(data.name):.1%}")
    )


@st.cache_data(show_spinner=False)
def _nearest_accuracy(name: str) -> float:
    data = dataset(name)
    return nearest_accuracy(
        data.train_images, data.train_labels, data.test_images, data.test_labels
    )


def show_balance(data: Dataset) -> None:
    """Show how many images each class has."""
    counts = [
        np.bincount(labels, minlength=len(data.classes))
        for labels in (data.train_labels, data.test_labels)
    ]
    chart(
        class_counts(counts[0], counts[1], [str(c) for c in data.classes], frame.theme()),
        key="data_balance",
        alt=_("Images a class, training and test"),
    )


def show_threes() -> None:
    """Tell that three is shown in two ways around the world."""
    thumb, ring = st.columns(2)
    for column, second, words in (
        (thumb, 0.0, _("Thumb, index and middle: the three of SIGNS.")),
        (ring, 1.0, _("Index, middle and ring: the three of many others.")),
    ):
        with column:
            st.image(_threes(second), width="stretch", alt=words)
            st.caption(words)
    st.markdown(
        _(
            "A net that has seen one of them only calls the other a 2 or a 4. Both are rendered "
            "here by the lab's own generator."
        )
    )


@st.cache_data(show_spinner=False)
def _threes(second: float) -> np.ndarray:
    variety = Variety(
        second_three=second, back=0, sleeve=0, dim=0, turn=0.6, backdrops=(1, 0, 0, 0, 0, 0)
    )
    hands = [hand_image(3, np.random.default_rng(seed), 64, variety) for seed in range(6)]
    return contact_sheet(np.stack(hands), 3)


def get_signs() -> None:
    """Offer the download and the upload of SIGNS."""
    st.markdown(
        _(
            "SIGNS has 1,080 training and 120 test photos, made by deeplearning.ai for its course. "
            "It may not be redistributed; take it for your own use only."
        )
    )
    try:
        if st.button(_("Download SIGNS"), icon=":material/download:", key="data_fetch"):
            _download()
        _upload()
    except LabError as error:
        st.error(str(error))


def _download() -> None:
    bar = st.progress(0.0, text=_("Connecting …"))

    def report(file: str, have: int, total: int | None) -> None:
        bar.progress(min(1.0, have / total) if total else 0.0, text=file)

    download.fetch_signs(report=report)
    st.rerun()


def _upload() -> None:
    train, test = st.columns(2)
    types = ["h5", "hdf5"]
    one = train.file_uploader("train_signs.h5", type=types, key="data_train")
    two = test.file_uploader("test_signs.h5", type=types, key="data_test")
    if one and two:
        with st.spinner(_("Checking …")):
            files: dict[Part, bytes] = {"train": one.getvalue(), "test": two.getvalue()}
            _keep(files)
        st.rerun()


def _keep(files: dict[Part, bytes]) -> None:
    """Put the files where every learner's nets learn from them, if this learner may."""
    if not (is_teacher() or download.are_public(files)):
        raise LabError(
            _(
                "What is put here is everybody's, so a learner may put in SIGNS's two public files "
                "only, and these are others: ask the teacher, or put them into data/signs."
            )
        )
    keep_signs(files, download.SIGNS_FOLDER)
