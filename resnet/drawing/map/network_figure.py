"""A net as a ribbon: cells from left to right, shortcuts as arcs, tinted by what one asks for."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import plotly.graph_objects as go

from resnet.drawing.map.cell_facts import KIND_NAMES, OVERLAY_NAMES, Overlay, facts, overlay_value
from resnet.drawing.map.graph import Graph, block_count, node_colour, stage_label
from resnet.drawing.map.network_layout import Ribbon, RibbonCell, ribbon
from resnet.drawing.numbers import compact
from resnet.drawing.palette import SCALE, Palette, Theme, blank_figure, mix, palette
from resnet.drawing.svg.pieces import CHANGED, shape_text
from resnet.language import translate
from resnet.language import translate as _

PITCH = 2.05
GAP_BEFORE = 0.3
HEADROOM = 1.04  # above a row's middle: its highest arc, then its name
ROW_HEIGHT = 340  # pixels
NAMES_HEIGHT = 92
MOST_NAMED_BLOCKS = 30
MOST_CELLS_WITHOUT_MAP = 45


def network_figure(
    graph: Graph,
    *,
    overlay: Overlay = "kind",
    selected: str | None = None,
    found: frozenset[str] = frozenset(),
    theme: Theme = "light",
    second: Graph | None = None,
) -> go.Figure:
    """Draw a folded graph; `second` (a plain twin, say) stands below it on the same scale.

    A cell's height follows its map's side, its width its channels; a folded stage or block has an
    arc for each shortcut in it. `found` names layers or cells to mark. Each cell's customdata is
    (node id, whether a click should fold or unfold it).
    """
    first = ribbon(graph)
    rows = [(graph, first)]
    if second:
        rows.append((second, ribbon(second, base=-PITCH, beside=first)))
    colours = palette(theme)
    figure = blank_figure(theme)
    cells = [cell for _graph, row in rows for cell in row.cells]
    _add_cells(figure, cells, overlay, selected, colours)
    for i, (net, row) in enumerate(rows):
        _add_joints(figure, row, colours)
        _add_arcs(figure, row, colours, named=not any(other.arcs for _net, other in rows[:i]))
        _add_handles(figure, row, colours)
        _add_way(figure, net, row, colours)
    _add_found(figure, cells, found, colours)
    _lay_out(figure, [row for _graph, row in rows], tinted=overlay != "kind")
    return figure


def _add_cells(
    figure: go.Figure,
    cells: Sequence[RibbonCell],
    overlay: Overlay,
    selected: str | None,
    colours: Palette,
) -> None:
    if overlay == "kind":
        for (name, hue), members in _by_kind(cells, colours).items():
            marker: dict[str, Any] = {"color": mix(hue, colours.paper, 0.4)}
            _add_bars(figure, members, name, marker, hue, selected, colours)
        return
    values = [overlay_value(cell.node, overlay) for cell in cells]
    shown = [(cell, math.log10(v)) for cell, v in zip(cells, values, strict=True) if v]
    axis = _colour_axis([log for _cell, log in shown], translate(OVERLAY_NAMES[overlay]))
    figure.update_layout(coloraxis=axis)
    middle = (axis["cmin"] + axis["cmax"]) / 2
    for ink, dark in (("#ffffff", True), ("#000000", False)):
        half = [(cell, log) for cell, log in shown if (log < middle) == dark]
        marker = {"color": [log for _cell, log in half], "coloraxis": "coloraxis"}
        members = [cell for cell, _log in half]
        _add_bars(figure, members, "", marker, colours.muted, selected, colours, ink)
    for missing, word, shape in ((0, _("zero"), "/"), (None, _("the whole input"), ".")):
        blank = [c for c, value in zip(cells, values, strict=True) if value == missing]
        if blank:
            pattern = {"shape": shape, "fgcolor": colours.muted, "size": 6, "solidity": 0.25}
            marker = {"color": colours.paper, "pattern": pattern}
            _add_bars(figure, blank, word, marker, colours.muted, selected, colours)


def _by_kind(
    cells: Sequence[RibbonCell], colours: Palette
) -> dict[tuple[str, str], list[RibbonCell]]:
    """Group cells by (name in the legend, hue); what the axis names needs no name here."""
    blocks = {colours.residual: _("residual block"), colours.plain: _("plain block")}
    kinds: dict[tuple[str, str], list[RibbonCell]] = {}
    for cell in cells:
        node, hue = cell.node, node_colour(cell.node, colours)
        name = blocks.get(hue, "") if node.is_group else translate(KIND_NAMES[node.kind])
        kinds.setdefault(("" if node.kind == "input" else name, hue), []).append(cell)
    return kinds


def _add_bars(
    figure: go.Figure,
    cells: Sequence[RibbonCell],
    name: str,
    marker: dict[str, Any],
    edge: str,
    selected: str | None,
    colours: Palette,
    ink: str = "",
) -> None:
    named = sum(cell.node.kind == "block" for cell in cells) <= MOST_NAMED_BLOCKS
    chosen = [cell.node.id == selected for cell in cells]
    line = {
        "color": [colours.ink if this else edge for this in chosen],
        "width": [3.5 if this else 1.2 for this in chosen],
    }
    figure.add_trace(
        go.Bar(
            x=_rounded(cell.x for cell in cells),
            y=_rounded(cell.height for cell in cells),
            base=_rounded(cell.y - cell.height / 2 for cell in cells),
            width=_rounded(cell.width for cell in cells),
            name=name,
            showlegend=bool(name),
            marker=marker | {"line": line},
            text=[c.node.label if c.node.kind == "block" and named else "" for c in cells],
            textposition="inside",
            insidetextanchor="middle",
            insidetextfont={"color": ink or colours.ink},
            textangle=0,
            customdata=[[cell.node.id, cell.node.is_group] for cell in cells],
            hovertext=[facts(cell.node) for cell in cells],
            hovertemplate="%{hovertext}<extra></extra>",
            **_same_when_selected(ink or colours.ink),
        )
    )


def _same_when_selected(ink: str) -> dict[str, Any]:
    """Keep cells as they are when one is clicked; Plotly needs both looks to write on bars."""
    look = {"marker": {"opacity": 1}, "textfont": {"color": ink}}
    return {"selected": look, "unselected": look}


def _add_joints(figure: go.Figure, row: Ribbon, colours: Palette) -> None:
    """Show where one block of a folded stage ends and the next begins."""
    lines: list[tuple[float | None, float | None]] = []
    for cell in row.cells:
        for x in cell.joints():
            half = cell.height / 2
            lines += [(x, cell.y - half), (x, cell.y + half), (None, None)]
    if lines:
        figure.add_trace(
            go.Scatter(
                x=[x for x, _y in lines],
                y=[y for _x, y in lines],
                mode="lines",
                showlegend=False,
                line={"color": colours.paper, "width": 2},
                hoverinfo="skip",
            )
        )


def _add_arcs(figure: go.Figure, row: Ribbon, colours: Palette, named: bool) -> None:
    if not row.arcs:
        return
    points: list[tuple[float | None, float | None]] = []
    for arc in row.arcs:
        points += [*arc.points(), (None, None)]
    figure.add_trace(
        go.Scatter(
            x=[x for x, _y in points],
            y=[y for _x, y in points],
            mode="lines",
            name=_("shortcut"),
            showlegend=named,
            line={"color": colours.shortcut, "width": 2.2},
            hoverinfo="skip",
        )
    )
    crowns = [arc.crown for arc in row.arcs if arc.growing]
    if crowns:
        figure.add_trace(
            go.Scatter(
                x=_rounded(x for x, _y in crowns),
                y=_rounded(y for _x, y in crowns),
                mode="markers",
                name=_("projection, padding"),
                showlegend=named,
                marker={"symbol": "square", "size": 7, "color": colours.shortcut},
                hovertemplate=_("This shortcut changes the shape.") + "<extra></extra>",
                unselected={"marker": {"opacity": 1}},
            )
        )


def _add_handles(figure: go.Figure, row: Ribbon, colours: Palette) -> None:
    """Add a bracket under each open stage and block; its mark folds it again."""
    groups = row.open_groups()
    if not groups:
        return
    lines: list[tuple[float | None, float | None]] = []
    for id, left, right in groups:
        y = _handle_height(row, id)
        lines += [(left, y + 0.04), (left, y), (right, y), (right, y + 0.04), (None, None)]
    look = {"showlegend": False, "hoverinfo": "skip"}
    figure.add_trace(
        go.Scatter(
            x=[x for x, _y in lines],
            y=[y for _x, y in lines],
            mode="lines",
            line={"color": colours.muted, "width": 1.2},
            **look,
        )
    )
    figure.add_trace(
        go.Scatter(
            x=_rounded((left + right) / 2 for _id, left, right in groups),
            y=_rounded(_handle_height(row, id) for id, _left, _right in groups),
            mode="markers",
            showlegend=False,
            marker={
                "symbol": "triangle-up",
                "size": 14,
                "color": colours.paper,
                "line": {"color": colours.ink, "width": 1.6},
            },
            customdata=[[id, True] for id, _left, _right in groups],
            hovertext=[_("fold {name}").format(name=_group_name(id)) for id, *_ends in groups],
            hovertemplate="%{hovertext}<extra></extra>",
            unselected={"marker": {"opacity": 1}},
        )
    )


def _group_name(id: str) -> str:
    stage, _slash, block = id.partition("/")
    return f"{stage_label(stage)}, {block}" if block else stage_label(stage)


def _handle_height(row: Ribbon, id: str) -> float:
    return row.base - (0.58 if "/" in id else 0.74)


def _add_way(figure: go.Figure, net: Graph, row: Ribbon, colours: Palette) -> None:
    """Draw the main path behind the cells, and name the net."""
    plain = not any(layer.kind == "add" for layer in net.layers)
    kind = _("plain") if plain else _("residual")
    figure.add_shape(
        type="line",
        layer="below",
        x0=-GAP_BEFORE,
        x1=row.length + GAP_BEFORE,
        y0=row.base,
        y1=row.base,
        line={"color": colours.ink, "width": 1.5},
    )
    figure.add_annotation(
        text=f"<b>{net.name}</b> · {kind}",
        x=0,
        xref="paper",
        xanchor="left",
        y=row.base + HEADROOM,
        yanchor="top",
        showarrow=False,
        font={"color": colours.text(colours.net(plain)), "size": 15},
    )


def _add_found(
    figure: go.Figure, cells: Sequence[RibbonCell], found: frozenset[str], colours: Palette
) -> None:
    hits = [
        cell
        for cell in cells
        if cell.node.id in found or any(layer.name in found for layer in cell.node.layers)
    ]
    if hits:
        figure.add_trace(
            go.Scatter(
                x=_rounded(cell.x for cell in hits),
                y=_rounded(cell.y - cell.height / 2 - 0.06 for cell in hits),
                mode="markers",
                name=_("found"),
                marker={
                    "symbol": "arrow-up",
                    "size": 13,
                    "color": CHANGED,
                    "line": {"color": colours.ink, "width": 1},
                },
                hoverinfo="skip",
            )
        )


def _lay_out(figure: go.Figure, rows: Sequence[Ribbon], tinted: bool) -> None:
    """Fix axes and margins; room is kept for names that turn upright on a phone."""
    names = _stage_names(rows[0])
    reach = [-GAP_BEFORE, max(row.length for row in rows) + GAP_BEFORE]
    crowded = len(rows[0].cells) > MOST_CELLS_WITHOUT_MAP
    bottom = NAMES_HEIGHT + 64 * tinted + 40 * crowded
    figure.update_layout(
        barmode="overlay",
        dragmode="pan",
        clickmode="event+select",
        hovermode="closest",
        uniformtext={"minsize": 9, "mode": "hide"},
        height=60 + ROW_HEIGHT * len(rows) + bottom,
        margin={"t": 60, "l": 8, "r": 8, "b": bottom},
        coloraxis_colorbar_y=-NAMES_HEIGHT / (ROW_HEIGHT * len(rows)),
        legend={"itemclick": False, "itemdoubleclick": False, "font_size": 12},
    )
    figure.update_yaxes(
        visible=False, fixedrange=True, range=[rows[-1].base - 0.86, rows[0].base + HEADROOM + 0.02]
    )
    figure.update_xaxes(
        showgrid=False,
        showline=False,
        ticks="",
        automargin=False,
        range=reach,
        tickvals=[x for x, _name in names],
        ticktext=[name for _x, name in names],
        tickfont_size=12,
        autotickangles=[0, 90],
        rangeslider={"visible": crowded, "thickness": 0.12, "range": reach},
    )


def _stage_names(row: Ribbon) -> list[tuple[float, str]]:
    """Return where each stage's name stands, with the shape it gives."""
    stages: dict[str, list[RibbonCell]] = {}
    for cell in row.cells:
        if cell.y == row.base and cell.node.stage:
            stages.setdefault(cell.node.stage, []).append(cell)
    return [
        (
            (cells[0].left + cells[-1].right) / 2,
            f"{stage_label(stage)}<br>{shape_text(cells[-1].node.layers[-1].output_shape)}"
            + _blocks_of(cells),
        )
        for stage, cells in stages.items()
    ]


def _blocks_of(cells: Sequence[RibbonCell]) -> str:
    blocks = {layer.block for cell in cells for layer in cell.node.layers if layer.block}
    return f"<br>{block_count(len(blocks))}" if blocks else ""


def _colour_axis(logs: Sequence[float], name: str) -> dict[str, Any]:
    low, high = min(logs, default=0), max(logs, default=1)
    steps = (1, 2, 5) if high - low < 2 else (1,)
    ticks = [d * 10**n for n in range(math.floor(low), math.ceil(high) + 1) for d in steps]
    return {
        "colorscale": SCALE,
        "cmin": low,
        "cmax": max(high, low + 0.1),
        "colorbar": {
            "orientation": "h",
            "title": {"text": name, "side": "top", "font": {"size": 12}},
            "tickvals": [math.log10(tick) for tick in ticks],
            "ticktext": [compact(tick) for tick in ticks],
            "tickangle": 0,
            "tickfont": {"size": 12},
            "thickness": 10,
            "x": 0,
            "xanchor": "left",
            "yanchor": "top",
        },
    }


def _rounded(values: Iterable[float]) -> list[float]:
    return [round(value, 3) for value in values]
