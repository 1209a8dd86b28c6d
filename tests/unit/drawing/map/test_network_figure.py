import math
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet.backend import without_values
from resnet.drawing.map.cell_facts import overlay_value
from resnet.drawing.map.graph import fold, model_graph
from resnet.drawing.map.network_figure import network_figure
from resnet.drawing.map.network_layout import branch_nodes, ribbon
from resnet.drawing.palette import palette
from resnet.models.registry import build

OVERLAYS = ("kind", "parameters", "multiply_adds", "memory", "receptive_field")


@cache
def graph_of(name, **options):
    return model_graph(without_values(build, name, **options))


def folded(name, *unfolded, **options):
    return fold(graph_of(name, **options), frozenset(unfolded))


def bars(figure):
    return [trace for trace in figure.data if trace.type == "bar"]


def cell_ids(figure):
    return [data[0] for trace in bars(figure) for data in trace.customdata]


def named(figure, name):
    return [trace for trace in figure.data if trace.name == name]


def arcs(figure):
    return sum(x is None for trace in named(figure, "shortcut") for x in trace.x)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_node_is_one_cell(overlay):
    graph = folded("resnet20", "stage2", "stage2/1")
    figure = network_figure(graph, overlay=overlay)
    assert sorted(cell_ids(figure)) == sorted(node.id for node in graph.nodes)


def test_a_click_tells_the_node_and_whether_it_folds():
    figure = network_figure(folded("resnet20", "stage2"))
    clicks = {data[0]: data[1] for trace in bars(figure) for data in trace.customdata}
    assert clicks["stage1"] is True
    assert clicks["stage2/1"] is True
    assert clicks["input"] is False
    handles = [
        list(data) for t in figure.data if t.type == "scatter" for data in t.customdata or ()
    ]
    assert handles == [["stage2", True]]


@pytest.mark.parametrize("unfolded", [(), ("stage1",), ("stage1", "stage1/1", "stage2")])
def test_there_is_an_arc_for_every_shortcut_however_it_is_folded(unfolded):
    assert arcs(network_figure(folded("resnet20", *unfolded))) == 9
    assert arcs(network_figure(folded("plain20", *unfolded))) == 0


@pytest.mark.parametrize("name", ["resnet50", "resnet20", "plain20"])
def test_a_folded_stage_shows_its_blocks_and_its_name_counts_them(name):
    graph = folded(name)
    stages = [node for node in graph.nodes if node.kind == "stage" and node.layers[0].block]
    blocks = [len({layer.block for layer in node.layers}) for node in stages]
    cells = [cell for cell in ribbon(graph).cells if cell.node in stages]
    assert [len(cell.joints()) + 1 for cell in cells] == blocks
    for cell in cells:
        edges = [cell.left, *cell.joints(), cell.right]
        widths = [after - before for before, after in pairwise(edges)]
        assert widths == pytest.approx([widths[0]] * len(widths))
    ticks = [text for text in network_figure(graph).layout.xaxis.ticktext if "blocks" in text]
    assert [text.split("<br>")[-1] for text in ticks] == [f"{count} blocks" for count in blocks]


def test_layers_of_a_shortcut_stand_on_its_arc():
    graph = folded("resnet50", "stage2", "stage2/a")
    assert branch_nodes(graph) == {"res2a_branch1", "bn2a_branch1"}
    laid = ribbon(graph)
    on_arc = {cell.node.id: cell for cell in laid.cells if cell.y != laid.base}
    assert set(on_arc) == {"res2a_branch1", "bn2a_branch1"}
    under = next(cell for cell in laid.cells if cell.node.id == "res2a_branch2b")
    assert min(cell.y - cell.height / 2 for cell in on_arc.values()) > under.top


def test_the_plain_twin_stands_below_on_the_same_scale():
    first = ribbon(folded("resnet20", "stage2"))
    second = ribbon(folded("resnet20", "stage2", shortcut=False), base=-3, beside=first)
    assert [(c.x, c.width) for c in second.cells] == [(c.x, c.width) for c in first.cells]
    assert {c.y for c in second.cells} == {-3}
    figure = network_figure(
        folded("resnet20", "stage2"), second=folded("resnet20", "stage2", shortcut=False)
    )
    hues = {
        name: named(figure, name)[0].marker.line.color[0]
        for name in ("residual block", "plain block")
    }
    assert hues == {
        "residual block": palette("light").residual,
        "plain block": palette("light").plain,
    }
    assert [note.text for note in figure.layout.annotations] == [
        "<b>resnet20</b> · residual",
        "<b>resnet20</b> · plain",
    ]


def test_height_follows_the_map_and_width_the_channels():
    cells = {
        cell.node.id: cell
        for cell in ribbon(folded("resnet20", "stage1", "stage2", "stage3")).cells
    }
    heights = [cells[f"stage{i}/1"].height for i in (1, 2, 3)]
    assert heights == pytest.approx([1, math.sqrt(1 / 2), math.sqrt(1 / 4)])
    widths = [cells[f"stage{i}/1"].width for i in (1, 2, 3)]
    assert widths == sorted(widths)
    assert widths[0] < widths[2] < 2 * widths[0]


@pytest.mark.parametrize("overlay", OVERLAYS[1:])
def test_an_overlay_is_log10_and_zero_has_a_mark_of_its_own(overlay):
    graph = folded("resnet20", "stage1", "stage1/1")
    figure = network_figure(graph, overlay=overlay)
    values = {node.id: overlay_value(node, overlay) for node in graph.nodes}
    tinted = {
        data[0]: log
        for trace in bars(figure)
        if trace.marker.coloraxis
        for data, log in zip(trace.customdata, trace.marker.color, strict=True)
    }
    assert tinted == pytest.approx({id: math.log10(v) for id, v in values.items() if v})
    assert figure.layout.coloraxis.colorscale[0][1] == "#00224e"  # cividis
    for name, value in (("zero", 0), ("the whole input", None)):
        expected = {id for id, v in values.items() if v == value}
        marked = {data[0] for t in named(figure, name) for data in t.customdata}
        assert marked == expected
        assert all(t.marker.pattern.shape for t in named(figure, name))


def test_overlays_of_the_course_net_add_up_to_its_totals():
    graph = folded("resnet50", "stage3")
    assert sum(overlay_value(node, "parameters") for node in graph.nodes) == 23_600_006
    assert sum(overlay_value(node, "multiply_adds") for node in graph.nodes) == 308_178_944


def test_the_selected_cell_is_outlined_in_ink_and_only_it():
    figure = network_figure(folded("resnet20"), selected="stage2", theme="dark")
    widths = {
        data[0]: width
        for trace in bars(figure)
        for data, width in zip(trace.customdata, trace.marker.line.width, strict=True)
    }
    thick = max(widths.values())
    assert [id for id, width in widths.items() if width == thick] == ["stage2"]


def test_a_found_layer_is_marked_where_it_is_even_inside_a_folded_cell():
    layer = "stage2_block1_conv1"
    for graph, cell in ((folded("resnet20"), "stage2"), (folded("resnet20", "stage2"), "stage2/1")):
        figure = network_figure(graph, found=frozenset({layer}))
        (mark,) = named(figure, "found")
        at = next(c.x for c in ribbon(graph).cells if c.node.id == cell)
        assert mark.x == pytest.approx((at,), abs=1e-3)
    assert not named(network_figure(folded("resnet20"), found=frozenset({"nothing"})), "found")


def test_hover_tells_the_facts():
    figure = network_figure(folded("resnet20"))
    texts = dict(zip(cell_ids(figure), (t for b in bars(figure) for t in b.hovertext), strict=True))
    assert "output 16×16×32" in texts["stage2"]
    assert "parameters" in texts["stage2"]
    assert "sees the whole input" in texts["head"]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_cells_on_the_path_never_overlap(data):
    graph = graph_of("resnet20")
    unfolded = frozenset(data.draw(st.sets(st.sampled_from(graph.groups()))))
    laid = ribbon(fold(graph, unfolded))
    path = [cell for cell in laid.cells if cell.y == laid.base]
    for one, other in pairwise(path):
        assert one.right < other.left
    for arc in laid.arcs:
        points = list(arc.points())
        assert points[0] == pytest.approx(arc.start, abs=1e-3)
        assert points[-1] == pytest.approx(arc.end, abs=1e-3)
        assert max(y for _x, y in points) <= arc.peak + 1e-3


def test_the_largest_net_stays_small_on_the_wire():
    graph = graph_of("resnet152", input_shape=(64, 64, 3), classes=6)
    everything = fold(graph, frozenset(graph.groups()))
    assert len(network_figure(everything).to_json()) < 300_000
    assert network_figure(everything).layout.xaxis.rangeslider.visible
    assert not network_figure(fold(graph, frozenset())).layout.xaxis.rangeslider.visible
