import xml.etree.ElementTree as ET
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from resnet.data.classes import CLASSES
from resnet.drawing.svg.assembled_net import MOST, AssembledStage, assembly_svg
from resnet.models.assembly import IMAGE, STAGES, STEM, shapes_after

REAL = [
    AssembledStage(number, stage.blocks, shape, shape, right=True)
    for (number, stage), shape in zip(
        STAGES.items(), shapes_after(list(STAGES.values())), strict=True
    )
]


def layouts(stages):
    """Return the two drawings, for wide and for narrow places."""
    return [
        element
        for element in ET.fromstring(assembly_svg(stages, IMAGE, STEM, len(CLASSES)))
        if element.get("role") == "img"
    ]


def words(drawing):
    return [text.text for text in drawing.findall(".//{*}text")]


@given(st.lists(st.integers(1, MOST), min_size=4, max_size=4))
def test_every_block_is_a_cell_under_its_own_shortcut(counts):
    stages = [replace(stage, blocks=count) for stage, count in zip(REAL, counts, strict=True)]
    for drawing in layouts(stages):
        assert len(drawing.findall(".//{*}rect")) == sum(counts)
        arcs = [path for path in drawing.findall(".//{*}path") if "C" in path.get("d")]
        assert len(arcs) == sum(counts)


def test_the_real_net_is_ticked_and_has_no_red_number():
    for drawing in layouts(REAL):
        assert [word for word in words(drawing) if "✓" in word] == [
            f"stage {number} ✓" for number in STAGES
        ]
        assert [word for word in words(drawing) if word.count("×") == 2] == [
            "64×64×3",
            "15×15×64",
            "15×15×256",
            "8×8×512",
            "4×4×1024",
            "2×2×2048",
        ]
        assert not [
            text for text in drawing.findall(".//{*}text") if text.get("class") == "problem"
        ]


def test_a_wrong_tensor_stands_with_the_wanted_one():
    wrong = replace(REAL[1], shape=(15, 15, 512), right=False)
    for drawing in layouts([REAL[0], wrong, *REAL[2:]]):
        red = [
            text.text for text in drawing.findall(".//{*}text") if text.get("class") == "problem"
        ]
        assert red == ["≠ 8×8×512"]
        ghosts = [group for group in drawing.findall(".//{*}g") if group.get("stroke-dasharray")]
        assert len(ghosts) == 1
        assert "15×15×512" in words(drawing)
        assert "stage 3" in words(drawing)
        assert "stage 3: 4 blocks, 15×15×512 ≠ 8×8×512" in drawing.find("{*}desc").text


def test_words_of_one_drawing_never_lie_on_each_other():
    for drawing in layouts(REAL):
        places = [(float(t.get("x")), float(t.get("y"))) for t in drawing.findall(".//{*}text")]
        for i, (x, y) in enumerate(places):
            for other_x, other_y in places[:i]:
                assert abs(x - other_x) > 60 or abs(y - other_y) > 14


def test_words_stay_within_the_drawing():
    for drawing in layouts([replace(stage, shape=(15, 15, 2048)) for stage in REAL]):
        _x, _y, width, height = map(float, drawing.get("viewBox").split())
        for text in drawing.findall(".//{*}text"):
            half = len(text.text) * float(text.get("font-size")) * 0.25
            assert half <= float(text.get("x")) <= width - half
            assert 12 < float(text.get("y")) < height - 4


def test_the_image_goes_in_and_a_probability_for_each_class_comes_out():
    for drawing in layouts(REAL):
        assert "64×64×3" in words(drawing)
        assert len(drawing.findall(".//{*}circle")) == len(CLASSES)
        assert "6 classes" in words(drawing)
