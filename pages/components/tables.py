"""Tables behind the pictures."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from resnet.language import translate
from resnet.language import translate as _

if TYPE_CHECKING:  # importing it for real would import Keras
    from resnet.analysis.cost import LayerCost


MOST_ROWS = 10_000
FIELDS = ("heatmap", "contour", "surface")  # traces of a value at each x and y


def figure_table(figure: go.Figure) -> pd.DataFrame:
    """Return a figure's numbers for those who would rather read or hear them, a row a point.

    Lines and marks that only adorn others, which have no hover text, are left out.
    """
    names = [_("Series"), _title(figure.layout.xaxis, "x"), _title(figure.layout.yaxis, "y")]
    with_values = any(trace.type in FIELDS for trace in figure.data)
    columns = [*names, _("Value")] if with_values else names
    rows = (row for trace in figure.data if trace.hoverinfo != "skip" for row in _rows(trace))
    table = pd.DataFrame(islice(rows, MOST_ROWS), columns=range(4))
    return table[table.columns[: len(columns)]].set_axis(columns, axis="columns")


def _title(axis: Any, otherwise: str) -> str:
    return axis.title.text or otherwise


def _rows(trace: Any) -> Iterator[tuple[Any, ...]]:
    if trace.type in FIELDS:
        for i, line in enumerate(trace.z if trace.z is not None else ()):
            for j, value in enumerate(line):
                yield trace.name, _at(trace.x, j), _at(trace.y, i), value
        return
    xs, ys = trace.x, trace.y
    count = max(len(values) for values in (xs, ys, ()) if values is not None)
    for k in range(count):
        x, y = _at(xs, k), _at(ys, k)
        if x is not None and y is not None:
            yield trace.name, x, y, None


def _at(values: Any, index: int) -> Any:
    return index if values is None else values[index]


def show_costs(costs: Iterable["LayerCost"], *, alt: str) -> None:
    """Show one row a layer, each kind in its hue and each cost as a bar beside the others."""
    from resnet.drawing.map.cell_facts import KIND_NAMES
    from resnet.drawing.palette import KIND_COLOURS

    kinds = {translate(KIND_NAMES[kind]): colour for kind, colour in KIND_COLOURS.items()}
    table = cost_table(costs)
    number = st.column_config.NumberColumn(format="localized")
    st.dataframe(
        table,
        hide_index=True,
        alt=alt,
        placeholder="–",
        column_config=dict.fromkeys(table.select_dtypes("number"), number)
        | {name: bars(table[name].max()) for name in (_("Parameters"), _("Multiply-adds"))}
        | {_("Kind"): st.column_config.MultiselectColumn(options=kinds, color=kinds.values())},
    )


def bars(most: int, format: str = "localized") -> Any:
    """Return a column whose numbers are bars, too, as long as their share of `most`."""
    return st.column_config.ProgressColumn(
        format=format, min_value=0, max_value=max(1, int(most)), color="gray"
    )


def cost_table(costs: Iterable["LayerCost"]) -> pd.DataFrame:
    """Return one row a layer: what it is, what comes out, what it costs, what it sees."""
    from resnet.drawing.map.cell_facts import KIND_NAMES

    costs = list(costs)
    return pd.DataFrame(
        {
            _("Layer"): [cost.name for cost in costs],
            _("Kind"): [[translate(KIND_NAMES[cost.kind])] for cost in costs],
            _("Output shape"): ["×".join(map(str, cost.output_shape)) for cost in costs],
            _("Parameters"): [cost.parameters for cost in costs],
            _("Multiply-adds"): [cost.multiply_adds for cost in costs],
            _("Memory, KiB"): [round(cost.activation_bytes / 1024, 1) for cost in costs],
            _("Receptive field"): [cost.receptive_field for cost in costs],
            _("Stride"): [cost.stride for cost in costs],
        }
    )
