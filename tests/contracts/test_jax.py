"""The package on Keras's JAX backend: it trains, step by step and by epochs, and answers alike.

Keras takes its backend once a process, so this runs in one of its own.
"""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from resnet.settings import ASSETS, PROJECT

_TRAIN = """
import dataclasses, json
import resnet.backend
import numpy as np
from resnet.analysis.gradients import gradient_norms
from resnet.analysis.saliency import grad_cam
from resnet.data.photo import as_float, model_input, read_photo
from resnet.data.signs import load, resized
from resnet.settings import ASSETS
from resnet.training import train, whole_epochs
from resnet.training.prediction import load_net, predict
from resnet.training.spec import parse_spec

data = load("synthetic")
data = dataclasses.replace(
    data, train_images=data.train_images[:64], train_labels=data.train_labels[:64],
    test_images=data.test_images[:24], test_labels=data.test_labels[:24],
)
spec = parse_spec({"model": "resnet8", "epochs": 2, "image_size": 16, "data": "synthetic"})
told = {"backend": resnet.backend.backend_version()}
for name, whole in (("steps", False), ("epochs", True)):
    whole_epochs.suits = lambda _spec, _images: whole
    result = train.fit(spec, data, [])
    told[name] = [result.train_loss, result.test_loss]
recorded = train.prepare(spec.model_copy(update={"gradient_norms_every": 1}), data)
some = np.random.default_rng(0).random((4, 16, 16, 3))
recorded.fit(some, np.eye(6)[:4], epochs=3, verbose=0)
told["recorded"] = np.asarray(recorded.optimizer.kernel_norms).tolist()
net = load_net("signs")
photo = model_input(read_photo(ASSETS / "samples" / "sign_5.jpg"), 64)
images = as_float(resized(data.test_images, 64))
told["answer"] = predict(net, photo[None])[0].tolist()
told["heat"] = grad_cam(net, as_float(photo)).heat.tolist()
told["norms"] = gradient_norms(net, images, data.test_labels).weight_norms
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def on_jax():
    done = subprocess.run(
        [sys.executable, "-c", _TRAIN], cwd=PROJECT, capture_output=True, text=True, check=False,
        env=os.environ | {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["backend"].startswith("jax ")
    return told


def test_whole_epochs_are_the_training_step_by_step(on_jax):
    np.testing.assert_allclose(on_jax["epochs"], on_jax["steps"], rtol=1e-4)
    assert np.isfinite(on_jax["steps"]).all()


def test_gradient_norms_are_recorded(on_jax):
    assert len(on_jax["recorded"]) == 8  # seven convolutions and the dense layer
    assert min(on_jax["recorded"]) > 0


def test_a_shipped_net_answers_as_on_tensorflow(on_jax):
    from resnet.analysis.gradients import gradient_norms
    from resnet.analysis.saliency import grad_cam
    from resnet.data.photo import as_float, model_input, read_photo
    from resnet.data.signs import load, resized
    from resnet.training.prediction import load_net, predict

    net = load_net("signs")
    photo = model_input(read_photo(ASSETS / "samples" / "sign_5.jpg"), 64)
    np.testing.assert_allclose(on_jax["answer"], predict(net, photo[None])[0], atol=1e-4)
    np.testing.assert_allclose(on_jax["heat"], grad_cam(net, as_float(photo)).heat, atol=1e-3)
    data = load("synthetic")
    images = as_float(resized(data.test_images[:24], 64))
    norms = gradient_norms(net, images, data.test_labels[:24]).weight_norms
    np.testing.assert_allclose(on_jax["norms"], norms, rtol=1e-2)
