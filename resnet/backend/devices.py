"""The devices of this process: which it uses, their names, memory and speed."""

import math
import time
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any, Literal

from resnet.backend.library import is_tensorflow, keras, tf, without_driver_noise
from resnet.errors import LabError
from resnet.language import translate as _

_SIDE = 1024  # of the matrices that tell the device's speed


def start(gpus: Literal["all", "shared", "hidden"] = "all") -> None:
    """Find this process's devices; call it before the first tensor is made.

    shared: GPU memory is taken as it is needed, so that several processes fit on one GPU.
    """
    if not is_tensorflow():
        return
    with without_driver_noise():  # the driver says that it is not there
        found = tf.config.list_physical_devices("GPU")
    if gpus == "hidden":
        tf.config.set_visible_devices([], "GPU")
    elif gpus == "shared":
        for gpu in found:
            tf.config.experimental.set_memory_growth(gpu, True)


def data_parallel(devices: int) -> AbstractContextManager[Any]:
    """Return the scope in which to build a net whose batches so many devices share.

    GPUs where there are any, else TensorFlow's logical processors. LabError where there are fewer,
    or on a backend other than TensorFlow.
    """
    if devices == 1:
        return nullcontext()
    found = []
    if is_tensorflow():
        found = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    if len(found) < devices:
        raise LabError(
            _(
                "A batch cannot be shared by {devices} devices, this worker has {found}: choose "
                "fewer devices."
            ).format(devices=devices, found=len(found))
        )
    return tf.distribute.MirroredStrategy([device.name for device in found[:devices]]).scope()


def device_name() -> str:
    """Return what the nets run on here: "CPU", or the GPU's name."""
    if is_tensorflow():
        gpus = tf.config.get_visible_devices("GPU")
        if not gpus:
            return "CPU"
        details = tf.config.experimental.get_device_details(gpus[0])
        return str(details.get("device_name", "GPU"))
    import jax

    device = jax.devices()[0]
    return "CPU" if device.platform == "cpu" else device.device_kind


def gpu_memory_held() -> int:
    """Return how many bytes of its GPU this process keeps for its nets, of its last ones too."""
    if is_tensorflow():
        return tf.config.experimental.get_memory_info("GPU:0")["peak"]
    import jax

    return (jax.devices()[0].memory_stats() or {}).get("bytes_limit", 0)


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
