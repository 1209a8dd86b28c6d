"""Teach a net the learner's photos, and show what that changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pages.components import frame, own_photos
from pages.components.charts import chart
from pages.components.experiments import POLL, outcome, ready
from pages.components.language import callback, fragment
from pages.components.own_photos import OwnPhoto
from pages.components.visitors import visitor
from resnet.data.classes import CLASSES
from resnet.drawing.results import confusion_matrix
from resnet.errors import LabError
from resnet.jobs import tasks
from resnet.language import translate as _
from resnet.training import kept_nets
from resnet.training.checkpoint import net_archive
from resnet.training.prediction import Net, find_net

if TYPE_CHECKING:
    from resnet.training.fine_tuning import Taught

NAMES = [str(fingers) for fingers in CLASSES]
ASKED, KEPT = "teach_asked", "taught_ref"


@dataclass(frozen=True)
class Lesson:
    """What is taught to which net: its arguments for the task, in hashable form."""

    net: Net
    pixels: tuple[bytes, ...]
    labels: tuple[int, ...]

    @property
    def question(self) -> tuple:
        """The task and its arguments."""
        return tasks.teach_net, self.net.ref, self.pixels, self.labels


def lesson(net: Net, photos: Sequence[OwnPhoto]) -> Lesson:
    """Return the lesson that teaches a net these photos."""
    seen = own_photos.as_seen(photos, net.card.input_shape[0]) if photos else []
    return Lesson(net, tuple(p.tobytes() for p in seen), tuple(photo.label for photo in photos))


def show_lesson(this: Lesson, photos: Sequence[OwnPhoto]) -> None:
    """Show the private set, and what the net says of it before and after it was taught."""
    asked = st.session_state.get(ASKED) == this
    waiting = asked and not ready(*this.question, private=True)
    fragment(run_every=POLL if waiting else None)(_lesson)(this, photos, asked, waiting)


def _lesson(this: Lesson, photos: Sequence[OwnPhoto], asked: bool, was_waiting: bool) -> None:
    taught = outcome(*this.question, private=True) if asked else None
    if taught is None:
        _figures()
        own_photos.show(photos, [f"**{photo.label}**" for photo in photos])
        if asked:
            st.skeleton(height=300)
        return
    back = taught.kept_back
    before, after = taught.before.argmax(1), taught.after.argmax(1)
    labels = np.array(this.labels)
    which = back if back.any() else np.ones(len(labels), bool)
    _figures(taught, labels[which], before[which], after[which])
    own_photos.show(
        photos,
        [
            f"**{label}** · {old} → {new}" + (" ◇" if kept else "")
            for label, old, new, kept in zip(labels, before, after, back, strict=True)
        ],
    )
    st.caption(
        _("What you say · what the net said → says now. ◇: kept back, the net was not taught it.")
    )
    _confusions(labels[which], before[which], after[which], kept_back=bool(back.any()))
    _keep(taught)
    if was_waiting:
        st.rerun()


def _figures(taught: "Taught | None" = None, labels=(), before=(), after=()) -> None:
    """Show how much was learned and forgotten; dashes hold the place until it is known."""
    own = known = own_change = known_change = None
    if taught is not None:
        own, known = float((after == labels).mean()), taught.known_after
        own_change = _points(own - float((before == labels).mean()))
        known_change = _points(known - taught.known_before)
    with st.container(horizontal=True):
        st.metric(
            _("Your photos it was not taught"), "–" if own is None else f"{own:.0%}",
            delta=own_change, help=_("Every third photo of a sign is kept back to test."),
        )  # fmt: skip
        st.metric(
            _("What it knew before"), "–" if known is None else f"{known:.1%}",
            delta=known_change,
            help=_("Test images of {data}. Half of what it practises on are old training images, "
                   "so that it does not forget.").format(data=taught.old_data if taught else "…"),
        )  # fmt: skip


def _points(difference: float) -> str:
    return _("{points:+.1f} points").format(points=100 * difference)


def _confusions(labels, before, after, kept_back: bool) -> None:
    st.caption(
        _("Only photos kept back count: a net may learn the others by heart.")
        if kept_back
        else _("With three photos of a sign one is kept back; these were all taught.")
    )
    for column, said, name, key in zip(
        st.columns(2), (before, after), (_("Before"), _("After")), ("before", "after"), strict=True
    ):
        counts = np.zeros((len(CLASSES), len(CLASSES)), int)
        np.add.at(counts, (labels, said), 1)
        with column:
            st.markdown(f"**{name}**")
            chart(
                confusion_matrix(counts, NAMES, frame.theme()), key=f"teach_{key}",
                alt=_("Confusions of your photos: {name}").format(name=name),
            )  # fmt: skip


def _keep(taught: "Taught") -> None:
    with st.container(horizontal=True):
        if st.button(
            _("Keep this net"), icon=":material/save:", key="teach_keep",
            help=_("Its weights stay on the server and anyone there may ask it; your photos do "
                   "not stay."),
        ):  # fmt: skip
            _keep_for_owner(taught)
        st.download_button(
            _("Download it"),
            lambda: net_archive(taught.weights, taught.card.model_dump_json(indent=1).encode()),
            file_name="taught_net.zip", key="teach_download",
            icon=":material/download:",
            help=_("Weights and card, for python -m resnet predict --weights."),
        )  # fmt: skip
    if st.session_state.get(KEPT) in kept_nets.kept_by(visitor()):
        st.page_link(
            "your_hand.py", label=_("Show it your hand"), icon=":material/back_hand:",
            query_params={"hand_net": find_net(st.session_state[KEPT]).title},
        )  # fmt: skip


def _keep_for_owner(taught: "Taught") -> None:
    try:
        st.session_state[KEPT] = kept_nets.keep(taught.weights, taught.card, visitor())
    except LabError as error:
        st.error(str(error))


def offer_deletion() -> None:
    """Offer to delete the nets that this learner keeps; nothing where there is none."""
    mine = kept_nets.kept_by(visitor())
    if not mine:
        return
    with st.popover(_("Your kept nets"), icon=":material/inventory_2:", width="stretch"):
        for ref in mine:
            st.button(
                _("Delete {net}").format(net=_title(ref)), icon=":material/delete:",
                key=f"teach_delete_{ref}", on_click=callback(kept_nets.delete),
                args=(ref, visitor()),
            )  # fmt: skip


def _title(ref: str) -> str:
    """Return a net's title; a damaged one's ref, for it can be deleted as well."""
    try:
        return find_net(ref).title
    except LabError:
        return ref
