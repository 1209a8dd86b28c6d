"""Refuse a training that the teacher's rules or the worker's memory do not allow, before it starts.

A training that outgrows its machine would otherwise be ended by the system, and others with it.
"""

import math

import keras

from resnet import backend
from resnet.analysis.training_cost import TrainingCost, training_cost
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.machine import gpu_memory_left, memory_left
from resnet.memory import give_memory_back
from resnet.store.records import Rules
from resnet.training.spec import TrainingSpec

GIB = 2**30
SLOTS = {"notebook": 2, "fast": 1, "sprint": 1}  # Adam keeps two numbers a weight, momentum one


def estimated(spec: TrainingSpec, model: keras.Model, images: int) -> TrainingCost:
    """Return what the spec's training of a model on so many images will need on this device."""
    return training_cost(
        model,
        spec.batch_size,
        spec.epochs * images,
        SLOTS[spec.recipe],
        backend.multiplying_speed(),
    )


def check_cost(cost: TrainingCost, rules: Rules, devices: int = 1) -> None:
    """Raise LabError where a training needs more than is allowed, or than there is."""
    need, minutes = cost.memory / GIB, cost.seconds / 60
    if need > rules.most_gib:
        sentence = _(
            "This training needs about {need} GiB and the teacher allows {most}: choose a smaller "
            "batch, net or image."
        )
        raise LabError(sentence.format(need=_short(need), most=rules.most_gib))
    if minutes > rules.most_minutes:
        sentence = _(
            "This training takes about {need} minutes and the teacher allows {most}: choose fewer "
            "epochs, a smaller net or image."
        )
        raise LabError(sentence.format(need=_short(minutes), most=rules.most_minutes))
    free = _memory_left(cost.memory, devices) / GIB
    if need > free:
        sentence = _(
            "This training needs about {need} GiB and this worker has {free} left: choose a "
            "smaller batch, net or image."
        )
        raise LabError(sentence.format(need=_short(need), free=_short(free)))


def _memory_left(wanted: float, devices: int) -> float:
    """Return the bytes that a training can have here, infinite where nobody can tell."""
    if backend.device_name() != "CPU":
        free = gpu_memory_left()
        return math.inf if free is None else (free + backend.gpu_memory_held()) * devices
    if wanted > memory_left():
        give_memory_back()
    return memory_left()


def _short(number: float) -> str:
    return f"{number:.2g}" if number < 10 else f"{number:,.0f}"
