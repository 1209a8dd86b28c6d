"""The small drawings of the signs show as many fingers as they name, in two colours."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image, ImageDraw

from resnet.hands.line_art import BOX, sign_svg

SIGNS = range(6)


def shapes(label):
    return ET.fromstring(sign_svg(label, "ink", "paper"))


def drawn(label, scale=2):
    """Rasterise circles and polygons with Pillow: the independent reader of the SVG."""
    left, top, width, height = BOX
    image = Image.new("L", (int(width * scale), int(height * scale)), 0)
    pen = ImageDraw.Draw(image)
    for group in shapes(label):
        for shape in group:
            if shape.tag.endswith("circle"):
                x, y, r = (float(shape.get(name)) for name in ("cx", "cy", "r"))
                x, y = x - left, y - top
                pen.ellipse([scale * v for v in (x - r, y - r, x + r, y + r)], fill=255)
            else:
                points = re.findall(r"(\S+),(\S+)", shape.get("points"))
                pen.polygon(
                    [(scale * (float(x) - left), scale * (float(y) - top)) for x, y in points],
                    fill=255,
                )
    return np.asarray(image) > 0


@pytest.mark.parametrize(("sign", "upright"), [(1, 1), (2, 2), (3, 2), (4, 4), (5, 4)])
def test_as_many_fingers_stand_as_the_sign_says(sign, upright):
    """A cut above the knuckles meets each standing finger once (the thumb points aside)."""
    hand = drawn(sign)
    row = hand[int(hand.shape[0] * 0.3)]
    assert (np.diff(row.astype(int)) == 1).sum() == upright


def test_an_o_has_a_hole_and_no_other_sign_has():
    for sign in SIGNS:
        image = Image.fromarray(np.where(drawn(sign), 255, 0).astype(np.uint8)).copy()
        ImageDraw.floodfill(image, (0, 0), 255)  # what is left is enclosed by the hand
        hole = int((np.asarray(image) == 0).sum())
        assert (hole > 100) == (sign == 0), sign


@pytest.mark.parametrize("sign", SIGNS)
def test_a_drawing_fits_its_box_and_has_two_colours(sign):
    hand = drawn(sign)
    assert not hand[0].any()
    assert not hand[:, 0].any()
    assert not hand[:, -1].any()
    assert {group.get("fill") for group in shapes(sign)} == {"ink", "paper"}
    assert len(sign_svg(sign, "ink", "paper")) < 20_000


def test_the_six_are_six():
    assert len({sign_svg(sign, "ink", "paper") for sign in SIGNS}) == len(SIGNS)
