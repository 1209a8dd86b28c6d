"""Training steps: several in one call of the device, and a first one that starts soon."""

from collections.abc import Callable
from functools import partial

from resnet.backend.library import Array, is_tensorflow, keras, tf, unknown_backend


def steps_in_one(model: keras.Model) -> Callable[[Array, Array], dict[str, Array]]:
    """Return a function that takes a compiled model's training steps in one call of the device.

    It takes images (steps, N, H, W, C) and targets (steps, N, classes) and returns what Keras logs
    after each step, (steps,) each. A backend other than TensorFlow and JAX raises LabError.
    """
    if is_tensorflow():
        return _tensorflow_steps(model)
    if keras.backend.backend() == "jax":
        return _jax_steps(model)
    raise unknown_backend()


def _tensorflow_steps(model: keras.Model) -> Callable[[Array, Array], dict[str, Array]]:
    logged = dict.fromkeys(("accuracy", "loss"), tf.float32)

    @tf.function(jit_compile=bool(tf.config.get_visible_devices("GPU")) or None)
    def steps(images: Array, targets: Array) -> dict[str, Array]:
        # One after the other: each begins with the weights that the one before it left.
        return tf.map_fn(
            model.train_step, (images, targets), fn_output_signature=logged, parallel_iterations=1
        )

    return steps


def _jax_steps(model: keras.Model) -> Callable[[Array, Array], dict[str, Array]]:
    import jax

    def variables() -> list[list[keras.Variable]]:
        return [
            model.trainable_variables,
            model.non_trainable_variables,
            model.optimizer.variables,
            model.metrics_variables,
        ]

    @partial(jax.jit, donate_argnums=0)
    def steps(state: Array, images: Array, targets: Array) -> Array:
        def step(state: Array, batch: Array) -> Array:
            logs, after = model.train_step(state, batch)
            return tuple(map(list, after)), logs

        return jax.lax.scan(step, state, (images, targets))

    def run(images: Array, targets: Array) -> dict[str, Array]:
        state = tuple([variable.value for variable in group] for group in variables())
        state, logs = steps(state, images, targets)
        for group, values in zip(variables(), state, strict=True):
            for variable, value in zip(group, values, strict=True):
                variable.assign(value)
        return logs

    return run


def quicken_first_step() -> None:
    """Leave TensorFlow's graph optimiser out: it takes seconds of a large net's first step and
    saves nothing later on a CPU.
    """
    if is_tensorflow():
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
