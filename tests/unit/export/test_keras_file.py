"""An exported net answers as the lab's own does."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from resnet.data.photo import as_float
from resnet.errors import LabError
from resnet.export.keras_file import exported
from resnet.inference.prediction import load_net

pytestmark = pytest.mark.slow

IMAGES = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def answers():
    return load_net("signs").predict(as_float(IMAGES), verbose=0)


def test_the_keras_file_answers_alike(answers, tmp_path):
    (tmp_path / "net.keras").write_bytes(exported("signs", "keras"))
    net = keras.saving.load_model(tmp_path / "net.keras", safe_mode=True)
    np.testing.assert_allclose(net.predict(as_float(IMAGES), verbose=0), answers, atol=1e-6)


@pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated")
def test_the_file_for_phones_answers_alike(answers):
    interpreter = tf.lite.Interpreter(model_content=exported("signs", "tflite"))
    given, answer = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    interpreter.resize_tensor_input(given["index"], (2, 64, 64, 3))
    interpreter.allocate_tensors()
    interpreter.set_tensor(given["index"], as_float(IMAGES))
    interpreter.invoke()
    np.testing.assert_allclose(interpreter.get_tensor(answer["index"]), answers, atol=1e-4)


def test_an_unknown_format_is_one_sentence():
    with pytest.raises(LabError, match="keras, tflite: got zip"):
        exported("signs", "zip")
