"""Training, testing and prediction see one picture alike, whichever way it comes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from resnet.data.photo import as_float, model_input, read_photo
from resnet.data.signs import load, resized
from resnet.inference.prediction import load_net, predict
from resnet.training.batches import Batches, one_hot
from resnet.training.recipes import RECIPES


def as_photo_files(images, folder):
    """The images as a camera without loss would have stored them."""
    paths = [folder / f"{number}.png" for number in range(len(images))]
    for path, image in zip(paths, images, strict=True):
        Image.fromarray(image).save(path)
    return paths


@settings(max_examples=20)
@given(size=st.integers(8, 128), seed=st.integers(0, 1000))
def test_an_image_of_a_set_and_a_photo_of_it_get_their_size_alike(size, seed):
    image = np.random.default_rng(seed).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    np.testing.assert_array_equal(
        resized(image[None], size)[0], model_input(Image.fromarray(image), size)
    )


@pytest.mark.parametrize("size", [32, 64, 96])
def test_a_training_batch_holds_what_prediction_sees(size, tmp_path):
    images = load("synthetic").train_images[:8]
    batches = Batches(
        resized(images, size), one_hot(np.arange(8) % 6, 6), 8, 0, RECIPES["notebook"].augmentation
    )
    trained_on = {image.tobytes() for image in batches[0][0]}
    for path in as_photo_files(images, tmp_path):
        seen = as_float(model_input(read_photo(path), size)[None])
        assert seen.tobytes() in trained_on


def test_a_net_tests_and_predicts_alike(tmp_path):
    net, images = load_net("synthetic"), load("synthetic").test_images[:12]
    size = net.input_shape[1]
    tested = np.asarray(net(as_float(resized(images, size)), training=False))
    photos = [model_input(read_photo(path), size) for path in as_photo_files(images, tmp_path)]
    np.testing.assert_allclose(predict(net, np.stack(photos)), tested, rtol=1e-5, atol=1e-6)
