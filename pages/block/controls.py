"""The controls of the residual block screen: presets, parameters, remedies for what cannot be."""

from typing import Any

import streamlit as st

from pages.components.frame import apply_preset
from resnet.language import mark, translate
from resnet.language import translate as _
from resnet.models.block import Block

SIDES = [1, 2, 4, 7, 8, 14, 15, 16, 28, 32, 56, 64, 112, 224]
CHANNELS = [1, 2, 3, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048]
KEYS = ("kind", "side", "channels", "f", "f1", "f2", "f3", "stride", "shortcut", "bn", "pre")
DEFAULTS: dict[str, Any] = dict(
    zip(KEYS, ("bottleneck", 15, 256, 3, 64, 64, 256, 1, "identity", True, False), strict=True)
)
PRESETS: dict[str, dict[str, Any]] = {
    mark("Course: identity block"): {},
    mark("Course: convolutional block"): {
        "f1": 128,
        "f2": 128,
        "f3": 512,
        "stride": 2,
        "shortcut": "projection",
    },
    mark("Two 3×3"): {"kind": "basic", "side": 32, "channels": 16, "f1": 16, "f2": 16},
    mark("Pre-activation"): {"pre": True},
    mark("Plain twin"): {"shortcut": "none"},
    mark("Break it"): {"f3": 128},
}


def key(name: str) -> str:
    """Return the widget key, which is also the name in the URL."""
    return f"block_{name}"


SLIDER_WIDTH = 74  # pixels: three beside each other
WIDE_SLIDER = 116  # two


def choose() -> tuple[Block, tuple[int, int, int]]:
    """Draw the controls; return the block and its input's shape (H, W, C)."""
    kind = _segments(_("Block"), "kind", {"basic": _("two 3×3"), "bottleneck": _("1×1, f×f, 1×1")})
    with st.container(horizontal=True):
        side = _steps(
            _("Height, width"), "side", SIDES, _("Of the input: a square map, H = W."), WIDE_SLIDER
        )
        channels = _steps(
            _("Channels"), "channels", CHANNELS, _("Depth of the input tensor."), WIDE_SLIDER
        )
    shortcut = _segments(
        _("Shortcut"),
        "shortcut",
        {
            "identity": _("identity"),
            "projection": _("projection"),
            "zero_padding": _("zero padding"),
            "none": _("none"),
        },
        help=_("Identity adds the input as it is; a projection is a 1×1 convolution on the way."),
    )
    with st.container(horizontal=True, gap="xsmall"):
        stride = _segments(
            _("Stride"), "stride", {1: "1", 2: "2"}, help=_("Stride 2 halves height and width.")
        )
        kernel = _segments(_("f, the middle kernel"), "f", {n: f"{n}×{n}" for n in (1, 3, 5, 7)})
    names = ("f1", "f2") if kind == "basic" else ("f1", "f2", "f3")
    with st.container(horizontal=True, gap="small"):
        filters = tuple(
            _steps(
                name.upper(),
                name,
                CHANNELS,
                _("Filters of convolution {i}.").format(i=name[1]),
                SLIDER_WIDTH,
            )
            for name in names
        )
    batch_norm, preactivation = _choose_normalisation()
    block = Block(
        kind=kind,
        filters=filters,
        kernel_size=kernel,
        stride=stride,
        shortcut=shortcut,
        batch_norm=batch_norm,
        preactivation=preactivation,
    )
    return block, (side, side, channels)


def _choose_normalisation() -> tuple[bool, bool]:
    with st.container(horizontal=True):
        batch_norm = st.toggle(
            _("BatchNorm"),
            DEFAULTS["bn"],
            key=key("bn"),
            bind="query-params",
            help=_("Normalises each channel over the batch after a convolution."),
        )
        preactivation = st.toggle(
            _("Pre-activation"),
            DEFAULTS["pre"],
            key=key("pre"),
            bind="query-params",
            help=_("BatchNorm and ReLU come before each convolution; nothing follows ⊕."),
        )
    return batch_norm, preactivation


def offer_remedies(block: Block, input_shape: tuple[int, int, int]) -> None:
    """Offer one click for each change that makes the two paths meet."""
    last = f"f{len(block.filters)}"
    with st.container(horizontal=True):
        st.button(
            _("Use a projection"),
            icon=":material/build:",
            on_click=apply_preset,
            args=({key("shortcut"): "projection"},),
        )
        st.button(
            _("Set {name} to {channels} and the stride to 1").format(
                name=last.upper(), channels=input_shape[2]
            ),
            on_click=apply_preset,
            args=({key(last): input_shape[2], key("stride"): 1},),
        )


def show_presets() -> None:
    """Offer blocks worth seeing, one click each."""
    with st.container(horizontal=True, gap="xsmall"):
        for title, changes in PRESETS.items():
            values = {key(name): value for name, value in (DEFAULTS | changes).items()}
            st.button(
                translate(title), on_click=apply_preset, args=(values,), key=f"preset_{title}"
            )


def _segments(label: str, name: str, options: dict, help: str | None = None):
    return st.segmented_control(
        label,
        list(options),
        default=DEFAULTS[name],
        format_func=options.__getitem__,
        required=True,
        key=key(name),
        bind="query-params",
        help=help,
    )


def _steps(label: str, name: str, options: list[int], help: str, width: int) -> int:
    return st.select_slider(
        label, options, DEFAULTS[name], key=key(name), bind="query-params", help=help, width=width
    )
