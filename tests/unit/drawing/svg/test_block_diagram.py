import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet.analysis.block_trace import trace_block
from resnet.drawing.svg.block_diagram import block_svg
from resnet.drawing.svg.pieces import shape_text
from resnet.models.block import Block

IDENTITY = (Block("bottleneck", (8, 8, 16)), (15, 15, 16))
PROJECTION = (Block("bottleneck", (8, 8, 32), stride=2, shortcut="projection"), (15, 15, 16))
PADDED = (Block("basic", (32, 32), stride=2, shortcut="zero_padding"), (8, 8, 16))
PLAIN = (Block("basic", (8, 8), shortcut="none"), (8, 8, 8))
PREACTIVATED = (
    Block("bottleneck", (8, 8, 32), preactivation=True, shortcut="projection"),
    (8, 8, 16),
)
MISMATCH = (Block("bottleneck", (8, 8, 24)), (15, 15, 16))
CASES = [IDENTITY, PROJECTION, PADDED, PLAIN, PREACTIVATED, MISMATCH]
LAYOUTS = ("wide", "narrow")


def drawn(case, **options):
    block, input_shape = case
    options.setdefault("layout", "wide")
    return ET.fromstring(block_svg(trace_block(block, input_shape), block, **options))


def parts(root, tag):
    return [e for e in root.iter() if e.tag.rpartition("}")[2] == tag]


def classes(root):
    return [name for element in root.iter() for name in element.get("class", "").split()]


def words(root):
    return [element.text for element in parts(root, "text")]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("case", CASES)
def test_every_shape_of_the_block_is_printed(case, layout):
    trace = trace_block(*case)
    costs = [*trace.main, *trace.shortcut, *trace.output]
    shapes = {trace.input_shape, *(cost.output_shape for cost in costs)}
    if trace.shortcut_shape:
        shapes.add(trace.shortcut_shape)
    printed = " ".join(words(drawn(case, layout=layout)))
    for shape in shapes:
        assert shape_text(shape) in printed


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("case", CASES)
def test_the_red_mark_is_there_exactly_when_the_shapes_do_not_meet(case, layout):
    trace = trace_block(*case)
    root = drawn(case, layout=layout)
    red = [e.text for e in parts(root, "text") if "problem" in e.get("class", "")]
    if trace.problem:
        assert red == [shape_text(trace.shortcut_shape), shape_text(trace.main_shape)]
    else:
        assert red == []
    assert ("problem" in classes(root)) == bool(trace.problem)


def test_with_the_shortcut_off_the_arc_fades_but_keeps_its_place():
    on = drawn((Block("basic", (8, 8)), (8, 8, 8)))
    off = drawn(PLAIN)

    def arc(root):
        group = next(e for e in parts(root, "g") if "arc" in e.get("class", "").split())
        return group, [e.get("d") for e in parts(group, "path")]

    assert arc(on)[1] == arc(off)[1]
    assert "off" in arc(off)[0].get("class")
    assert "off" not in arc(on)[0].get("class")
    assert "join" in classes(on)
    assert "join" not in classes(off)


def layer_words(root):
    known = {"conv", "BatchNorm", "ReLU"}
    return [word for word in words(root) if word in known]


def test_the_order_of_the_layers_is_drawn_right():
    after = ["conv", "BatchNorm", "ReLU"]
    assert layer_words(drawn(IDENTITY)) == after * 2 + ["conv", "BatchNorm", "ReLU"]
    # The projection of a pre-activation block is the first conv in the file and has no BatchNorm.
    assert layer_words(drawn(PREACTIVATED)) == ["conv"] + ["BatchNorm", "ReLU", "conv"] * 3
    bare = (Block("basic", (8, 8), batch_norm=False), (8, 8, 8))
    assert layer_words(drawn(bare)) == ["conv", "ReLU", "conv", "ReLU"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_kernels_filters_and_strides_are_written(layout):
    text = words(drawn(PROJECTION, layout=layout))
    assert [t for t in text if re.fullmatch(r"\d×\d, \d+", t)] == [
        "1×1, 32",
        "1×1, 8",
        "3×3, 8",
        "1×1, 32",
    ]
    assert text.count("stride 2") == 2
    assert "stride 2" not in words(drawn(IDENTITY, layout=layout))


def test_where_plates_are_too_narrow_for_words_a_key_names_their_hues():
    assert words(drawn(PADDED, layout="narrow"))[-4:] == ["conv", "BatchNorm", "ReLU", "zero pad"]
    bare = (Block("basic", (8, 8), batch_norm=False), (8, 8, 8))
    assert words(drawn(bare, layout="narrow"))[-2:] == ["conv", "ReLU"]


LARGEST = (Block("bottleneck", (512, 512, 2048), preactivation=True), (224, 224, 2048))


@pytest.mark.parametrize("case", [*CASES, LARGEST])
def test_narrow_shapes_stand_beside_each_other_within_the_frame(case):
    rows = {}
    root = drawn(case, layout="narrow")
    for text in parts(root, "text"):
        if text.get("text-anchor") == "middle" and not text.get("class"):
            half = float(text.get("font-size")) * 0.5 * len(text.text) / 2
            x = float(text.get("x"))
            rows.setdefault(text.get("y"), []).append((x - half, x + half))
    ends = [sorted(row) for row in rows.values()]
    assert all(one[1] < next[0] for row in ends for one, next in pairwise(row))
    width = float(root.get("viewBox").split()[2])
    assert all(start >= 0 and end <= width for row in ends for start, end in row)


def fork(root):
    """Where the shortcut leaves the main path."""
    dot = next(e for e in parts(root, "circle") if e.get("r") == "5")
    return float(dot.get("cx"))


def test_a_preactivated_projection_leaves_after_the_first_activation():
    identity = Block("bottleneck", (8, 8, 16), preactivation=True)
    first_relu = 2  # input, BatchNorm, ReLU
    assert fork(drawn(PREACTIVATED)) > fork(drawn((identity, (8, 8, 16)))) + 20 * first_relu


def test_changed_shapes_are_marked():
    trace = trace_block(*PROJECTION)
    first = trace.main[0].name
    assert "changed" not in classes(drawn(PROJECTION))
    assert classes(drawn(PROJECTION, changed=frozenset({first}))).count("changed") == 1
    every = frozenset(cost.name for cost in (*trace.main, *trace.shortcut))
    assert classes(drawn(PROJECTION, changed=every)).count("changed") == 5


@pytest.mark.parametrize("layout", LAYOUTS)
def test_it_is_an_image_with_a_name_and_no_fixed_colour_of_ink(layout):
    root = drawn(MISMATCH, layout=layout)
    assert root.get("role") == "img"
    assert parts(root, "title")[0].text == "Bottleneck block, identity shortcut"
    assert "15×15×16" in parts(root, "desc")[0].text
    assert root.get("width") is None
    assert "prefers-reduced-motion" in parts(root, "style")[0].text
    assert {e.get("fill") for e in parts(root, "text")} == {"currentColor"}


def test_narrow_type_stays_legible_on_a_phone():
    root = drawn(PROJECTION, layout="narrow")
    width = float(root.get("viewBox").split()[2])
    on_a_phone = 358 / width  # 390 pixels less the page's margins
    assert min(float(e.get("font-size")) for e in parts(root, "text")) * on_a_phone >= 11


def test_fit_holds_both_layouts():
    root = drawn(IDENTITY, layout="fit")
    assert [e.get("class") for e in parts(root, "svg")] == ["lab wide", "lab narrow"]


def test_smaller_maps_are_smaller_boxes():
    def heights(root):
        boxes = [e for e in parts(root, "g") if e.get("stroke-linejoin") == "round"]
        return [
            max(ys) - min(ys)
            for ys in (
                [float(y) for y in re.findall(r",(\S+)", parts(box, "polygon")[0].get("points"))]
                for box in boxes
            )
        ]

    shortcut, before, *after = heights(drawn(PROJECTION))
    assert {round(height, 0) for height in after} == {round(shortcut, 0)}
    assert before / after[0] == pytest.approx(15 / 8, rel=0.02)


@settings(max_examples=15, deadline=None)
@given(
    kind=st.sampled_from(["basic", "bottleneck"]),
    last=st.sampled_from([1, 4, 8, 64]),
    channels=st.sampled_from([1, 3, 8]),
    side=st.integers(1, 40),
    stride=st.integers(1, 3),
    shortcut=st.sampled_from(["identity", "projection", "zero_padding", "none"]),
    preactivation=st.booleans(),
    batch_norm=st.booleans(),
)
def test_any_block_stays_inside_its_frame(
    kind, last, channels, side, stride, shortcut, preactivation, batch_norm
):
    filters = (4, last) if kind == "basic" else (4, 4, last)
    block = Block(
        kind,
        filters,
        stride=stride,
        shortcut=shortcut,
        preactivation=preactivation,
        batch_norm=batch_norm,
    )
    for layout in LAYOUTS:
        root = drawn((block, (side, side, channels)), layout=layout)
        _x, _y, width, height = map(float, root.get("viewBox").split())
        for polygon in parts(root, "polygon"):
            for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", polygon.get("points")):
                assert 0 <= float(x) <= width
                assert 0 <= float(y) <= height
