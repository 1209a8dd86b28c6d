"""Published results, each with its source."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PublishedError:
    """Test error on CIFAR-10 as a fraction; `approximate` when it was read off a figure."""

    depth: int
    plain: bool
    error: float
    approximate: bool
    source: str


_TABLE_6 = "He et al. 2015, Table 6"
_FIGURE_6 = "He et al. 2015, Fig. 6, ±0.5 points"

# Plain-110 is left out: the paper says only that its error is above 60 % and does not plot it.
CIFAR_10_ERRORS: tuple[PublishedError, ...] = (
    PublishedError(20, False, 0.0875, False, _TABLE_6),
    PublishedError(32, False, 0.0751, False, _TABLE_6),
    PublishedError(44, False, 0.0717, False, _TABLE_6),
    PublishedError(56, False, 0.0697, False, _TABLE_6),
    PublishedError(110, False, 0.0643, False, _TABLE_6),
    PublishedError(20, True, 0.095, True, _FIGURE_6),
    PublishedError(32, True, 0.10, True, _FIGURE_6),
    PublishedError(44, True, 0.12, True, _FIGURE_6),
    PublishedError(56, True, 0.135, True, _FIGURE_6),
)
