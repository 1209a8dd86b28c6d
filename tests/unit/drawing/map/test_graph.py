from functools import cache

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers

from resnet.backend import without_values
from resnet.drawing.map.graph import Graph, fold, model_graph, node_colour
from resnet.drawing.palette import palette
from resnet.models.block import Block
from resnet.models.blocks import block_model
from resnet.models.registry import build


@cache
def graph_of(name, **options) -> Graph:
    return model_graph(without_values(build, name, **options))


def edge_set(graph):
    return {(edge.source, edge.target, edge.kind) for edge in graph.edges}


def shortcuts(graph):
    return {(edge.source, edge.target) for edge in graph.edges if edge.kind == "shortcut"}


def ids(graph):
    return [node.id for node in graph.nodes]


EVERY_STAGE = frozenset({"stem", "stage2", "stage3", "stage4", "stage5", "head"})


def test_edges_are_those_of_keras():
    model = without_values(build, "resnet20")
    expected = {
        (node.operation.name, layer.name)
        for layer in model.layers
        for inbound in layer._inbound_nodes
        for node in inbound.parent_nodes
    }
    assert {(edge.source, edge.target) for edge in model_graph(model).edges} == expected


def test_a_bottleneck_of_the_course():
    graph = graph_of("resnet50")
    block = {edge for edge in edge_set(graph) if edge[1].startswith(("res2a", "bn2a"))}
    assert block == {
        (ids(graph)[ids(graph).index("res2a_branch2a") - 1], "res2a_branch2a", "main"),
        ("res2a_branch2a", "bn2a_branch2a", "main"),
        ("bn2a_branch2a", "res2a_relu2a", "main"),
        ("res2a_relu2a", "res2a_branch2b", "main"),
        ("res2a_branch2b", "bn2a_branch2b", "main"),
        ("bn2a_branch2b", "res2a_relu2b", "main"),
        ("res2a_relu2b", "res2a_branch2c", "main"),
        ("res2a_branch2c", "bn2a_branch2c", "main"),
        (ids(graph)[ids(graph).index("res2a_branch2a") - 1], "res2a_branch1", "shortcut"),
        ("res2a_branch1", "bn2a_branch1", "shortcut"),
        ("bn2a_branch2c", "res2a_add", "main"),
        ("bn2a_branch1", "res2a_add", "shortcut"),
        ("res2a_add", "res2a_relu", "main"),
    }
    assert ("res2a_relu", "res2b_add", "shortcut") in edge_set(graph)


def test_the_course_net_has_four_projections_and_twelve_identities():
    found = shortcuts(graph_of("resnet50"))
    into_additions = {edge for edge in found if edge[1].endswith("_add")}
    assert len(into_additions) == 16
    assert sum(source.startswith("bn") for source, _target in into_additions) == 4
    assert len(found) == 12 + 4 * 3


def test_a_plain_twin_has_no_shortcut():
    assert shortcuts(graph_of("plain20")) == set()
    assert shortcuts(graph_of("resnet20", shortcut=False)) == set()


def test_option_a_pads_on_the_shortcut():
    found = shortcuts(graph_of("resnet20"))
    pads = {edge for edge in found if edge[1].endswith("_pad")}
    assert {target for _source, target in pads} == {"stage2_block1_pad", "stage3_block1_pad"}
    assert ("stage2_block1_pad", "stage2_block1_add") in found
    assert len([edge for edge in found if edge[1].endswith("_add")]) == 9


def test_preactivation_shortcuts_leave_where_the_paper_says():
    graph = graph_of("preact_resnet50", input_shape=(32, 32, 3), classes=6)
    found = shortcuts(graph)
    # The identity is untouched; a projection starts after the first activation.
    assert ("stage3_block1_add", "stage3_block2_add") in found
    assert ("stage3_block1_relu1", "stage3_block1_projection") in found
    assert ("stage3_block1_projection", "stage3_block1_add") in found


@pytest.mark.parametrize("preactivation", [False, True])
@pytest.mark.parametrize("shortcut", ["identity", "projection", "zero_padding"])
def test_a_lone_block(shortcut, preactivation):
    block = Block("basic", (8, 8), shortcut=shortcut, preactivation=preactivation)
    found = shortcuts(model_graph(block_model(block, (8, 8, 8))))
    ends = [edge for edge in found if edge[1] == "block_add"]
    assert len(ends) == 1
    source = ends[0][0]
    assert source == "input" if shortcut == "identity" else source != "input"


def test_the_shortcut_is_found_whatever_the_names_and_the_order():
    x = keras.Input((8, 8, 4), name="a")
    main = layers.Conv2D(4, 3, padding="same", name="b")(x)
    main = layers.Conv2D(4, 3, padding="same", name="c")(main)
    for order in ([main, x], [x, main]):
        model = keras.Model(x, layers.Add(name="d")(order))
        assert shortcuts(model_graph(model)) == {("a", "d")}


def test_folded_all_the_way():
    graph = fold(graph_of("resnet50"), frozenset())
    chain = ["stem", "stage2", "stage3", "stage4", "stage5", "head"]
    assert [node.id for node in graph.nodes if node.id in chain] == chain
    assert shortcuts(graph) == set()
    assert {("stem", "stage2", "main"), ("stage4", "stage5", "main")} <= edge_set(graph)


def test_an_unfolded_stage_shows_blocks_and_an_unfolded_block_its_shortcut():
    graph = fold(graph_of("resnet50"), frozenset({"stage3", "stage3/b"}))
    assert {"stage2", "stage3/a", "stage3/c", "stage3/d", "stage4"} <= set(ids(graph))
    assert {
        ("stage2", "stage3/a", "main"),
        ("stage3/a", "res3b_branch2a", "main"),
        ("stage3/a", "res3b_add", "shortcut"),
        ("res3b_relu", "stage3/c", "main"),
        ("stage3/c", "stage3/d", "main"),
        ("stage3/d", "stage4", "main"),
    } <= edge_set(graph)
    assert shortcuts(graph) == {("stage3/a", "res3b_add")}


def test_an_open_block_in_a_closed_stage_stays_closed():
    assert fold(graph_of("resnet50"), frozenset({"stage3/b"})) == fold(
        graph_of("resnet50"), frozenset()
    )


def test_unfolding_everything_gives_the_model_back():
    graph = graph_of("resnet20")
    assert fold(graph, frozenset(graph.groups())) == graph


def test_folding_twice_is_folding_once():
    graph = graph_of("resnet20")
    once = fold(graph, frozenset({"stage2"}))
    assert fold(once, frozenset()) == fold(graph, frozenset())


@settings(deadline=None)  # the first example builds the net
@given(st.data())
def test_folding_keeps_every_layer_and_leaves_no_edge_dangling(data):
    graph = graph_of("resnet20")
    unfolded = frozenset(data.draw(st.sets(st.sampled_from(graph.groups()))))
    folded = fold(graph, unfolded)
    assert folded.layers == graph.layers
    assert len(set(ids(folded))) == len(folded.nodes)
    for edge in folded.edges:
        assert {edge.source, edge.target} <= set(ids(folded))
        assert ids(folded).index(edge.source) < ids(folded).index(edge.target)
    assert len({(edge.source, edge.target) for edge in folded.edges}) == len(folded.edges)
    total = sum(layer.parameters for node in folded.nodes for layer in node.layers)
    assert total == build_parameters()


@cache
def build_parameters():
    return without_values(build, "resnet20").count_params()


def test_groups_tell_what_to_unfold_for_a_layer():
    graph = graph_of("resnet50")
    assert graph.groups()[:4] == ["stem", "stage2", "stage2/a", "stage2/b"]
    assert graph.groups_of(["res4b_branch2a"]) == {"stage4", "stage4/b"}
    assert graph.groups_of(["nothing"]) == frozenset()
    assert fold(graph, frozenset({"stage4"})).groups() == graph.groups()


def test_folded_cells_have_the_colour_of_their_kind_of_net():
    colours = palette("light")
    expected = [("resnet20", colours.residual), ("plain20", colours.plain)]
    for name, colour in expected:
        folded = fold(graph_of(name), frozenset({"stage1", "head"}))
        found = {node.id: node_colour(node, colours) for node in folded.nodes}
        assert found["stage2"] == found["stage1/1"] == colour
        assert found["stem"] == colours.kinds["other"]
        assert found["fc10"] == colours.kinds["dense"]
