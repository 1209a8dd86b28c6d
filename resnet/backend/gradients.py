"""Gradients on either backend."""

from collections.abc import Callable, Sequence

from resnet.backend.library import Array, is_tensorflow, keras, tf, unknown_backend


def value_and_gradients(
    function: Callable[..., Array], arrays: Sequence[Array]
) -> tuple[Array, list[Array]]:
    """Return function(*arrays), a scalar, and its gradient with respect to each array.

    Raises LabError on a backend other than TensorFlow and JAX.
    """
    if is_tensorflow():
        arrays = [tf.convert_to_tensor(array) for array in arrays]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(arrays)
            value = function(*arrays)
        gradients = tape.gradient(value, arrays, unconnected_gradients="zero")
        return value, list(gradients)
    if keras.backend.backend() == "jax":
        import jax

        value, gradients = jax.value_and_grad(lambda inputs: function(*inputs))(list(arrays))
        return value, gradients
    raise unknown_backend()
