"""A net in ONNX answers in another program as it does in Keras."""

import numpy as np
import onnxruntime
import pytest

from resnet.errors import LabError
from resnet.export import onnx_file
from resnet.inference.prediction import load_net

pytestmark = pytest.mark.slow


def test_another_program_gives_the_same_answers(tmp_path):
    path = tmp_path / "net.onnx"
    onnx_file.write_onnx("robust", path)
    model = load_net("robust")
    images = np.random.default_rng(0).random((3, *model.input_shape[1:])).astype("float32")
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    answers = session.run(None, {session.get_inputs()[0].name: images})[0]
    np.testing.assert_allclose(answers, model(images, training=False), atol=1e-5)
    assert answers.shape == (3, 6)


def test_without_its_packages_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(onnx_file, "find_spec", lambda _name: None)
    with pytest.raises(LabError, match="pip install tf2onnx onnx"):
        onnx_file.write_onnx("robust", tmp_path / "net.onnx")
    assert list(tmp_path.iterdir()) == []
