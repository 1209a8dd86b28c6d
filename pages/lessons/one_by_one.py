"""Lesson: 1×1 convolutions and the bottleneck."""

import numpy as np
import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.dataset import best_dataset
from pages.components.drawing import drawing
from pages.components.lesson import lesson
from resnet.drawing.figures.plots import Bars, bar_plot
from resnet.drawing.svg.vectors import mixing_svg
from resnet.language import translate as _

NEW_CHANNELS = 4
SHOWN_SIDE = 260  # pixels on the page


def mixing() -> None:
    """The channels of one pixel of a photo, mixed by the same weights everywhere."""
    photo = best_dataset().test_images[0]
    side = len(photo)
    left, right = st.columns([1, 3], vertical_alignment="center")
    with left:
        x = st.slider(
            _("Column"),
            0,
            side - 1,
            side // 2,
            key="mixing_x",
            bind="query-params",
            help=_("The pixel's place from the left."),
        )
        y = st.slider(
            _("Row"),
            0,
            side - 1,
            side // 2,
            key="mixing_y",
            bind="query-params",
            help=_("The pixel's place from above."),
        )
        marked = photo.copy()
        marked[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2] = (0, 158, 115)
        marked[y, x] = photo[y, x]
        st.image(
            np.kron(marked, np.ones((4, 4, 1), np.uint8)),
            width=SHOWN_SIDE,
            alt=_("The photo with the chosen pixel marked"),
        )
    weights = np.random.default_rng(1).normal(0, 1, (NEW_CHANNELS, 3)).round(1)
    pixel = photo[y, x] / 255
    with right:
        drawing(
            mixing_svg(weights.tolist(), pixel.tolist(), (weights @ pixel).tolist()),
            key="mixing_figure",
        )


def cost() -> None:
    """A large convolution directly, and through a 1×1 bottleneck."""
    picture, controls = frame.picture_and_controls()
    with controls:
        side = _number(_("Height and width"), "cost_side", 28, 512, _("Of the input and output."))
        before = _number(_("Channels in"), "cost_in", 192, 4096, _("What the layer gets."))
        middle = _number(_("Channels between"), "cost_middle", 16, 4096, _("After the 1×1."))
        after = _number(_("Channels out"), "cost_out", 32, 4096, _("What the layer gives."))
        size = st.segmented_control(
            _("Filter"),
            [3, 5, 7],
            default=5,
            required=True,
            key="cost_size",
            bind="query-params",
            format_func=lambda n: f"{n}×{n}",
            help=_("The large convolution."),
        )
    places = side * side
    direct = places * size * size * before * after
    first, second = places * before * middle, places * size * size * middle * after
    with picture:
        bars = [
            Bars("1×1", [0, first], "conv_small"),
            Bars(f"{size}×{size}", [direct, second], "conv"),
        ]
        labels = [_("directly"), _("through 1×1")]
        figure = bar_plot(
            bars, labels, frame.theme(), _("multiply-adds"), stacked=True, across=True, height=260
        )
        chart(figure, key="cost_figure", alt=_("Multiply-adds of both ways"))
        st.markdown(
            _(
                "Directly **{direct:,}**, through 1×1 {first:,} + {second:,} = **{total:,}**: "
                "{ratio:.2f} times fewer."
            ).format(
                direct=direct,
                first=first,
                second=second,
                total=first + second,
                ratio=direct / (first + second),
            )
        )


def _number(label: str, key: str, value: int, most: int, explained: str) -> int:
    return st.number_input(label, 1, most, value, key=key, bind="query-params", help=explained)


def in_resnet() -> None:
    """The weights of ResNet-50's block and of one with two 3×3 convolutions."""
    wide, narrow = 256, 64
    bottleneck = {
        _("1×1 down"): wide * narrow,
        "3×3": 9 * narrow * narrow,
        _("1×1 up"): narrow * wide,
    }
    labels = [_("bottleneck"), _("two 3×3")]
    bars = [
        Bars(name, [weights, 0], "conv" if name == "3×3" else "conv_small")
        for name, weights in bottleneck.items()
    ]
    bars.append(Bars("3×3 + 3×3", [0, 2 * 9 * wide * wide], "muted"))
    chart(
        bar_plot(bars, labels, frame.theme(), _("weights"), stacked=True, across=True, height=240),
        key="resnet_figure",
        alt=_("Weights of a bottleneck and of two 3×3 convolutions"),
    )


lesson("one_by_one", {"mixing": mixing, "cost": cost, "in_resnet": in_resnet})
