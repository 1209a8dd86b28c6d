"""A trained net as an ONNX file, which programs without Keras can run."""

import warnings
from importlib.util import find_spec
from pathlib import Path

import keras
import numpy as np

from resnet.errors import LabError
from resnet.inference.prediction import load_net
from resnet.language import translate as _

NEEDED = ("tf2onnx", "onnx")


def write_onnx(ref: str, path: Path) -> None:
    """Write the net that `ref` names: images (N, H, W, 3) from 0 to 1 -> probabilities.

    Raises LabError where the net is gone or the packages that write ONNX are not installed.
    """
    if not all(map(find_spec, NEEDED)):
        raise LabError(
            _("ONNX needs two packages more: install them with `pip install {packages}`.").format(
                packages=" ".join(NEEDED)
            )
        )
    model = load_net(ref)
    model(np.zeros((1, *model.input_shape[1:]), keras.config.floatx()))  # it must have been called
    with warnings.catch_warnings():
        # tf2onnx names types that the next NumPy will know otherwise.
        warnings.simplefilter("ignore", FutureWarning)
        model.export(path, format="onnx", verbose=False)
