"""A net's ribbon as an SVG or PNG file, where no Graphviz draws its graph."""

import io

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from resnet.drawing.map.dot import Format
from resnet.drawing.map.graph import Graph, node_colour, stage_label
from resnet.drawing.map.network_layout import RibbonCell, ribbon
from resnet.drawing.palette import Theme, matplotlib_style, mix, palette
from resnet.drawing.svg.pieces import shape_text

INCHES, HEIGHT = 1.1, 3.2  # of one block's width, of the whole
DOTS = 200  # an inch, of a PNG


def ribbon_file(graph: Graph, kind: Format, theme: Theme = "light") -> bytes:
    """Return a folded graph from left to right, shortcuts as green arcs over the cells."""
    colours, row = palette(theme), ribbon(graph)
    with rc_context({**matplotlib_style(theme), "svg.fonttype": "none"}):
        figure = Figure((INCHES * row.length, HEIGHT))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(-0.2, row.length + 0.2), ylim=(-1.15, 1.15))
        axes.set_axis_off()
        axes.plot([0, row.length], [row.base] * 2, color=colours.ink, zorder=0)
        for cell in row.cells:
            hue = node_colour(cell.node, colours)
            axes.add_patch(
                FancyBboxPatch(
                    (cell.left, cell.y - cell.height / 2),
                    cell.width,
                    cell.height,
                    "round,pad=0,rounding_size=0.03",
                    facecolor=mix(hue, colours.paper, 0.4),
                    edgecolor=hue,
                )
            )
            name = axes.text(cell.x, row.base - 0.6, _label(cell), ha="center", va="top", size=8)
            name.set_parse_math(False)
        for arc in row.arcs:
            xs, ys = zip(*arc.points(), strict=True)
            axes.plot(xs, ys, color=colours.shortcut, linewidth=1.8)
        file = io.BytesIO()
        figure.savefig(file, format=kind, dpi=DOTS)
    return file.getvalue()


def _label(cell: RibbonCell) -> str:
    """Return a cell's name over the shape it gives; what stands on an arc has none."""
    node = cell.node
    name = stage_label(node.stage) if node.kind == "stage" else node.label
    return f"{name}\n{shape_text(node.layers[-1].output_shape)}"
