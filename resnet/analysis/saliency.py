"""Where a net looks: Grad-CAM (Selvaraju et al. 2017, §3)."""

import keras
import numpy as np
from keras import ops

from resnet.analysis.forward import Tensor, layer_outputs
from resnet.analysis.gradients import block_ends
from resnet.backend import value_and_gradients


def grad_cam(
    model: keras.Model, image: np.ndarray, label: int, layer: str | None = None
) -> np.ndarray:
    """Return how much each place (h, w) speaks for a class, from 0 to 1.

    image: (H, W, C) float as the net takes it; layer: whose output is weighed, the last block's
    by default. The places are those of that layer's map. All zero where nothing speaks for it.
    """
    layer = layer or block_ends(model)[-1]
    maps: dict[str, Tensor] = {}

    def score(offset: Tensor) -> Tensor:
        def change(name: str, output: Tensor) -> Tensor:
            if name != layer:
                return output
            maps[name] = output
            return output + offset

        outputs = layer_outputs(model, image[np.newaxis], change=change)
        return outputs[model.layers[-1].name][0, label]

    shape = (1, *model.get_layer(layer).output.shape[1:])
    _score, (gradient,) = value_and_gradients(score, [ops.zeros(shape, model.dtype)])
    weights = ops.mean(gradient, axis=(1, 2), keepdims=True)
    heat = ops.convert_to_numpy(ops.relu(ops.sum(weights * maps[layer], axis=-1)))[0]
    largest = heat.max()
    return heat / largest if largest > 0 else heat
