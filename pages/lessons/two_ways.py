"""Lesson: what one residual block computes, number by number, forwards and backwards."""

import numpy as np
import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.drawing import drawing
from pages.components.lesson import lesson
from resnet.analysis import two_layers
from resnet.drawing.figures.plots import Line, line_plot
from resnet.drawing.svg.vectors import Column, Shortcut, steps_svg
from resnet.language import translate as _

UNITS = 4
STEPS = 5


def forward() -> None:
    """Two layers, with or without a shortcut, one step at a time."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shortcut = _shortcut("forward", _("Adds the block's input before the last ReLU."))
        step = _step("forward", _("How far the numbers have come."))
        seed = st.number_input(
            _("Seed"),
            0,
            9999,
            2,
            key="forward_seed",
            bind="query-params",
            help=_("Another seed draws other weights."),
        )
    a0, w1, w2, _gradient = _numbers(seed)
    block = two_layers.forward(a0, w1, w2, shortcut)
    columns = [
        Column("a[l]", "", block.a),
        Column("z[l+1]", "W[l+1]", block.z1),
        Column("a[l+1]", "ReLU", block.a1),
        Column("z[l+2]", "W[l+2]", block.z2),
        Column("z + a" if shortcut else "z[l+2]", "", block.joined),
        Column("a[l+2]", "ReLU", block.output),
    ]
    drawing(
        steps_svg(columns, step + 1, Shortcut(0, 4) if shortcut else None), key="forward_figure"
    )
    with st.expander(_("The weights"), icon=":material/table:"):
        for layer, weights in enumerate((w1, w2), 1):
            st.latex(f"W^{{[l+{layer}]}} = {_matrix(weights)}")


def backward() -> None:
    """The same block backwards, one step at a time, then many of them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shortcut = _shortcut("backward", _("Hands the gradient at the addition to the input too."))
        step = _step("backward", _("How far the gradient has come."))
        size = st.slider(
            _("Size of the weights"),
            0.0,
            1.5,
            1.0,
            0.1,
            key="backward_size",
            bind="query-params",
            help=_("0 sets both weight matrices to zero."),
        )
    a0, w1, w2, gradient = _numbers(int(st.session_state.get("forward_seed", 2)))
    back = two_layers.backward(two_layers.forward(a0, size * w1, size * w2, shortcut), gradient)
    columns = [
        Column("∂a[l+2]", "", gradient),
        Column("δ", "ReLU′", back.delta),
        Column("∂a[l+1]", "Wᵀ[l+2]", back.a1),
        Column("∂z[l+1]", "ReLU′", back.z1),
        Column("Wᵀ(…)", "Wᵀ[l+1]", back.branch),
        Column("∂a[l]", "", back.a),
    ]
    drawing(
        steps_svg(columns, step + 1, Shortcut(1, STEPS) if shortcut else None, back=True),
        key="backward_figure",
    )


def over_blocks() -> None:
    """The gradient's norm through many such blocks, with and without shortcuts."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        blocks = st.slider(
            _("Blocks"),
            1,
            50,
            20,
            key="over_blocks",
            bind="query-params",
            help=_("How many blocks follow each other."),
        )
        size = st.slider(
            _("Size of the weights"),
            0.0,
            1.5,
            0.5,
            0.1,
            key="over_size",
            bind="query-params",
            help=_("1 is the size of He's initial weights; 0 sets them to zero."),
        )
    places = range(blocks + 1)
    lines = [
        Line(word, places, two_layers.gradient_over_blocks(blocks, size, shortcut), kind)
        for word, kind, shortcut in (
            (_("plain"), "plain", False),
            (_("residual"), "residual", True),
        )
    ]
    chart(
        line_plot(lines, frame.theme(), _("after block"), _("gradient norm"), log=True),
        key="over_figure",
        alt=_("Gradient norm after each of many blocks, from the input to the output"),
    )


def _shortcut(figure: str, help_: str) -> bool:
    return st.toggle(_("Shortcut"), True, key=f"{figure}_shortcut", bind="query-params", help=help_)


def _step(figure: str, help_: str) -> int:
    return st.slider(
        _("Step"), 1, STEPS, STEPS, key=f"{figure}_step", bind="query-params", help=help_
    )


def _numbers(seed: int) -> tuple[np.ndarray, ...]:
    """Draw an input, two weight matrices and a gradient at the output, of one decimal each."""
    random = np.random.default_rng(seed)
    a0 = random.uniform(0, 2, UNITS).round(1)
    w1, w2 = (random.normal(0, 0.6, (UNITS, UNITS)).round(1) for _layer in range(2))
    return a0, w1, w2, random.normal(0, 1, UNITS).round(1)


def _matrix(values: np.ndarray) -> str:
    rows = r" \\ ".join(" & ".join(f"{value:.1f}" for value in row) for row in values)
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


lesson("two_ways", {"forward": forward, "backward": backward, "over_blocks": over_blocks})
