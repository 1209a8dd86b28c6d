"""Tables behind the pictures."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from resnet.language import translate as _

if TYPE_CHECKING:  # importing it for real would import Keras
    from resnet.analysis.cost import LayerCost


def cost_table(costs: Iterable["LayerCost"]) -> pd.DataFrame:
    """Return one row a layer: what it is, what comes out, what it costs, what it sees."""
    costs = list(costs)
    return pd.DataFrame(
        {
            _("Layer"): [cost.name for cost in costs],
            _("Kind"): [cost.kind for cost in costs],
            _("Output shape"): ["×".join(map(str, cost.output_shape)) for cost in costs],
            _("Parameters"): [cost.parameters for cost in costs],
            _("Multiply-adds"): [cost.multiply_adds for cost in costs],
            _("Memory, KiB"): [cost.activation_bytes / 1024 for cost in costs],
            _("Receptive field"): [cost.receptive_field for cost in costs],
            _("Stride"): [cost.stride for cost in costs],
        }
    )
