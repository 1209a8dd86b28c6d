"""The formula of a block in LaTeX, in the notation of the course."""

from resnet.drawing.palette import Theme, palette
from resnet.models.block import Block


def block_equation(block: Block, theme: Theme = "light") -> str:
    r"""Return LaTeX such as a^{[l+3]} = g(F(a^{[l]}) + a^{[l]}); the shortcut's term is coloured.

    Course: a^{[l+2]} = g(z^{[l+2]} + a^{[l]}). He et al. 2015 Eq. 1 and 2; He et al. 2016 Eq. 5.
    """
    depth = len(block.filters)
    after, before = f"a^{{[l+{depth}]}}", "a^{[l]}"
    branch = rf"\mathcal{{F}}({before})"
    term = {
        "identity": before,
        "projection": rf"W_s\,{before}",
        "zero_padding": rf"\mathrm{{pad}}({before})",
        "none": "",
    }[block.shortcut]
    colour = palette(theme).shortcut
    total = branch + (rf" + \textcolor{{{colour}}}{{{term}}}" if term else "")
    outer = total if block.preactivation else rf"g\left({total}\right)"
    lines = rf"{after} &= {outer} \\ \mathcal{{F}} &= {_branch(block)}"
    return rf"\begin{{aligned}} {lines} \end{{aligned}}"


def _branch(block: Block) -> str:
    """Return the branch as functions applied from right to left: W_i, BN_i, g."""
    steps = []
    for i in range(1, len(block.filters) + 1):
        norm = rf"\mathrm{{BN}}_{i}" if block.batch_norm else ""
        last = i == len(block.filters)
        if block.preactivation:
            steps.append(" ".join(part for part in (f"W_{i}", "g", norm) if part))
        else:
            steps.append(" ".join(part for part in ("" if last else "g", norm, f"W_{i}") if part))
    return r"\; ".join(reversed(steps))
