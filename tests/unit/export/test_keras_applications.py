"""The lab's ResNet-50 answers as Keras's own does with the same weights."""

import keras
import numpy as np
import pytest

from resnet.errors import LabError
from resnet.export.keras_applications import from_keras_applications, to_keras_applications

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def theirs():
    """Keras's own net; random statistics and biases, so that each weight has a say."""
    keras.utils.set_random_seed(0)
    chance = np.random.default_rng(0)
    net = keras.applications.ResNet50(weights=None)
    for layer in net.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([chance.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
        elif layer.weights:
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel, chance.normal(0, 0.1, bias.shape)])
    return net


def test_the_answers_are_equal_there_and_back(theirs, tmp_path):
    file = tmp_path / "resnet50.weights.h5"
    theirs.save_weights(file)
    images = np.random.default_rng(1).uniform(-100, 100, (2, 224, 224, 3)).astype("float32")
    wanted = theirs.predict(images, verbose=0)
    assert wanted.std(axis=0).max() > 1e-6  # the images are told apart
    ours = from_keras_applications(file)
    assert ours.get_layer("stage2_block1_projection").kernel.shape == (1, 1, 64, 256)
    np.testing.assert_allclose(ours.predict(images, verbose=0), wanted, rtol=1e-3, atol=1e-7)
    back = to_keras_applications(ours)
    for mine, other in zip(back.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, other)


@pytest.mark.filterwarnings("ignore:Skipping nested container")  # Keras, before it gives up
def test_other_files_are_refused_in_one_sentence(tmp_path):
    (tmp_path / "text.h5").write_text("no weights")
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)]).save_weights(
        tmp_path / "other.weights.h5"
    )
    for name in ("text.h5", "other.weights.h5", "missing.h5"):
        with pytest.raises(LabError, match=rf"{name} is not a weights file of keras\.applications"):
            from_keras_applications(tmp_path / name)
