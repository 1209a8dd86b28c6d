"""Put layers that do nothing into a trained plain net: the deeper net that is as good exists.

As Chen et al. 2016, Net2Net (deeper by identities), for inference. After a ReLU no value is
negative, so a kernel that copies its input, a BatchNorm that passes all on and another ReLU change
nothing.
"""

from dataclasses import dataclass

import keras
import numpy as np

from resnet.errors import LabError
from resnet.language import translate as _
from resnet.models.registry import architecture, build


@dataclass(frozen=True)
class Growth:
    """What identity layers changed of a net: its errors (fractions) before and after.

    errors: pairs by the name of the images; difference: the largest of any probability.
    """

    depth: int
    errors: dict[str, tuple[float, float]]
    difference: float


def growth(
    model: keras.Model, depth: int, images: dict[str, tuple[np.ndarray, np.ndarray]]
) -> Growth:
    """Deepen a net and compare its answers; images: (N, H, W, 3) float and labels, by name."""
    deeper = deepened(model, depth)
    errors: dict[str, tuple[float, float]] = {}
    difference = 0.0
    for name, (seen, labels) in images.items():
        before, after = (np.asarray(net(seen, training=False)) for net in (model, deeper))
        errors[name] = (_error(before, labels), _error(after, labels))
        difference = max(difference, float(np.abs(after - before).max()))
    return Growth(depth, errors, difference)


def _error(probabilities: np.ndarray, labels: np.ndarray) -> float:
    return float((probabilities.argmax(1) != labels).mean())


def deepened(model: keras.Model, depth: int) -> keras.Model:
    """Return a trained plain CIFAR-style net with identity layers at the end of its stages.

    depth: of the new net, 6n + 2; every stage gets as many layers. LabError where the net has
    shortcuts or is deeper already.
    """
    net = architecture(model.name)
    if not net.plain or net.family != "cifar" or not net.depth or net.depth > depth:
        raise LabError(
            _("{net} cannot grow to {depth} layers: choose a shallower plain net.").format(
                net=model.name, depth=depth
            )
        )
    deeper = build(f"plain{depth}", model.input_shape[1:], model.output_shape[-1])
    trained = {layer.name: layer for layer in model.layers}
    for layer in deeper.layers:
        if layer.name in trained:
            layer.set_weights(trained[layer.name].get_weights())
        elif isinstance(layer, keras.layers.Conv2D):
            layer.set_weights([identity_kernel(layer.kernel.shape)])
        elif isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            passing = np.sqrt(np.float32(1 + layer.epsilon))
            layer.set_weights([passing + 0 * gamma, 0 * beta, 0 * mean, 1 + 0 * variance])
    return deeper


def identity_kernel(shape: tuple[int, ...]) -> np.ndarray:
    """Return the kernel (k, k, C, C) whose convolution gives its input back: Dirac's."""
    kernel = np.zeros(shape, "float32")
    channels = np.arange(shape[-1])
    kernel[shape[0] // 2, shape[1] // 2, channels, channels] = 1
    return kernel
