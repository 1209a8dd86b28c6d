"""`models`, `summary`, `graph`."""

import json
import re
import shutil

import pytest

from resnet.models.registry import architectures


def test_models_lists_every_net_with_its_paper(cli):
    result = cli("models")
    assert result.exit_code == 0
    first_words = [line.split()[0] for line in result.stdout.splitlines()[1:]]
    assert first_words == [net.name for net in architectures()]
    assert "He, Zhang, Ren, Sun 2016" in result.stdout


def test_models_as_json(cli):
    nets = {net["name"]: net for net in json.loads(cli("models", "--json").stdout)}
    assert nets["resnet20"]["plain_twin"] == "plain20"
    assert nets["resnet50"]["input"] == [64, 64, 3]
    assert nets["resnet50"]["paper"]["url"].startswith("https://arxiv.org/")


def test_summary_of_the_course_net_has_the_known_counts(cli):
    facts = json.loads(cli("summary", "resnet50", "--json").stdout)
    assert facts["params"] == 23_600_006
    assert facts["trainable"] == 23_546_886
    assert facts["macs"] == 308_178_944
    assert (facts["model"], facts["input"], facts["classes"]) == ("resnet50", [64, 64, 3], 6)
    assert sum(layer["params"] for layer in facts["layers"]) == 23_600_006
    assert facts["layers"][0]["inputs"] == []
    layers = {layer["name"]: layer for layer in facts["layers"]}
    assert layers["conv1"]["output_shape"] == [32, 32, 64]
    assert layers["conv1"]["receptive_field"] == 7
    assert layers["fc6"]["params"] == 2048 * 6 + 6


def test_summary_takes_another_input_and_other_classes(cli):
    result = cli("summary", "resnet20", "--input", "64,48,1", "--classes", 4, "--json")
    facts = json.loads(result.stdout)
    assert (facts["input"], facts["classes"]) == ([64, 48, 1], 4)
    assert facts["layers"][-1]["name"] == "fc4"


def test_summary_reads_as_a_table(cli):
    result = cli("summary", "fast")
    lines = result.stdout.splitlines()
    assert lines[0].split()[0] == "Layer"
    assert any(re.match(r"stem_conv +conv +32×32×32 +864 ", line) for line in lines)
    assert "309,478 parameters" in lines[-1]
    assert all(line == line.rstrip() for line in lines)


def test_a_net_that_is_not_there_suggests_its_neighbours(one_line):
    assert "resnet50" in one_line("summary", "resnt50", code=1)


@pytest.mark.parametrize("shape", ["64", "64,64", "a,b,c", "64,64,-3", "1.5,2,3", ""])
def test_an_input_that_is_no_shape(one_line, shape):
    assert "64,64,3" in one_line("summary", "fast", "--input", shape, code=2)


@pytest.mark.parametrize(
    ("options", "got"),
    [
        (("--input", "8,8,3"), "8×8×3"),
        (("--input", "99999,64,3"), "99999×64×3"),
        (("--classes", "1"), "got 1"),
    ],
)
def test_a_shape_the_net_cannot_take(one_line, options, got):
    assert got in one_line("summary", "fast", *options, code=1)


def test_graph_writes_dot_with_the_shortcut(cli, tmp_path):
    path = tmp_path / "resnet8.dot"
    result = cli("graph", "resnet8", "--out", path)
    assert result.exit_code == 0, result.output
    dot = path.read_text(encoding="utf-8")
    assert dot.lstrip().startswith("digraph")
    assert "stage1_block1_add" in dot


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_graph_draws_with_graphviz_or_says_what_is_missing(cli, tmp_path, kind, start):
    path = tmp_path / f"resnet8.{kind}"
    result = cli("graph", "resnet8", "--out", path)
    if shutil.which("dot"):
        assert path.read_bytes().startswith(start)
    else:
        assert result.exit_code == 1
        assert "Graphviz" in result.stderr
        assert not path.exists()


def test_graph_knows_three_formats(one_line, tmp_path):
    assert ".dot, .svg or .png" in one_line("graph", "fast", "--out", tmp_path / "fast.pdf", code=2)


def test_graph_into_a_folder_that_is_not_there(one_line, tmp_path):
    assert "No such file" in one_line("graph", "resnet8", "--out", tmp_path / "no/x.dot", code=1)
