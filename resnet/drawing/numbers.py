"""Large and small numbers as people read them."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np

Numbers: TypeAlias = "Sequence[float] | np.ndarray"


def compact(value: float) -> str:
    """Return 308178944 as "308 M": three digits and k, M, G or T."""
    for size, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            scaled = value / size
            digits = 0 if scaled >= 99.95 else 1 if scaled >= 9.995 else 2
            return f"{scaled:.{digits}f} {unit}"
    return f"{value:g}"


def memory(size: float) -> str:
    """Return bytes as "3.14 MiB": three digits and B, KiB, MiB or GiB."""
    for unit_bytes, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if size >= 0.9995 * unit_bytes:
            scaled = size / unit_bytes
            digits = 0 if scaled >= 99.95 else 1 if scaled >= 9.995 else 2
            return f"{scaled:,.{digits}f} {unit}"
    return f"{size:.0f} B"


def in_powers(number: float) -> str:
    """Return 0.00002 as "2.0·10⁻⁵": two digits, and a power of ten where it is far from 1."""
    if not math.isfinite(number) or number <= 0:
        return f"{number:g}"
    exponent = math.floor(math.log10(number))
    if -2 <= exponent <= 2:
        return f"{float(f'{number:.2g}'):g}"
    digits = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{number / 10**exponent:.1f}·10{digits}"
