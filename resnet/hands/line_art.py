"""Draw a hand's bones as a line drawing (SVG), small enough for a label."""

from collections.abc import Iterator, Sequence

import numpy as np

from resnet.hands.hand import FOREARM, PALM, SIGNS, Body, Bones, hand_bones

SEED = 5  # a pose that reads well at the size of a word
BOX = (-108.0, -214.0, 208.0, 236.0)  # left, top, width, height in millimetres
OUTLINE = 3.4
SHOWN_FOREARM = 0.25
TURNED = np.deg2rad(65)  # seen from the side, an O is round
CREASE = 2.4  # closes the gaps between the fingers' roots

Circle = tuple[float, float, float]


def sign_svg(label: int, ink: str, paper: str, x: float = 0, outline: float = OUTLINE) -> str:
    """Return a drawing of a sign, 0 to 5, in two CSS colours; screen readers pass over it.

    x: its left border, where it stands within another SVG; outline: in millimetres, more for a
    small drawing. In a place that is too wide it stands at the right.
    """
    left, top, width, height = BOX
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" x="{x:g}" width="{width:g}" height="{height:g}" '
        f'viewBox="{left:g} {top:g} {width:g} {height:g}" preserveAspectRatio="xMaxYMid" '
        'aria-hidden="true">'
        f"{_shapes(label, ink, paper, outline)}</svg>"
    )


def _shapes(label: int, ink: str, paper: str, outline: float) -> str:
    person = Body(lengths=np.ones(5), girth=1.0, palm_width=1.0)
    bones = hand_bones(SIGNS[label], np.random.default_rng(SEED), person)
    turn = TURNED if label == 0 else 0.0
    start, end = _seen(bones.start, turn), _seen(bones.end, turn)
    drawn = []
    for parts in _layers(bones, (start[:, 2] + end[:, 2]) / 2):
        capsules = [_capsule(bones, part, start[part], end[part]) for part in parts]
        for grow, colour in ((outline, ink), (0.0, paper)):
            shapes = "".join(_shape(one, other, grow) for one, other in capsules)
            drawn.append(f'<g fill="{colour}">{shapes}</g>')
    return "".join(drawn)


def _seen(points: np.ndarray, turn: float) -> np.ndarray:
    """Return points (P, 3) in millimetres as the viewer sees them: right, down, nearer."""
    x, y, z = points.T
    across = x * np.cos(turn) + z * np.sin(turn)
    return 10 * np.stack([-across, -y, z * np.cos(turn) - x * np.sin(turn)], axis=1)


def _layers(bones: Bones, depth: np.ndarray) -> list[Sequence[int]]:
    """Return the parts to draw, farthest first: the palm with what stands, and each folded digit.

    Parts of one layer have one outline together.
    """
    standing = np.isin(bones.digit, bones.standing)
    palm = np.flatnonzero((bones.digit < 0) | standing)
    folded = [np.flatnonzero(bones.digit == digit) for digit in range(5)]
    layers = [(0.0, palm)]
    layers += [(depth[parts].mean(), parts) for parts in folded if not standing[parts].any()]
    return [parts.tolist() for _depth, parts in sorted(layers, key=lambda layer: layer[0])]


def _capsule(bones: Bones, part: int, start: np.ndarray, end: np.ndarray) -> tuple[Circle, Circle]:
    """Return the circles at both ends of a part; of the forearm only what is near the wrist."""
    near, far = 10 * bones.radius[part]
    if bones.kind[part] == FOREARM:
        end, far = start + SHOWN_FOREARM * (end - start), near + SHOWN_FOREARM * (far - near)
    fuller = CREASE if bones.kind[part] == PALM else 0.0
    return (start[0], start[1], near + fuller), (end[0], end[1], far + fuller)


def _shape(one: Circle, other: Circle, grow: float) -> str:
    (x1, y1, r1), (x2, y2, r2) = one, other
    r1, r2 = r1 + grow, r2 + grow
    length = float(np.hypot(x2 - x1, y2 - y1)) or 1.0
    across = -(y2 - y1) / length, (x2 - x1) / length
    corners = " ".join(_corners((x1, y1, r1), (x2, y2, r2), across))
    circles = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"/>'
        for x, y, r in ((x1, y1, r1), (x2, y2, r2))
    )
    return f'{circles}<polygon points="{corners}"/>'


def _corners(one: Circle, other: Circle, across: tuple[float, float]) -> Iterator[str]:
    for (x, y, r), side in ((one, 1), (other, 1), (other, -1), (one, -1)):
        yield f"{x + side * r * across[0]:.1f},{y + side * r * across[1]:.1f}"
