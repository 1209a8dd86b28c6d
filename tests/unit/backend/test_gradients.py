"""The backend's differentiation against calculus."""

import keras
import numpy as np
import pytest
from keras import ops

from resnet import backend
from resnet.errors import LabError


def test_gradients_are_those_of_calculus():
    x, y = np.array([1.0, -2.0], "float32"), np.array([3.0, 0.5], "float32")
    unused = np.zeros((2, 2), "float32")
    value, (dx, dy, none) = backend.value_and_gradients(
        lambda a, b, c: ops.sum(a**2 * b), [x, y, unused]
    )
    assert float(value) == pytest.approx(5)
    np.testing.assert_allclose(dx, 2 * x * y)
    np.testing.assert_allclose(dy, x**2)
    np.testing.assert_array_equal(none, unused)


def test_another_backend_is_refused(monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "numpy")
    with pytest.raises(LabError, match="KERAS_BACKEND is numpy"):
        backend.value_and_gradients(lambda a: a, [np.ones(())])


def test_the_backend_names_itself():
    name, version = backend.backend_version().split()
    assert name == keras.backend.backend()
    assert version[0].isdigit()
    assert backend.device_name()
