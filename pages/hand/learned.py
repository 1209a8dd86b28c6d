"""What a trained net has learned to answer to: its first filters, and each stage's favourites."""

import numpy as np
import streamlit as st

from pages.components.dataset import named
from pages.components.expectation import expect, veiled
from pages.components.short_tasks import follow_task
from resnet.analysis.favourites import PATCHES, Favourites, Learned
from resnet.drawing.figures.image_grid import tiles
from resnet.inference.prediction import Net
from resnet.jobs import tasks
from resnet.language import translate as _

QUESTION = "hand_learned"
FILTERS_A_ROW, MOST_FILTERS = 16, 64
SHEET = 640  # pixels: about the width of a sheet of patches


def show_learned(net: Net) -> None:
    """Ask what the stages answer to, then show it, of the net and of its untrained twin."""
    expect(
        QUESTION,
        _(
            "For each channel take the {n} photos that excite it most. At which stage do they "
            "agree most on one sign?"
        ).format(n=PATCHES),
        {
            _("At the first"): _(
                "Its outputs see a small piece of the photo: an edge, a colour, the end of a "
                "finger, whatever the sign."
            ),
            _("At all alike"): _("Compare the numbers over the rows, from the first to the last."),
            _("At the last"): _(
                "Yes: from edges to hands. The favourites agree more from stage to stage; with "
                "random weights they do not come to agree as much."
            ),
        },
        answer=_("At the last"),
        veils=True,
    )
    with veiled(QUESTION):
        _look(net)


def _look(net: Net) -> None:
    untrained = st.toggle(
        _("Random weights"),
        key="hand_untrained",
        bind="query-params",
        help=_("The same net with random weights (seed 0), which has learned nothing."),
    )
    follow_task(
        tasks.what_a_net_learned,
        net.ref,
        not untrained,
        draw=lambda found: _shown(found, untrained),
    )


def _shown(found: tuple[Learned, str] | None, untrained: bool) -> None:
    if found is None:
        st.skeleton(height=600)
        return
    learned, data = found
    if learned.filters is not None:
        _show_filters(learned.filters)
    for number, favourites in enumerate(learned.favourites, 1):
        _show_favourites(number, favourites)
    words = _(
        "Each row is a channel, those that stand out most; each patch is what one of its outputs "
        "sees of a photo of {data}. The net is as in prediction."
    )
    if untrained:
        words = _("Random weights: this net has learned nothing.") + " " + words
    st.caption(words.format(data=named(data)))


def _show_filters(filters: np.ndarray) -> None:
    side = filters.shape[1]
    st.markdown(
        _("**First convolution**: {n} filters of {k}×{k} pixels and three colours").format(
            n=len(filters), k=side
        )
    )
    shown = filters[: min(MOST_FILTERS, len(filters) // FILTERS_A_ROW * FILTERS_A_ROW)]
    largest = np.abs(shown).max(axis=(1, 2, 3), keepdims=True) + 1e-12
    pixels = np.round(127.5 + 127.5 * shown / largest).astype(np.uint8)
    sheet = pixels.reshape(-1, FILTERS_A_ROW, *pixels.shape[1:])
    st.image(
        tiles(sheet, gap=6, factor=max(1, SHEET // FILTERS_A_ROW // side)),
        width="stretch",
        alt=_("The filters of the first convolution"),
    )
    st.caption(_("Each filter by itself: middle grey is zero."))


def _show_favourites(number: int, favourites: Favourites) -> None:
    st.markdown(
        _(
            "**Stage {n}** sees {side}×{side} pixels. Of a channel's {all} favourites, "
            "**{same:.1f}** show one sign (by chance {chance:.1f})"
        ).format(
            n=number,
            side=favourites.side,
            all=PATCHES,
            same=favourites.one_class,
            chance=favourites.by_chance,
        )
    )
    factor = max(1, round(SHEET / PATCHES / favourites.side))
    st.image(
        tiles(favourites.patches, gap=4, factor=factor),
        width="stretch",
        alt=_("What excites the channels of stage {n} most").format(n=number),
    )
