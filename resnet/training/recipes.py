"""The ways to train: as the course's notebook does, fast, and in seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import keras

from resnet.data.augment import LIGHT, NONE, Augmentation
from resnet.models.registry import build
from resnet.training.spec import (
    STARTS_AS_IDENTITY,
    Precision,
    RecipeName,
    TrainingSpec,
    can_start_as_identity,
)

WARM_UP_EPOCHS = 2
WARM_UP_SHARE = 0.1


@dataclass(frozen=True)
class Recipe:
    """How a net is prepared and its images varied.

    batch_norm_momentum: of every BatchNorm, None as the net has it. With Keras's 0.99 the running
    statistics of so short an epoch lag behind for several epochs. label_smoothing is part of the
    loss of training and testing alike.
    """

    augmentation: Augmentation
    batch_norm_momentum: float | None
    label_smoothing: float


RECIPES: dict[RecipeName, Recipe] = {
    "notebook": Recipe(NONE, None, 0.0),
    "fast": Recipe(LIGHT, 0.9, 0.1),
    "sprint": Recipe(LIGHT, 0.9, 0.1),  # it differs in its defaults: spec.py
}


def build_net(spec: TrainingSpec, classes: int) -> keras.Model:
    """Build the spec's net as its recipe starts it."""
    recipe = RECIPES[spec.recipe]
    zero = STARTS_AS_IDENTITY[spec.recipe] if spec.zero_last_gamma is None else spec.zero_last_gamma
    with _multiplying_in(spec.precision):
        model = build(
            spec.model,
            (spec.image_size, spec.image_size, 3),
            classes,
            shortcut=spec.shortcut,
            batch_norm=spec.batch_norm,
            initializer=spec.initializer,
            zero_init_last_gamma=zero and can_start_as_identity(spec),
            seed=spec.seed,
        )
    model.layers[-1].dtype_policy = "float32"  # a softmax needs all its digits
    if recipe.batch_norm_momentum is not None:
        for layer in model.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.momentum = recipe.batch_norm_momentum
    return model


@contextmanager
def _multiplying_in(precision: Precision) -> Iterator[None]:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def optimizer_class(recipe: RecipeName) -> type[keras.optimizers.Optimizer]:
    """Return the class of the recipe's optimizer."""
    return keras.optimizers.Adam if recipe == "notebook" else keras.optimizers.SGD


def optimizer_settings(spec: TrainingSpec, steps_per_epoch: int) -> dict[str, object]:
    """Return what the recipe's optimizer is made with."""
    if spec.recipe == "notebook":
        return {"learning_rate": spec.learning_rate}
    steps = spec.epochs * steps_per_epoch
    warm_up = min(WARM_UP_EPOCHS * steps_per_epoch, round(WARM_UP_SHARE * steps))
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0 if warm_up else spec.learning_rate,
        decay_steps=max(1, steps - warm_up),
        warmup_target=spec.learning_rate if warm_up else None,
        warmup_steps=warm_up,
    )
    return {"learning_rate": schedule, "momentum": 0.9, "nesterov": True}
