"""Axes whose ticks say what they stand for, however little the values differ."""

import math
from typing import Any

# Half points need a digit, whole tens none; what is pointed at has one.
PERCENT: dict[str, Any] = {"tickformat": ".2~%", "hoverformat": ".1%"}

LEAST, MOST = 3, 9  # ticks
# Digits at which a decade has ticks: as few as give enough of them.
_DIGITS = (
    (1,),
    (1, 3),
    (1, 2, 5),
    (1, 1.5, 2, 3, 4, 5, 7),
    tuple(k / 4 for k in range(4, 40)),
    tuple(k / 20 for k in range(20, 200)),
)


def log_axis(low: float, high: float) -> dict[str, Any]:
    """Return the settings of a log axis from low to high (> 0), with ticks of plain numbers.

    Plotly's own ticks within a decade are single digits, "7 8 9 1 2 3".
    """
    ticks: list[float] = []
    for digits in _DIGITS:
        ticks = _ticks(digits, low, high)
        if len(ticks) >= LEAST:
            break
    every = max(1, math.ceil(len(ticks) / MOST))
    ticks = ticks[::every]
    return {
        "type": "log",
        "range": [math.log10(low), math.log10(high)],
        "tickvals": ticks,
        "ticktext": [tick_text(tick) for tick in ticks],
    }


def tick_text(number: float) -> str:
    """Return a positive number as a tick says it: 0.02, 300, 10⁻⁵, 3·10⁻⁵."""
    exponent = math.floor(math.log10(number) + 1e-9)
    if -3 < exponent < 4:
        return f"{number:.4g}"
    digits = f"{number / 10**exponent:.3g}"
    power = f"10<sup>{exponent}</sup>"
    return power if digits == "1" else f"{digits}·{power}"


def _ticks(digits: tuple[float, ...], low: float, high: float) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    places = (digit * 10.0**decade for decade in decades for digit in digits)
    return [place for place in places if low <= place <= high]
