"""The first picture of the lab: a gradient travelling back through a plain and a residual net."""

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from resnet.drawing import svg
from resnet.drawing.palette import palette
from resnet.language import translate as _

WIDTH, ROW, CELL_HEIGHT = 960.0, 150.0, 46.0
LEFT, RIGHT = 120.0, 90.0
STEP_SECONDS = 0.14
FAINTEST = 0.06

_STYLE = """
.lab .pulse{opacity:var(--peak)}
@media (prefers-reduced-motion:no-preference){
.lab .pulse{opacity:.05;animation:lab-pulse var(--lap) linear infinite;animation-delay:var(--at)}
.lab:hover .pulse{animation-play-state:paused}
}
@keyframes lab-pulse{0%{opacity:.05}4%,55%{opacity:var(--peak)}70%,100%{opacity:.05}}
"""


def hero_svg(plain_norms: Sequence[float], residual_norms: Sequence[float]) -> str:
    """Draw both nets as ribbons of blocks, input left, that light up from the answer backwards.

    norms: gradient at each block's output, input to output. A block shines as log10 of its norm,
    on one scale for both nets; it stands still for those who ask their system for less motion.
    """
    title = _("A gradient on its way back through a residual and a plain net")
    words = _("Residual: {residual} at the first block. Plain: {plain} at the first block.").format(
        residual=_power(residual_norms[0]), plain=_power(plain_norms[0])
    )
    root = svg.picture(WIDTH, 2 * ROW, title, words)
    svg.add(root, "style", svg.STYLE + _STYLE)
    scale = _scale([*plain_norms, *residual_norms])
    _ribbon(root, 0.0, residual_norms, scale, plain=False)
    _ribbon(root, ROW, plain_norms, scale, plain=True)
    return ET.tostring(root, encoding="unicode")


def _ribbon(
    root: ET.Element, top: float, norms: Sequence[float], scale: tuple[float, float], plain: bool
) -> None:
    colour = palette("light").net(plain)
    pitch = (WIDTH - LEFT - RIGHT) / len(norms)
    width, middle = pitch * 0.66, top + ROW * 0.62
    name = _("plain") if plain else _("residual")
    svg.add(root, "line", x1=LEFT - 14, y1=middle, x2=WIDTH - RIGHT + 14, y2=middle,
            stroke="currentColor", stroke_width=2, opacity=0.5)  # fmt: skip
    for i, norm in enumerate(norms):
        x = LEFT + i * pitch + (pitch - width) / 2
        if not plain:
            _arc(root, x - pitch * 0.17, x + width + pitch * 0.17, middle)
        _cell(root, x, middle, width, colour, _strength(norm, scale), len(norms) - 1 - i)
    label = {"font_size": 17, "text_anchor": "end", "font_weight": 600}
    svg.add(root, "text", name, x=LEFT - 24, y=middle - 4, **label)
    svg.add(root, "text", _power(norms[0]), x=LEFT - 24, y=middle + 18, font_size=15,
            text_anchor="end", opacity=0.8)  # fmt: skip
    svg.add(root, "text", _power(norms[-1]), x=WIDTH - RIGHT + 22, y=middle + 6, font_size=15,
            opacity=0.8)  # fmt: skip
    if not plain:
        svg.add(root, "text", _("input"), x=LEFT, y=18, font_size=14, opacity=0.8)
        svg.add(root, "text", _("← gradient ← answer"), x=WIDTH - RIGHT, y=18, font_size=14,
                text_anchor="end", opacity=0.8)  # fmt: skip


def _cell(
    root: ET.Element, x: float, middle: float, width: float, colour: str, peak: float, order: int
) -> None:
    box = {"x": x, "y": middle - CELL_HEIGHT / 2, "width": width, "height": CELL_HEIGHT, "rx": 5}
    svg.add(root, "rect", **box, fill="var(--st-background-color,#fff)", stroke="currentColor",
            stroke_width=1.2, stroke_opacity=0.6)  # fmt: skip
    lap = 40 * STEP_SECONDS
    timing = f"--peak:{peak:.2f};--lap:{lap:g}s;--at:{order * STEP_SECONDS - lap:g}s"
    svg.add(root, "rect", **box, fill=colour, class_="pulse", style=timing)


def _arc(root: ET.Element, start: float, end: float, middle: float) -> None:
    top, bend = middle - CELL_HEIGHT * 1.05, (end - start) * 0.3
    path = (
        f"M{start:.1f} {middle:.1f}C{start:.1f} {top:.1f} {start + bend:.1f} {top:.1f} "
        f"{(start + end) / 2:.1f} {top:.1f}S{end:.1f} {top:.1f} {end:.1f} {middle:.1f}"
    )
    svg.add(root, "path", d=path, stroke=svg.SHORTCUT, stroke_width=2.2)


def _scale(norms: Sequence[float]) -> tuple[float, float]:
    """Return log10 of the smallest and the largest norm that has one."""
    logs = [math.log10(norm) for norm in norms if math.isfinite(norm) and norm > 0]
    return (min(logs), max(logs)) if logs else (0.0, 1.0)


def _strength(norm: float, scale: tuple[float, float]) -> float:
    if not math.isfinite(norm) or norm <= 0:
        return 0.0
    low, high = scale
    share = (math.log10(norm) - low) / (high - low) if high > low else 1.0
    return FAINTEST + (1 - FAINTEST) * share


def _power(norm: float) -> str:
    """Return a norm as people write it: 2·10⁻⁵."""
    if not math.isfinite(norm) or norm <= 0:
        return f"{norm:g}"
    exponent = math.floor(math.log10(norm))
    if -2 <= exponent <= 2:
        return f"{norm:.2g}"
    digits = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{norm / 10**exponent:.0f}·10{digits}"
