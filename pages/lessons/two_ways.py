"""Lesson: what one residual block computes, number by number."""

import numpy as np
import streamlit as st

from pages.components.drawing import drawing
from pages.components.lesson import lesson
from resnet.drawing.vectors import Column, steps_svg
from resnet.language import translate as _

UNITS = 4


def forward() -> None:
    """Two layers, with or without a shortcut, one step at a time."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shortcut = st.toggle(
            _("Shortcut"), True, key="forward_shortcut", bind="query-params",
            help=_("Adds the block's input before the last ReLU."),
        )  # fmt: skip
        step = st.slider(
            _("Step"), 1, 5, 5, key="forward_step", bind="query-params",
            help=_("How far the numbers have come."),
        )  # fmt: skip
        seed = st.number_input(
            _("Seed"), 0, 9999, 2, key="forward_seed", bind="query-params",
            help=_("Another seed draws other weights."),
        )  # fmt: skip
    random = np.random.default_rng(seed)
    a0 = random.uniform(0, 2, UNITS).round(1)
    w1, w2 = (random.normal(0, 0.6, (UNITS, UNITS)).round(1) for _layer in range(2))
    z1 = w1 @ a0
    a1 = np.maximum(z1, 0)
    z2 = w2 @ a1
    joined = z2 + a0 if shortcut else z2
    columns = [
        Column("a[l]", "", a0),
        Column("z[l+1]", "W[l+1]", z1),
        Column("a[l+1]", "ReLU", a1),
        Column("z[l+2]", "W[l+2]", z2),
        Column("z + a" if shortcut else "z[l+2]", "", joined),
        Column("a[l+2]", "ReLU", np.maximum(joined, 0)),
    ]
    drawing(steps_svg(columns, step + 1, 4 if shortcut else None), key="forward_figure")
    with st.expander(_("The weights"), icon=":material/table:"):
        for layer, weights in enumerate((w1, w2), 1):
            st.latex(f"W^{{[l+{layer}]}} = {_matrix(weights)}")


def _matrix(values: np.ndarray) -> str:
    rows = r" \\ ".join(" & ".join(f"{value:.1f}" for value in row) for row in values)
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


lesson("two_ways", {"forward": forward})
