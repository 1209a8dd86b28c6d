"""Epochs in one call of the device each, where the images of one fit into its memory.

Between the short steps of a small net a GPU waits for Python. Here the host varies the images of
the next epoch while the device trains on this one's, and the callbacks hear of its steps after it.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np

from resnet import backend
from resnet.training.batches import Batches
from resnet.training.spec import TrainingSpec

LARGEST_EPOCH = 2**30  # bytes: two of them are on the device, beside the net

Epoch = list[tuple[np.ndarray, np.ndarray]]


def suits(spec: TrainingSpec, images: int) -> bool:
    """Tell whether to train so: on one GPU, without what is recorded between two steps."""
    size = 4 * 3 * images * spec.image_size**2
    return (
        backend.device_name() != "CPU"
        and spec.devices == 1
        and not spec.gradient_norms_every
        and size <= LARGEST_EPOCH
    )


def fit_whole_epochs(
    model: keras.Model,
    batches: Batches,
    epochs: int,
    test: tuple[np.ndarray, np.ndarray],
    callbacks: Sequence[keras.callbacks.Callback],
    done: int = 0,
) -> None:
    """Train a compiled model as model.fit does with the same batches; done: epochs it has had."""
    steps = backend.steps_in_one(model)
    heard = keras.callbacks.CallbackList(
        list(callbacks), model=model, epochs=epochs, steps=batches.steps_per_epoch
    )
    model.stop_training = False
    heard.on_train_begin()
    with ThreadPoolExecutor(1, "next epoch") as host:
        coming = host.submit(_epoch, batches, 0)
        for epoch in range(done, epochs):
            now = coming.result()
            coming = host.submit(_epoch, batches, epoch + 1 - done)
            model.reset_metrics()
            heard.on_epoch_begin(epoch)
            logs: dict[str, float] = {}
            outputs = [steps(images, targets) for images, targets in now]
            for step, logs in enumerate(_per_step(outputs)):
                heard.on_train_batch_begin(step)
                heard.on_train_batch_end(step, logs)
            size = now[0][0].shape[1]
            tested = model.evaluate(
                *test, batch_size=size, callbacks=heard, verbose=0, return_dict=True
            )
            logs = logs | {f"val_{name}": value for name, value in tested.items()}
            heard.on_epoch_end(epoch, logs)
            if model.stop_training:
                break
    heard.on_train_end()


def _epoch(batches: Batches, number: int) -> Epoch:
    """Return an epoch's batches stacked (steps, N, ...): the full ones, and a smaller last one."""
    first = number * batches.steps_per_epoch
    all_of_it = [batches[first + step] for step in range(batches.steps_per_epoch)]
    full = [batch for batch in all_of_it if len(batch[0]) == len(all_of_it[0][0])]
    rest = all_of_it[len(full) :]
    return [
        (np.stack([images for images, _targets in part]), np.stack([t for _images, t in part]))
        for part in (full, rest)
        if part
    ]


def _per_step(outputs: list[dict[str, backend.Array]]) -> list[dict[str, float]]:
    """Return the logs of each step of an epoch, of those of its parts."""
    values = {
        name: np.concatenate([keras.ops.convert_to_numpy(part[name]) for part in outputs])
        for name in outputs[0]
    }
    count = len(next(iter(values.values())))
    return [{name: float(value[step]) for name, value in values.items()} for step in range(count)]
