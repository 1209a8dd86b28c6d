"""What a training will need, estimated before it starts: memory and time."""

from dataclasses import dataclass

import keras

from resnet.analysis.cost import BYTES_PER_FLOAT, model_cost

# Of the activations of a batch, how many copies a training step holds at most: each layer's output
# until its gradient is known, and what the kernels work in; and bytes that any training takes.
# Measured on two cores: 1.1 GiB for ResNet-50 with batches of 32 (estimated 1.2), 0.16 GiB for the
# fast net (0.17), 0.5 GiB for it with batches of 256 (0.7).
COPIES, BASE = 2.2, 0.1 * 2**30
# Of the speed at which this device multiplies large matrices, what a net's training reaches:
# measured 0.34 for the fast net, 0.43 for ResNet-50, up to 0.76 for large batches of small nets.
SHARE = 0.4


@dataclass(frozen=True)
class TrainingCost:
    """memory: bytes a training step takes on top of the libraries; seconds: of all epochs."""

    memory: float
    seconds: float


def training_cost(
    model: keras.Model, batch_size: int, images: int, slots: int, flops: float
) -> TrainingCost:
    """Estimate an epoch of a model on so many images.

    slots: numbers that the optimizer keeps for each weight; flops: float32 operations a second of
    the device in large products. A step goes forwards once and backwards twice: to the weights and
    to the inputs.
    """
    cost = model_cost(model)
    weights = BYTES_PER_FLOAT * cost.parameters * (2 + slots)  # with their gradients
    memory = BASE + weights + COPIES * batch_size * cost.activation_bytes
    seconds = 2 * 3 * cost.multiply_adds * images / (SHARE * flops)
    return TrainingCost(memory, seconds)
