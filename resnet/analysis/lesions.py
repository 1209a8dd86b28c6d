"""Take blocks out of a trained net, or put new ones in, and see what it still knows.

As Veit et al. 2016, §4.1 and §4.2; their plain net had no BatchNorm, our twins have it.
"""

from collections.abc import Callable, Collection
from typing import Literal

import keras
import numpy as np
from keras import ops

from resnet.analysis.forward import Tensor, layer_outputs
from resnet.analysis.gradients import block_ends
from resnet.analysis.topology import input_names
from resnet.models.block import Block
from resnet.models.blocks import residual_block
from resnet.models.initial_weights import Dirac
from resnet.models.layer_names import place
from resnet.models.zero_pad_shortcut import ZeroPadShortcut

BATCH = 120
Change = Callable[[str, Tensor], Tensor]
NewBlock = Literal["zero_gamma", "one_gamma", "random", "dirac"]


def accuracy(
    model: keras.Model, images: np.ndarray, labels: np.ndarray, change: Callable[[], Change]
) -> float:
    """Return the share of images (N, H, W, C) float that a changed net names right.

    change() makes the change of layer_outputs() for one batch.
    """
    right = 0
    for start in range(0, len(images), BATCH):
        part = slice(start, start + BATCH)
        logits = layer_outputs(model, images[part], change=change())[model.layers[-1].name]
        right += int((np.argmax(ops.convert_to_numpy(logits), axis=1) == labels[part]).sum())
    return right / len(images)


def without(model: keras.Model, deleted: Collection[str]) -> Callable[[], Change]:
    """Return the change that takes blocks out, named by their last layers (block_ends).

    Only the block's way past stays: its input, zero-padded where the shape changes. A plain net
    is treated alike, so that the next block gets the shape it expects.
    """
    starts = block_starts(model)

    def begin() -> Change:
        seen: dict[str, Tensor] = {}

        def change(name: str, output: Tensor) -> Tensor:
            if name in deleted:
                output = _way_past(seen[starts[name]], output.shape)
            seen[name] = output
            return output

        return change

    return begin


def accuracies_without(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> list[float]:
    """Return the accuracy without each choice of blocks: [i] is without those whose bit is set.

    The first block's bit is the lowest. What the nets have in common up to a block runs once.
    """
    ends = block_ends(model)
    starts = block_starts(model)
    pieces = [
        keras.Model(model.get_layer(starts[end]).output, model.get_layer(end).output)
        for end in ends
    ]
    head = keras.Model(model.get_layer(ends[-1]).output, model.output)
    found = [0.0] * 2 ** len(ends)

    def walk(x: Tensor, block: int, choice: int) -> None:
        if block == len(ends):
            named = ops.convert_to_numpy(head(x, training=False)).argmax(axis=1)
            found[choice] = float((named == labels).mean())
            return
        there = pieces[block](x, training=False)
        walk(there, block + 1, choice)
        walk(_way_past(x, there.shape), block + 1, choice | 1 << block)

    stem = keras.Model(model.input, model.get_layer(starts[ends[0]]).output)
    walk(stem(images, training=False), 0, 0)
    return found


def with_new_blocks(
    model: keras.Model, after: Collection[str], kind: NewBlock, seed: int = 0
) -> Callable[[], Change]:
    """Return the change that puts a new block in after each of some (block_ends).

    zero_gamma: with a shortcut, its last gamma 0, as Goyal et al. 2017 start a block; one_gamma:
    the same with gamma 1; random: no shortcut; dirac: no shortcut, kernels that give back their
    input (Chen et al. 2016). All others have He's initial weights, seeded; BatchNorm of an
    untrained block passes what it gets.
    """
    shortcut = kind in ("zero_gamma", "one_gamma")

    def begin() -> Change:
        def change(name: str, output: Tensor) -> Tensor:
            if name not in after:
                return output
            filters = output.shape[-1]
            block = Block(
                "basic",
                (filters, filters),
                shortcut="identity" if shortcut else "none",
                zero_init_last_gamma=kind == "zero_gamma",
                epsilon=0.0,
            )
            return residual_block(
                output,
                block,
                names=f"new_{name}_{{}}".format,
                initializer=Dirac() if kind == "dirac" else "he_normal",
                seed=seed,
                training=False,
            )

        return change

    return begin


def block_starts(model: keras.Model) -> dict[str, str]:
    """Return, by the last layer of each block, the layer whose output the block takes."""
    starts = {}
    ends = {_block(name): name for name in block_ends(model)}
    for layer in model.layers:
        end = ends.get(_block(layer.name))
        if end is not None and end not in starts:
            starts[end] = input_names(layer)[0]
    return starts


def _block(layer: str) -> tuple[str, str]:
    where = place(layer)
    return where.stage, where.block


def _way_past(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    if tuple(x.shape) == tuple(shape):
        return x
    return ZeroPadShortcut(shape[-1], -(-x.shape[1] // shape[1]))(x)
