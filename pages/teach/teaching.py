"""Teach a net the learner's photos, and show what that changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.language import callback
from pages.components.short_tasks import follow_task
from pages.server.visitors import visitor
from pages.teach import own_photos
from pages.teach.own_photos import OwnPhoto
from resnet.data.classes import CLASSES
from resnet.drawing.figures.results import confusion_matrix
from resnet.errors import LabError
from resnet.inference import kept_nets
from resnet.inference.checkpoint import net_archive
from resnet.inference.prediction import Net, find_net
from resnet.jobs import tasks
from resnet.language import translate as _

if TYPE_CHECKING:
    from resnet.inference.fine_tuning import Taught

NAMES = [str(fingers) for fingers in CLASSES]
REQUESTED, KEPT = "teach_asked", "taught_ref"


@dataclass(frozen=True)
class TeachingTask:
    """What is taught to which net: its arguments for the task, in hashable form."""

    net: Net
    pixels: tuple[bytes, ...]
    labels: tuple[int, ...]

    @property
    def question(self) -> tuple:
        """The task and its arguments."""
        return tasks.teach_net, self.net.ref, self.pixels, self.labels


def teaching_task(net: Net, photos: Sequence[OwnPhoto]) -> TeachingTask:
    """Return the lesson that teaches a net these photos."""
    seen = own_photos.as_seen(photos, net.card.input_shape[0]) if photos else ()
    return TeachingTask(
        net, tuple(pixels.tobytes() for pixels in seen), tuple(photo.label for photo in photos)
    )


def show_teaching(this: TeachingTask, photos: Sequence[OwnPhoto]) -> None:
    """Show the private set, and what the net says of it before and after it was taught."""
    requested = st.session_state.get(REQUESTED) == this
    if requested:
        follow_task(
            *this.question, draw=lambda taught: _teaching(this, photos, taught), private=True
        )
    else:
        _untaught(photos)


def _untaught(photos: Sequence[OwnPhoto]) -> None:
    _figures()
    own_photos.show(photos, [f"**{photo.label}**" for photo in photos])


def _teaching(this: TeachingTask, photos: Sequence[OwnPhoto], taught: "Taught | None") -> None:
    if taught is None:
        _untaught(photos)
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


def _figures(taught: "Taught | None" = None, labels=(), before=(), after=()) -> None:
    """Show how much was learned and forgotten; dashes hold the place until it is known."""
    own = known = own_change = known_change = None
    if taught is not None:
        own, known = float((after == labels).mean()), taught.known_after
        own_change = _points(own - float((before == labels).mean()))
        known_change = _points(known - taught.known_before)
    with st.container(horizontal=True):
        st.metric(
            _("Your photos it was not taught"),
            "–" if own is None else f"{own:.0%}",
            delta=own_change,
            help=_("Every third photo of a sign is kept back to test."),
        )
        st.metric(
            _("What it knew before"),
            "–" if known is None else f"{known:.1%}",
            delta=known_change,
            help=_(
                "Test images of {data}. Half of what it practises on are old training images, "
                "so that it does not forget."
            ).format(data=taught.old_data if taught else "…"),
        )


def _points(difference: float) -> str:
    return _("{points:+.1f} points").format(points=100 * difference)


def _confusions(labels, before, after, kept_back: bool) -> None:
    st.caption(
        _("Only photos kept back count: a net may learn the others by heart.")
        if kept_back
        else _("With three photos of a sign one is kept back; these were all taught.")
    )
    for column, predicted, name, key in zip(
        st.columns(2), (before, after), (_("Before"), _("After")), ("before", "after"), strict=True
    ):
        counts = np.zeros((len(CLASSES), len(CLASSES)), int)
        np.add.at(counts, (labels, predicted), 1)
        with column:
            st.markdown(f"**{name}**")
            chart(
                confusion_matrix(counts, NAMES, frame.theme()),
                key=f"teach_{key}",
                alt=_("Confusions of your photos: {name}").format(name=name),
            )


def _keep(taught: "Taught") -> None:
    with st.container(horizontal=True):
        if st.button(
            _("Keep this net"),
            icon=":material/save:",
            key="teach_keep",
            help=_(
                "Its weights stay on the server and anyone there may ask it; your photos do "
                "not stay."
            ),
        ):
            _keep_for_owner(taught)
        st.download_button(
            _("Download it"),
            lambda: net_archive(taught.weights, taught.card.model_dump_json(indent=1).encode()),
            file_name="taught_net.zip",
            key="teach_download",
            icon=":material/download:",
            help=_("Weights and card, for python -m resnet predict --weights."),
        )
    if st.session_state.get(KEPT) in kept_nets.kept_by(visitor()):
        st.page_link(
            "your_hand.py",
            label=_("Show it your hand"),
            icon=":material/back_hand:",
            query_params={"hand_net": find_net(st.session_state[KEPT]).title},
        )


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
                _("Delete {net}").format(net=_title(ref)),
                icon=":material/delete:",
                key=f"teach_delete_{ref}",
                on_click=callback(kept_nets.delete),
                args=(ref, visitor()),
            )


def _title(ref: str) -> str:
    """Return a net's title; a damaged one's ref, for it can be deleted as well."""
    try:
        return find_net(ref).title
    except LabError:
        return ref
