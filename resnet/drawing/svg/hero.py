"""The first picture of the lab: a gradient travelling back through a residual and a plain net."""

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from resnet.drawing.numbers import in_powers
from resnet.drawing.palette import palette
from resnet.drawing.svg import pieces
from resnet.language import translate as _

FAINTEST = 0.08
SECONDS = 3.6  # from the answer to the input
_COLOURS = {"residual": palette("light").residual, "plain": palette("light").plain}

# Ends as it starts for those who want less motion: lit by the norms.
_STYLE = """
.lab text.residual{fill:inked-residual;font-weight:700}
.lab text.plain{fill:inked-plain;font-weight:700}
@media (prefers-reduced-motion:no-preference){
.lab .pulse{animation:lab-arrive .9s ease-out var(--at) both;transform-box:fill-box;
transform-origin:center}
}
@keyframes lab-arrive{0%{opacity:0}25%{opacity:1;transform:scale(1.12)}}
"""


@dataclass(frozen=True)
class _Plan:
    """Measures of one layout, in units of its viewBox."""

    width: float
    row: float
    cell: float
    margin: float
    type: float


_WIDE = _Plan(width=960, row=132, cell=48, margin=14, type=17)
_NARROW = _Plan(width=360, row=128, cell=40, margin=8, type=14.5)


def hero_svg(plain_norms: Sequence[float], residual_norms: Sequence[float]) -> str:
    """Draw both nets as ribbons of blocks, input left, that light up from the answer backwards.

    Norms are the gradients that arrive at each block's output, input to output. A block is filled
    as high and as strongly as log10 of its norm says, on one scale for both nets; an arc spans
    each residual block.
    """
    scale = _scale([*plain_norms, *residual_norms])
    nets = (("residual", residual_norms, True), ("plain", plain_norms, False))
    drawings = [_drawing(plan, nets, scale) for plan in (_WIDE, _NARROW)]
    return ET.tostring(pieces.fit(*drawings), encoding="unicode")


_Net = tuple[str, Sequence[float], bool]  # name, norms, with shortcuts


def _drawing(plan: _Plan, nets: Sequence[_Net], scale: tuple[float, float]) -> ET.Element:
    title = _("A gradient on its way back through a residual and a plain net")
    norms_as_text = {name: in_powers(norms[0]) for name, norms, _shortcuts in nets}
    words = _("Gradient at the first block: residual {residual}, plain {plain}.").format(
        **norms_as_text
    )
    root = pieces.picture(plan.width, plan.row * len(nets), title, words)
    style = _STYLE
    for name, colour in _COLOURS.items():
        style = style.replace(f"inked-{name}", pieces.inked(colour))
    pieces.add(root, "style", style)
    for i, net in enumerate(nets):
        _ribbon(root, plan, i * plan.row, net, scale)
    return root


def _ribbon(
    root: ET.Element, plan: _Plan, top: float, net: _Net, scale: tuple[float, float]
) -> None:
    name, norms, shortcuts = net
    pitch = (plan.width - 2 * plan.margin) / len(norms)
    middle = top + plan.row - plan.cell / 2 - plan.type - 14
    right = plan.width - plan.margin
    _add_way(root, (0, middle), (plan.width, middle))
    for i, norm in enumerate(norms):
        box = (plan.margin + (i + 0.14) * pitch, middle, 0.72 * pitch, plan.cell)
        delay = SECONDS * (len(norms) - 1 - i) / len(norms)
        _layer(root, box, _COLOURS[name], _strength(norm, scale), delay)
    if shortcuts:
        for i in range(len(norms)):
            start = plan.margin + i * pitch
            _arc(root, start, start + pitch, middle, plan.cell)
    words = _("residual") if name == "residual" else _("plain")
    pieces.write(root, (plan.margin, top + plan.type * 0.8), words, plan.type, name, anchor="start")
    if shortcuts:
        label = _("← the gradient, from the answer back")
        pieces.write(root, (right, top + plan.type * 0.8), label, plan.type * 0.94, anchor="end")
    foot = middle + plan.cell / 2 + plan.type * 0.9
    first_words = _("first block {norm}").format(norm=in_powers(norms[0]))
    pieces.write(root, (plan.margin, foot), first_words, plan.type * 0.94, anchor="start")
    last_words = _("last block {norm}").format(norm=in_powers(norms[-1]))
    pieces.write(root, (right, foot), last_words, plan.type * 0.94, anchor="end")


def _add_way(root: ET.Element, start: pieces.Point, end: pieces.Point) -> None:
    pieces.line(pieces.add(root, "g", opacity=0.45), start, end, arrow=False)


def _layer(
    root: ET.Element,
    box: tuple[float, float, float, float],
    colour: str,
    share: float,
    delay: float,
) -> None:
    """Draw a layer's frame, filled from its middle by `share` of its height."""
    x, middle, width, height = box
    outline = pieces.add(root, "g", stroke="currentColor", stroke_opacity=".55", fill_opacity=".06")
    for height_share, parent in ((1.0, outline), (share, root)):
        if height_share:
            tall = height * height_share
            bar = pieces.add(
                parent,
                "rect",
                x=x,
                y=middle - tall / 2,
                width=width,
                height=tall,
                rx=min(width / 3, 4),
                fill=colour,
            )
    if share:
        bar.set("class", "pulse")
        bar.set("fill-opacity", f"{0.25 + 0.75 * share:.2f}")
        bar.set("style", f"--at:{0.4 + delay:.2f}s")


def _arc(root: ET.Element, start: float, end: float, middle: float, cell: float) -> None:
    top = middle - cell / 2 - 15
    corners = [(start, middle), (start, top), (end, top), (end, middle)]
    path = pieces.rounded(corners, (end - start) * 0.45)
    pieces.add(root, "path", d=path, stroke=pieces.SHORTCUT, stroke_width=2.2)


def _scale(norms: Sequence[float]) -> tuple[float, float]:
    """Return log10 of the smallest and the largest norm that has one."""
    logs = [math.log10(norm) for norm in norms if math.isfinite(norm) and norm > 0]
    return (min(logs), max(logs)) if logs else (0.0, 1.0)


def _strength(norm: float, scale: tuple[float, float]) -> float:
    """Return 0 for nothing, else the place of log10 of the norm in the scale, up to 1."""
    if not math.isfinite(norm) or norm <= 0:
        return 0.0
    low, high = scale
    share = (math.log10(norm) - low) / (high - low) if high > low else 1.0
    return FAINTEST + (1 - FAINTEST) * share
