"""`weights`: Keras's own ResNet-50 there and back, and files that are none."""

import keras
import numpy as np
import pytest

from resnet.export.keras_applications import read_lab_weights

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """Keras's own net with random weights, and its file."""
    keras.utils.set_random_seed(0)
    net = keras.applications.ResNet50(weights=None)
    file = tmp_path_factory.mktemp("keras") / "resnet50.weights.h5"
    net.save_weights(file)
    return net, file


@pytest.mark.soak  # `make test` takes them there and back in export/test_keras_applications.py
def test_weights_go_to_the_lab_and_back(cli, theirs, tmp_path):
    net, file = theirs
    ours, back = tmp_path / "lab.weights.h5", tmp_path / "keras.weights.h5"
    taken = cli("weights", "import-keras", file, "--out", ours)
    assert taken.stdout == f"Wrote {ours}.\n"
    held = read_lab_weights(ours)
    for name, their_name in (
        ("stage2_block1_projection", "conv2_block1_0_conv"),
        ("fc1000", "predictions"),
    ):
        mine = held.get_layer(name).get_weights()
        for array, other in zip(mine, net.get_layer(their_name).get_weights(), strict=True):
            np.testing.assert_array_equal(array, other)
    cli("weights", "export-keras", ours, "--out", back)
    again = keras.applications.ResNet50(weights=back)
    for mine, other in zip(again.get_weights(), net.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, other)


@pytest.mark.filterwarnings("ignore:Skipping nested container")  # Keras, before it gives up
def test_other_files_and_names_end_with_one_line(one_line, tmp_path):
    (tmp_path / "text.h5").write_text("no weights")
    anothers = tmp_path / "resnet50.weights.h5"
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save_weights(anothers)
    out = ("--out", tmp_path / "new.weights.h5")
    assert "text.h5 is not a weights file of keras.applications" in one_line(
        "weights", "import-keras", tmp_path / "text.h5", *out, code=1
    )
    assert "resnet50.weights.h5 does not hold the lab's" in one_line(
        "weights", "export-keras", anothers, *out, code=1
    )
    assert "must end in .weights.h5" in one_line(
        "weights", "import-keras", anothers, "--out", "new.h5", code=2
    )
    assert not (tmp_path / "new.weights.h5").exists()
