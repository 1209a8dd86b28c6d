"""The pieces of the lab's SVG drawings: they take their ink from the page, so any theme will do."""

import math
import xml.etree.ElementTree as ET

from resnet.drawing.palette import FONT, KIND_COLOURS, TEXT_SHARE, palette

Point = tuple[float, float]
Shape = tuple[int, ...]  # height, width, channels

_LIGHT = palette("light")
SHORTCUT, PROBLEM = _LIGHT.shortcut, _LIGHT.problem
CHANGED = "#E8A33D"
_SKEW = (0.36, 0.28)  # how far the width of a map runs to the right and upwards
_THINNEST = 5.0


def inked(colour: str) -> str:
    """Return CSS for words in `colour`: drawn towards the page's ink, whatever that is."""
    return f"color-mix(in srgb,{colour} {TEXT_SHARE:.0%},currentColor)"


STYLE = f"""
.lab{{display:block;width:100%;height:auto}}
.lab text{{fill:currentColor}}
.lab text.shortcut{{fill:{SHORTCUT};fill:{inked(SHORTCUT)};font-weight:600}}
.lab text.problem{{fill:{PROBLEM};fill:{inked(PROBLEM)};font-weight:700}}
.lab .off{{opacity:.22}}
.lab .changed{{opacity:.5}}
.lab .dot{{opacity:0}}
@media (prefers-reduced-motion:no-preference){{
.lab .changed{{opacity:0;animation:lab-changed 2.4s ease-out}}
.lab .dot{{animation:lab-travel 4.5s ease-in-out .4s}}
.lab .after{{animation:lab-travel 1.6s ease-in-out 4.9s}}
}}
@keyframes lab-changed{{0%,40%{{opacity:.75}}100%{{opacity:0}}}}
@keyframes lab-travel{{0%{{offset-distance:0;opacity:0}}8%,92%{{opacity:1}}
100%{{offset-distance:100%;opacity:0}}}}
"""


_FIT = """
.lab-fit{container-type:inline-size}
.lab-fit .narrow{display:none}
@container (max-width:620px){.lab-fit .wide{display:none}.lab-fit .narrow{display:block}}
"""


def number(value: float) -> str:
    """Return a coordinate, short."""
    return f"{round(value, 1):g}"


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as people write it: 15×15×256."""
    return "×".join(str(side) for side in shape)


def add(parent: ET.Element, tag: str, text: str | None = None, **attributes: object) -> ET.Element:
    """Append an element; an underscore in a name stands for a hyphen, numbers are rounded."""
    child = ET.SubElement(
        parent,
        tag,
        {
            name.rstrip("_").replace("_", "-"): number(value)
            if isinstance(value, float)
            else str(value)
            for name, value in attributes.items()
        },
    )
    child.text = text
    return child


def picture(width: float, height: float, title: str, description: str) -> ET.Element:
    """Return an empty drawing that fills its place's width and names itself to screen readers."""
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {number(width)} {number(height)}",
            "class": "lab",
            "role": "img",
            "font-family": FONT,
            "fill": "none",
        },
    )
    add(root, "title", title)
    add(root, "desc", description)
    add(root, "style", STYLE)
    return root


def fit(wide: ET.Element, narrow: ET.Element) -> ET.Element:
    """Return one element that holds both drawings and shows the one its place has room for."""
    frame = ET.Element("div", {"class": "lab-fit"})
    add(frame, "style", _FIT)
    for name, drawing in (("wide", wide), ("narrow", narrow)):
        drawing.set("class", f"lab {name}")
        frame.append(drawing)
    return frame


def write(
    parent: ET.Element, at: Point, text: str, size: float, class_: str = "", anchor: str = "middle"
) -> ET.Element:
    """Write a word with its middle height at `at`."""
    extra = {"class_": class_} if class_ else {}
    return add(
        parent,
        "text",
        text,
        x=float(at[0]),
        y=at[1] + size * 0.35,
        font_size=float(size),
        text_anchor=anchor,
        fill="currentColor",
        **extra,
    )


def box_size(shape: Shape, scale: float, long: float = 1) -> tuple[float, float]:
    """Return the width and height that `tensor` draws for (H, W, C) at `scale` units a pixel."""
    height, width, channels = shape
    tall, deep = max(height * scale, _THINNEST), max(width * scale, _THINNEST)
    return long * _length(channels) + _SKEW[0] * deep, tall + _SKEW[1] * deep


def _length(channels: int) -> float:
    return 4 + 3 * math.log2(channels)


def tensor(
    parent: ET.Element,
    centre: Point,
    shape: Shape,
    scale: float,
    ghost: bool = False,
    long: float = 1,
) -> None:
    """Draw a tensor (H, W, C) as a box: its face is H×W to scale, its length `long` log C."""
    height, width, channels = shape
    tall, deep = max(height * scale, _THINNEST), max(width * scale, _THINNEST)
    long, right, up = long * _length(channels), _SKEW[0] * deep, _SKEW[1] * deep
    x, y = centre[0] - (long + right) / 2, centre[1] + (tall + up) / 2  # lower left corner
    front = [(x, y), (x + long, y), (x + long, y - tall), (x, y - tall)]
    top = [front[3], front[2], (x + long + right, y - tall - up), (x + right, y - tall - up)]
    face = [front[1], (x + long + right, y - up), top[2], front[2]]
    group = add(parent, "g", stroke="currentColor", stroke_width=1.3, stroke_linejoin="round")
    if ghost:
        group.set("stroke-dasharray", "3 4")
        group.set("class", "off")
    for corners, wash in ((front, 0.1), (top, 0.04), (face, 0.24)):
        add(
            group,
            "polygon",
            points=" ".join(f"{number(px)},{number(py)}" for px, py in corners),
            fill="none" if ghost else "currentColor",
            fill_opacity=str(wash),
        )


def chip(
    parent: ET.Element, centre: Point, size: Point, kind: str, words: tuple[str, ...]
) -> ET.Element:
    """Draw a layer as a rounded plate in the hue of its kind; a narrow plate's word stands up."""
    (x, y), (width, height) = centre, size
    group = add(parent, "g")
    add(
        group,
        "rect",
        x=x - width / 2,
        y=y - height / 2,
        width=float(width),
        height=float(height),
        rx=5,
        fill=KIND_COLOURS[kind],
        fill_opacity=".22",
        stroke=KIND_COLOURS[kind],
        stroke_width=1.6,
    )
    if words and width < height / 2:
        word = write(group, (0, 0), words[0], 15)
        word.set("transform", f"translate({number(x)} {number(y)}) rotate(-90)")
        return group
    for i, line in enumerate(words):
        write(group, (x, y + (i - (len(words) - 1) / 2) * 18.5), line, 16)
    return group


def line(parent: ET.Element, start: Point, end: Point, arrow: bool) -> None:
    """Draw a piece of the main path, with an arrow's head where there is room for one."""
    add(parent, "path", d=f"M{_at(start)}L{_at(end)}", stroke="currentColor", stroke_width=2)
    if arrow and math.dist(start, end) > 9:
        head(parent, end, (end[0] - start[0], end[1] - start[1]), "currentColor")


def shortcut_line(parent: ET.Element, points: list[Point], radius: float, arrow: bool) -> None:
    """Draw a piece of the shortcut, bending roundly at its corners."""
    path = rounded(points, radius)
    add(parent, "path", d=path, stroke=SHORTCUT, stroke_width=4, class_="shortcut")
    if arrow:
        (ax, ay), (bx, by) = points[-2:]
        head(parent, points[-1], (bx - ax, by - ay), SHORTCUT, 8)


def head(parent: ET.Element, tip: Point, towards: Point, colour: str, size: float = 6) -> None:
    """Draw an arrow's head with its tip at `tip`."""
    length = math.hypot(*towards) or 1
    dx, dy = towards[0] / length * size, towards[1] / length * size
    base = (tip[0] - 1.5 * dx, tip[1] - 1.5 * dy)
    points = [
        tip,
        (base[0] - dy * 0.8, base[1] + dx * 0.8),
        (base[0] + dy * 0.8, base[1] - dx * 0.8),
    ]
    add(parent, "polygon", points=" ".join(_at(point) for point in points), fill=colour)


def plus(parent: ET.Element, centre: Point, radius: float, problem: bool) -> ET.Element:
    """Draw ⊕ where the shortcut joins; with a problem it is red and its sign is ≠."""
    x, y = centre
    arm = radius * 0.55
    colour = PROBLEM if problem else SHORTCUT
    group = add(parent, "g", stroke=colour, stroke_width=3, stroke_linecap="round", class_="join")
    add(group, "circle", cx=x, cy=y, r=float(radius), fill=colour, fill_opacity=".14")
    if problem:
        group.set("class", "join problem")
        strokes = [
            ((-arm, -4), (arm, -4)),
            ((-arm, 4), (arm, 4)),
            ((-arm / 2, arm), (arm / 2, -arm)),
        ]
    else:
        strokes = [((-arm, 0), (arm, 0)), ((0, -arm), (0, arm))]
    for (ax, ay), (bx, by) in strokes:
        add(group, "path", d=f"M{_at((x + ax, y + ay))}L{_at((x + bx, y + by))}")
    return group


def rounded(points: list[Point], radius: float) -> str:
    """Return path data through right-angled `points` with round corners."""
    data = f"M{_at(points[0])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        data += f"L{_at(_towards(corner, before, radius))}Q{_at(corner)} "
        data += _at(_towards(corner, after, radius))
    return data + f"L{_at(points[-1])}"


def traveller(parent: ET.Element, path: str, colour: str, class_: str = "") -> None:
    """Let a dot travel along path data once."""
    add(
        parent,
        "circle",
        r=6,
        fill=colour,
        class_=f"dot {class_}".strip(),
        style=f"offset-path:path('{path}')",
    )


def _at(point: Point) -> str:
    return f"{number(point[0])},{number(point[1])}"


def _towards(start: Point, end: Point, length: float) -> Point:
    dx, dy = end[0] - start[0], end[1] - start[1]
    share = min(1, length / (math.hypot(dx, dy) or 1))
    return start[0] + dx * share, start[1] + dy * share
