"""Load Keras and its backend without their noise: TensorFlow (the default) or JAX.

The environment must be set before TensorFlow is imported, so importing this module loads it. The
devices are looked for in `resnet.backend.devices.start()`.
"""

import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from resnet.errors import LabError
from resnet.language import translate as _

Array = Any  # a tensor of the backend
# What TensorFlow's C++ side writes on every machine without a GPU, whatever its log level says.
_DRIVER_NOISE = re.compile(
    rb"absl::InitializeLog|oneDNN custom|cudart_stub|cuda_platform|cpu_feature_guard|AVX"
)


@contextmanager
def without_driver_noise() -> Iterator[None]:
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
# Its own allocator keeps forever what the largest net has needed, 0.4 GiB for gradient norms of
# 110 layers. Steps and norms take no more processor time with the C library's (measured).
os.environ.setdefault("TF_ONEDNN_USE_SYSTEM_ALLOCATOR", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Keras imports Matplotlib, which warns of a home that cannot be written, and of its fonts.
logging.getLogger("matplotlib").setLevel(logging.ERROR)
tf: Any = None  # where Keras runs on TensorFlow
with without_driver_noise():
    if os.environ.get("KERAS_BACKEND", "tensorflow") == "tensorflow":
        with _without("jax"):
            import tensorflow
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow

        tf = tensorflow


def is_tensorflow() -> bool:
    """Tell whether Keras runs on TensorFlow."""
    return keras.backend.backend() == "tensorflow"


def unknown_backend() -> LabError:
    """Return the error for a backend other than TensorFlow and JAX."""
    return LabError(
        _("Gradients need Keras's TensorFlow or JAX backend: KERAS_BACKEND is {backend}.").format(
            backend=keras.backend.backend()
        )
    )
