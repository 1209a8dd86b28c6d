"""The one module that knows which backend Keras runs on: TensorFlow (the default) or JAX."""

import ctypes
import math
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import cache, partial
from typing import Any

from resnet.errors import LabError
from resnet.language import translate as _

# glibc's malloc.h: M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_TOP_PAD (bytes), M_ARENA_MAX.
_MALLOC_OPTIONS = {-3: 1 << 30, -1: (1 << 31) - 1, -2: 1 << 28, -8: 1}
Array = Any  # a tensor of the backend
# How XLA, CUDA and cuDNN say that the memory does not suffice.
_OUT_OF_MEMORY = ("RESOURCE_EXHAUSTED", "OUT_OF_MEMORY", "ALLOC_FAILED")
_SIDE = 1024  # of the matrices that tell the device's speed
# What TensorFlow's C++ side writes on every machine without a GPU, whatever its log level says.
_DRIVER_NOISE = re.compile(
    rb"absl::InitializeLog|oneDNN custom|cudart_stub|cuda_platform|cpu_feature_guard|AVX"
)


@contextmanager
def _without_driver_noise() -> Iterator[None]:
    """Hold back the standard error stream, then pass on what is not noise."""
    sys.stderr.flush()
    real = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(real, 2)
            held.seek(0)
            os.write(2, b"".join(line for line in held if not _DRIVER_NOISE.search(line)))
            os.close(real)


@contextmanager
def _without(module: str) -> Iterator[None]:
    """Have `import module` fail: TensorFlow's converter loads JAX, 0.6 s, where it is installed."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]


# On processors without AVX-512 TensorFlow leaves its faster kernels off: 2.5 s a step instead of
# 0.7 s, measured with ResNet-50 on AVX2.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
with _without_driver_noise():
    if os.environ.get("KERAS_BACKEND", "tensorflow") == "tensorflow":
        with _without("jax"):
            import tensorflow as tf
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.list_physical_devices("GPU")  # asks the driver, which says that it is not there


def value_and_gradients(
    function: Callable[..., Array], arrays: Sequence[Array]
) -> tuple[Array, list[Array]]:
    """Return function(*arrays), a scalar, and its gradient with respect to each array.

    Raises LabError on a backend other than TensorFlow and JAX.
    """
    if _is_tensorflow():
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
    raise _unknown_backend()


def _unknown_backend() -> LabError:
    return LabError(
        _("Gradients need Keras's TensorFlow or JAX backend: KERAS_BACKEND is {backend}.").format(
            backend=keras.backend.backend()
        )
    )


def keep_session() -> None:
    """Make keras.backend.clear_session() do nothing in this process.

    Streamlit calls it after every run of a page. It collects garbage once more, throws away the
    kernels that the next block needs, and resets Keras under the feet of other learners' pages.
    Here nets are built to be read and dropped: there is nothing to clear.
    """
    keras.backend.clear_session = lambda free_memory=True: None


def hide_accelerators() -> None:
    """Keep this process off every GPU; call it before the first tensor is made."""
    if _is_tensorflow():
        tf.config.set_visible_devices([], "GPU")


def share_accelerators() -> None:
    """Take GPU memory as it is needed, so that several processes fit on one GPU."""
    if _is_tensorflow():
        for gpu in tf.config.list_physical_devices("GPU"):
            tf.config.experimental.set_memory_growth(gpu, True)


def data_parallel(devices: int) -> AbstractContextManager[Any]:
    """Return the scope in which to build a net whose batches so many devices share.

    GPUs where there are any, else TensorFlow's logical processors. LabError where there are fewer,
    or on a backend other than TensorFlow.
    """
    if devices == 1:
        return nullcontext()
    found = []
    if _is_tensorflow():
        found = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    if len(found) < devices:
        raise LabError(
            _("A batch cannot be shared by {devices} devices, this worker has {found}: choose "
              "fewer devices.").format(devices=devices, found=len(found))
        )  # fmt: skip
    return tf.distribute.MirroredStrategy([device.name for device in found[:devices]]).scope()


def steps_in_one(model: keras.Model) -> Callable[[Array, Array], dict[str, Array]]:
    """Return a function that takes a compiled model's training steps in one call of the device.

    It takes images (steps, N, H, W, C) and targets (steps, N, classes) and returns what Keras logs
    after each step, (steps,) each. A backend other than TensorFlow and JAX raises LabError.
    """
    if _is_tensorflow():
        return _tensorflow_steps(model)
    if keras.backend.backend() == "jax":
        return _jax_steps(model)
    raise _unknown_backend()


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
            model.trainable_variables, model.non_trainable_variables,
            model.optimizer.variables, model.metrics_variables,
        ]  # fmt: skip

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
    if _is_tensorflow():
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


def reuse_memory() -> None:
    """Have this process keep the memory of one training step for the next.

    glibc gives large blocks back to the system at once; fetching them anew costs a seventh of a
    step's time on two cores, in thousands of page faults. Elsewhere than on glibc nothing happens.
    """
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return
    for parameter, value in _MALLOC_OPTIONS.items():
        mallopt(parameter, value)


def give_memory_back() -> None:
    """Return to the system what reuse_memory() has kept and no net uses."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def gpu_memory_held() -> int:
    """Return how many bytes of its GPU this process keeps for its nets, of its last ones too."""
    if _is_tensorflow():
        return tf.config.experimental.get_memory_info("GPU:0")["peak"]
    import jax

    return (jax.devices()[0].memory_stats() or {}).get("bytes_limit", 0)


def ran_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error says that this process or its GPU has no memory left."""
    if isinstance(error, MemoryError):
        return True
    if _is_tensorflow() and isinstance(error, tf.errors.ResourceExhaustedError):
        return True
    return any(words in str(error) for words in _OUT_OF_MEMORY)


def device_name() -> str:
    """Return what the nets run on here: "CPU", or the GPU's name."""
    if _is_tensorflow():
        gpus = tf.config.get_visible_devices("GPU")
        if not gpus:
            return "CPU"
        details = tf.config.experimental.get_device_details(gpus[0])
        return str(details.get("device_name", "GPU"))
    import jax

    device = jax.devices()[0]
    return "CPU" if device.platform == "cpu" else device.device_kind


def write_events(folder: str, points: Iterable[tuple[int, str, float]]) -> None:
    """Write numbers (step, name, value) as a folder of TensorBoard's; needs TensorFlow."""
    import tensorflow as tf

    # As tf.summary.scalar, which needs TensorBoard itself.
    scalar = tf.compat.v1.SummaryMetadata(data_class=1)
    scalar.plugin_data.plugin_name = "scalars"
    writer = tf.summary.create_file_writer(folder)
    with writer.as_default():
        for step, name, value in points:
            number = tf.constant(value, tf.float32)
            tf.summary.write(name, number, step=step, metadata=scalar)
    writer.close()


@cache
def multiplying_speed() -> float:
    """Return the float32 operations a second of this process's device in large matrix products."""
    # Not drawn by Keras: its own stream of random numbers is the training's.
    matrix = keras.ops.linspace(-1.0, 1.0, _SIDE * _SIDE, dtype="float32")
    matrix = keras.ops.reshape(matrix, (_SIDE, _SIDE))
    best = math.inf
    for _round in range(5):
        start = time.perf_counter()
        keras.ops.convert_to_numpy(keras.ops.matmul(matrix, matrix)[0, 0])
        best = min(best, time.perf_counter() - start)
    return 2 * _SIDE**3 / best


def backend_version() -> str:
    """Return the backend's name and version, as "tensorflow 2.21.0"."""
    from importlib.metadata import version

    name = keras.backend.backend()
    return f"{name} {version(name)}"


def _is_tensorflow() -> bool:
    return keras.backend.backend() == "tensorflow"
