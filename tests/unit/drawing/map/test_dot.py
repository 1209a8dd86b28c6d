import re
import xml.etree.ElementTree as ET

import pydot
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet.analysis.cost import LayerCost
from resnet.backend import without_values
from resnet.drawing.map import dot
from resnet.drawing.map.dot import dot_source, graphviz_available, render, to_dot
from resnet.drawing.map.graph import Edge, Graph, Node, fold, model_graph
from resnet.drawing.map.ribbon_file import ribbon_file
from resnet.drawing.palette import palette
from resnet.errors import LabError
from resnet.models.registry import build

HOSTILE = ['"', '"]; evil [label="x', "<b>bold</b>", "a\\", "\\N\\G", "two\nlines", "{a|b}", "é⊕"]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pydot.*")


@pytest.fixture(scope="module")
def graph():
    return model_graph(without_values(build, "resnet20"))


def layer(name, inputs=()):
    return LayerCost(
        name, "conv", "stage2", "1", "conv1", (8, 8, 4), 1, 1, 1, 1, 3, 1, tuple(inputs)
    )


def named(first, second):
    nodes = tuple(
        Node(f"id{i}", n, "conv", n, "1", (layer(n),)) for i, n in enumerate((first, second))
    )
    return Graph(nodes, (Edge("id0", "id1", "main"),), first)


def read(source):
    (parsed,) = pydot.graph_from_dot_data(source)
    nodes, edges, graphs = [], [], [parsed]
    while graphs:
        current = graphs.pop()
        graphs += current.get_subgraphs()
        nodes += [n for n in current.get_nodes() if n.get_name() not in ("node", "edge")]
        edges += current.get_edges()
    return nodes, edges


def test_it_reads_back_as_the_graph_it_was(graph):
    nodes, edges = read(dot_source(graph))
    number = {node.id: f"n{i}" for i, node in enumerate(graph.nodes)}
    assert sorted(n.get_name() for n in nodes) == sorted(number.values())
    assert {(e.get_source(), e.get_destination()) for e in edges} == {
        (number[e.source], number[e.target]) for e in graph.edges
    }


def test_exactly_the_shortcuts_are_green(graph):
    _nodes, edges = read(dot_source(graph))
    green = palette("light").shortcut
    found = [e for e in edges if green in (e.get("color") or "")]
    assert len(found) == sum(e.kind == "shortcut" for e in graph.edges)


def test_stages_are_clusters(graph):
    labels = [cluster.get("label") for cluster in to_dot(graph).get_subgraphs()]
    assert to_dot(fold(graph, frozenset())).get_subgraphs() == []
    assert labels == ['"stem"', '"stage 1"', '"stage 2"', '"stage 3"', '"head"']


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_in_their_labels(name):
    nodes, edges = read(dot_source(named(name, "plain")))
    assert sorted(n.get_name() for n in nodes) == ["n0", "n1"]
    assert len(edges) == 1


@given(st.text(max_size=40))
def test_any_name_is_one_quoted_string(name):
    quoted = dot._quoted(name)
    assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', quoted)
    assert "\n" not in quoted


@pytest.mark.parametrize("name", HOSTILE)
def test_graphviz_prints_hostile_names_as_they_are(name):
    graph = named(name, "plain")
    if not graphviz_available():
        with pytest.raises(LabError):
            render(graph, "svg")
        return
    root = ET.fromstring(render(graph, "svg"))
    texts = [e.text for e in root.iter() if e.tag.endswith("text")]
    assert set(name.split("\n")) <= set(texts)


def test_graphviz_draws_svg_and_png(graph):
    folded = fold(graph, frozenset({"stage2"}))
    if graphviz_available():
        assert ET.fromstring(render(folded, "svg", "dark")).tag.endswith("svg")
        assert render(folded, "png").startswith(b"\x89PNG\r\n\x1a\n")


def test_without_graphviz_it_says_what_to_install(graph, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert not graphviz_available()
    assert dot_source(graph).startswith("digraph")
    with pytest.raises(LabError, match="apt install graphviz"):
        render(graph, "svg")


def test_without_graphviz_the_ribbon_is_drawn_with_every_name(graph):
    folded = fold(graph, frozenset({"stage2"}))
    root = ET.fromstring(ribbon_file(folded, "svg"))
    texts = " ".join("".join(e.itertext()) for e in root.iter() if e.tag.endswith("text"))
    assert "stage 1" in texts
    assert "stage 3" in texts
    assert "32×32×16" in texts
    assert ribbon_file(folded, "png", "dark").startswith(b"\x89PNG\r\n\x1a\n")
