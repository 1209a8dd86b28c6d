"""A figure large enough for the back row of a class."""

from typing import Any

import plotly.graph_objects as go

from resnet.drawing.palette import PLOT_FONT_SIZE

SCALE = 1.3
_PIXELS = ("height", "l", "r", "t", "b", "xshift", "yshift", "standoff", "thickness")


def enlarged(figure: go.Figure, scale: float = SCALE) -> go.Figure:
    """Return a copy with letters, lines, marks and height `scale` times as large."""
    grown = go.Figure(figure)
    grown.update_layout(_grown(figure.layout.to_plotly_json(), scale))
    grown.update_layout(font_size=scale * PLOT_FONT_SIZE)
    for trace in grown.data:
        trace.update(_grown_marks(trace.to_plotly_json(), scale))
    return grown


def _grown(layout: Any, scale: float) -> Any:
    """Return a layout without its template, whose sizes in pixels are larger."""
    if isinstance(layout, (list, tuple)):
        return [_grown(part, scale) for part in layout]
    if not isinstance(layout, dict):
        return layout
    grown: dict[str, Any] = {}
    for key, value in layout.items():
        if key == "template":
            continue
        if key.endswith("font") and isinstance(value, dict) and "size" in value:
            value = value | {"size": scale * value["size"]}
            grown[key] = value
        elif key in _PIXELS and isinstance(value, (int, float)):
            grown[key] = scale * value
        else:
            grown[key] = _grown(value, scale)
    return grown


def _grown_marks(trace: dict[str, Any], scale: float) -> dict[str, Any]:
    grown: dict[str, Any] = {}
    for part, name in (("line", "width"), ("marker", "size")):
        size = trace.get(part, {}).get(name)
        if isinstance(size, (list, tuple)):
            grown[part] = {name: [scale * one for one in size]}
        elif isinstance(size, (int, float)):
            grown[part] = {name: scale * size}
    return grown
