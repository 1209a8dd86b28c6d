"""Lesson: what came before residual nets, and after."""

from pages.components.drawing import drawing
from pages.components.lesson import lesson
from resnet.drawing.svg.vectors import ways_past_svg


def shortcuts() -> None:
    """Six ways past a layer."""
    drawing(ways_past_svg(), key="ways_past", moves=True)


lesson("history", {"shortcuts": shortcuts})
