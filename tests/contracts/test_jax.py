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

pytestmark = pytest.mark.slow

_ANSWER = """
import json
import resnet.backend
from resnet.data.photo import model_input, read_photo
from resnet.inference.prediction import load_net, predict
from resnet.settings import ASSETS

net = load_net("signs")
photo = model_input(read_photo(ASSETS / "samples" / "sign_5.jpg"), 64)
answer = predict(net, photo[None])[0].tolist()
print(json.dumps({"backend": resnet.backend.backend_version(), "answer": answer}))
"""
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
from resnet.inference.prediction import load_net
from resnet.training.spec import parse_spec

data = load("synthetic")
data = dataclasses.replace(
    data, train_images=data.train_images[:64], train_labels=data.train_labels[:64],
    test_images=data.test_images[:24], test_labels=data.test_labels[:24],
)
spec = parse_spec({"model": "resnet8", "epochs": 2, "image_size": 16, "data": "synthetic"})
results = {"backend": resnet.backend.backend_version()}
for name, whole in (("steps", False), ("epochs", True)):
    whole_epochs.suits = lambda _spec, _images: whole
    result = train.fit(spec, data, [])
    results[name] = [result.train_loss, result.test_loss]
recorded = train.prepare(spec.model_copy(update={"gradient_norms_every": 1}), data)
some = np.random.default_rng(0).random((4, 16, 16, 3))
recorded.fit(some, np.eye(6)[:4], epochs=3, verbose=0)
results["recorded"] = np.asarray(recorded.optimizer.kernel_norms).tolist()
net = load_net("signs")
photo = model_input(read_photo(ASSETS / "samples" / "sign_5.jpg"), 64)
images = as_float(resized(data.test_images, 64))
results["heat"] = grad_cam(net, as_float(photo)).heat.tolist()
results["norms"] = gradient_norms(net, images, data.test_labels).weight_norms
print(json.dumps(results))
"""


def run_on_jax(program):
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    results = json.loads(done.stdout.splitlines()[-1])
    assert results["backend"].startswith("jax ")
    return results


@pytest.fixture(scope="module")
def on_jax():
    return run_on_jax(_TRAIN)


def test_a_shipped_net_answers_as_on_tensorflow():
    from resnet.data.photo import model_input, read_photo
    from resnet.inference.prediction import load_net, predict

    photo = model_input(read_photo(ASSETS / "samples" / "sign_5.jpg"), 64)
    answer = predict(load_net("signs"), photo[None])[0]
    np.testing.assert_allclose(run_on_jax(_ANSWER)["answer"], answer, atol=1e-4)


@pytest.mark.soak  # XLA compiles each training for half a minute
@pytest.mark.timeout(900)
def test_whole_epochs_are_the_training_step_by_step(on_jax):
    np.testing.assert_allclose(on_jax["epochs"], on_jax["steps"], rtol=1e-4)
    assert np.isfinite(on_jax["steps"]).all()


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_gradient_norms_are_recorded(on_jax):
    assert len(on_jax["recorded"]) == 8  # seven convolutions and the dense layer
    assert min(on_jax["recorded"]) > 0


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_what_a_shipped_net_looks_at_and_its_gradients_are_as_on_tensorflow(on_jax):
    from resnet.analysis.gradients import gradient_norms
    from resnet.analysis.saliency import grad_cam
    from resnet.data.photo import as_float, model_input, read_photo
    from resnet.data.signs import load, resized
    from resnet.inference.prediction import load_net

    net = load_net("signs")
    photo = model_input(read_photo(ASSETS / "samples" / "sign_5.jpg"), 64)
    np.testing.assert_allclose(on_jax["heat"], grad_cam(net, as_float(photo)).heat, atol=1e-3)
    data = load("synthetic")
    images = as_float(resized(data.test_images[:24], 64))
    norms = gradient_norms(net, images, data.test_labels[:24]).weight_norms
    np.testing.assert_allclose(on_jax["norms"], norms, rtol=1e-2)
