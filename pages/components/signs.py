"""The six signs as small drawings, for labels and for those who hold up a hand."""

from functools import cache

from pages.components import frame
from pages.components.drawing import drawing
from resnet.data.classes import CLASSES
from resnet.drawing.palette import Theme, palette
from resnet.hands.line_art import BOX, sign_svg
from resnet.language import translate as _

GAP, LABEL = 20, 64  # between two drawings and under each, in their own units
SMALL_OUTLINE = 8.0  # in the same: a pixel and a bit at the height of a bar


def labels() -> list[str]:
    """Return a drawing of each sign in the colours of the reader's theme, as SVG."""
    return _labels(frame.theme())


@cache
def _labels(theme: Theme) -> list[str]:
    colours = palette(theme)
    return [sign_svg(sign, colours.ink, colours.paper, outline=SMALL_OUTLINE) for sign in CLASSES]


def show_row(key: str) -> None:
    """Show all six beside each other, each over its number."""
    _left, _top, width, height = BOX
    pitch, paper = width + GAP, "var(--st-background-color)"
    hands = "".join(
        f"{sign_svg(sign, 'currentColor', paper, x=sign * pitch)}"
        f'<text x="{sign * pitch + width / 2:g}" y="{height + 0.9 * LABEL:g}" fill="currentColor" '
        f'text-anchor="middle" font-size="{LABEL}">{sign}</text>'
        for sign in CLASSES
    )
    title = _(
        "The six signs: 0 an O of all fingers, 1 index, 2 index and middle, 3 with the "
        "thumb, 4 without it, 5 all"
    )
    box = f"0 0 {len(CLASSES) * pitch - GAP:g} {height + 1.1 * LABEL:g}"
    drawing(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="{box}" '
        f'style="display:block;max-height:10rem;margin:auto"><title>{title}</title>{hands}</svg>',
        key=key,
    )
