"""Gradient norms of plain nets and ResNets: in the lab, and with one eager GradientTape a net.

A process with Keras loaded, as a worker has it; both build each net anew.
"""

import json
import time
from collections.abc import Callable

DEPTHS = (8, 20, 32, 44, 56, 110)


def measure() -> dict[str, dict[str, float]]:
    """Return seconds to the first net's norms and to all, of both ways, and their ratio."""
    rows = {}
    for name, norms in (("lab", _lab), ("one eager tape a net", _usual)):
        norms("plain8")  # kernels are loaded
        rows[name] = _all(norms)
    lab, usual = rows.values()
    return rows | {"ratio": {part: lab[part] / usual[part] for part in lab}}


def _all(norms: Callable[[str], object]) -> dict[str, float]:
    start, first = time.perf_counter(), 0.0
    for depth in DEPTHS:
        for kind in ("plain", "resnet"):
            norms(f"{kind}{depth}")
            first = first or time.perf_counter() - start
    return {"first, s": first, "all, s": time.perf_counter() - start}


def _lab(net: str) -> object:
    from resnet.jobs.tasks import gradient_norms_of

    return gradient_norms_of(net, batch_norm=False)


def _usual(net: str) -> object:
    import keras
    import tensorflow as tf

    from resnet.data.signs import load, resized
    from resnet.models.registry import build

    dataset = load("synthetic")
    images = resized(dataset.train_images[:32], 32) / 255
    model = build(net, (32, 32, 3), 6, batch_norm=False)
    with tf.GradientTape() as tape:
        answers = model(images, training=True)
        loss = keras.losses.SparseCategoricalCrossentropy()(dataset.train_labels[:32], answers)
    gradients = tape.gradient(loss, model.trainable_variables)
    return [float(tf.norm(gradient)) for gradient in gradients]


if __name__ == "__main__":
    import resnet.backend  # noqa: F401

    print(json.dumps(measure(), indent=1))
