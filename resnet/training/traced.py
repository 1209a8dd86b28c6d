"""The last net trained in this process, kept with its traced steps for the next run like it.

Tracing is most of what a short run waits for: on two cores 2 s of the fast net's, 14 s of
ResNet-50's. A run that differs by its seed alone, as in a sweep or a class, needs no new trace.
"""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

from resnet.memory import may_forget


@dataclass
class _Last:
    key: object
    model: keras.Model
    optimizer: list[np.ndarray]  # its variables before the first step
    whole: bool = False  # a training that an error broke off leaves Keras in between


_last: _Last | None = None


def traced_net(
    key: object, build: Callable[[], keras.Model], compiled: Callable[[keras.Model], keras.Model]
) -> keras.Model:
    """Return compiled(build()); the last net with build()'s weights where its key is the same.

    key: all that the compiled net depends on but for its first weights.
    """
    global _last
    if _last and _last.whole and _last.key == key:
        _last.whole = False
        _start_again(_last, build())
        return _last.model
    forget_traced()
    model = compiled(build())
    _last = _Last(key, model, [variable.numpy() for variable in model.optimizer.variables])
    return model


def forget_traced() -> None:
    """Drop the last net before another is built: two large ones need not fit into memory."""
    global _last
    _last = None
    keras.utils.clear_session()


may_forget(forget_traced)


def keep_traced(model: keras.Model) -> None:
    """Keep a net whose training ended, was paused or stopped, for the next run like it."""
    if _last and _last.model is model:
        _last.whole = True


def _start_again(last: _Last, fresh: keras.Model) -> None:
    for weight, begin in zip(last.model.weights, fresh.weights, strict=True):
        weight.assign(begin)
    for variable, begin in zip(last.model.optimizer.variables, last.optimizer, strict=True):
        variable.assign(begin)
    last.model.reset_metrics()
