"""Large numbers as people read them."""


def compact(value: float) -> str:
    """Return 308178944 as "308 M": three digits and k, M, G or T."""
    for size, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            scaled = value / size
            digits = 0 if scaled >= 99.95 else 1 if scaled >= 9.995 else 2
            return f"{scaled:.{digits}f} {unit}"
    return f"{value:g}"
