"""The sides of maps by arithmetic, against what Keras makes of the built nets."""

import keras
import pytest

from resnet.models import registry
from resnet.models.registry import architecture, architectures, build
from resnet.models.sides import STEPS, first_empty


@pytest.mark.parametrize("name", STEPS)
def test_the_steps_are_those_of_the_built_net(name):
    side = architecture(name).minimum_size + 9
    net = build(name, (side, side, 3), 6)
    for step in STEPS[name]:
        layer = net.get_layer(step.layer)
        window = getattr(layer, "kernel_size", None) or layer.pool_size
        assert (window[0], layer.strides[0]) == (step.size, step.stride)
        side = step.after(side)
        assert layer.output.shape[1] == side, step.layer


@pytest.mark.parametrize("name", STEPS)
def test_the_least_image_is_the_smallest_that_leaves_something(name):
    least = architecture(name).minimum_size
    assert first_empty(name, least) is None
    assert all(first_empty(name, side) for side in range(1, least))


def test_first_empty_names_the_layer_that_keras_would_stop_at(monkeypatch):
    monkeypatch.setattr(registry, "_check", lambda *_: None)
    for side in (1, 5, 6, 9, 15):
        stopped = []
        call = keras.layers.Layer.__call__

        def calling(layer, *arguments, call=call, stopped=stopped, **options):
            stopped[:] = [layer.name]
            return call(layer, *arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(keras.layers.Layer, "__call__", calling)
            with pytest.raises(ValueError, match=r"negative|must be"):
                build("lenet5", (side, side, 1))
        assert stopped == [first_empty("lenet5", side)], side


@pytest.mark.parametrize("found", architectures(), ids=lambda found: found.name)
def test_every_net_is_known_or_pads(found):
    assert found.name in STEPS or first_empty(found.name, 1) is None
