"""The code of a net, executed, is that net."""

from itertools import product

import numpy as np
import pytest

from resnet.models.net_code import net_code
from resnet.models.registry import architecture, architectures
from resnet.training.recipes import build_net
from resnet.training.spec import TrainingSpec

SMALL = [net.name for net in architectures() if (net.depth or 0) <= 50]
# One of each kind of block and head, each recipe; `make soak` writes the code of every net.
PATHS = {
    ("resnet50", "notebook"),
    ("resnet20", "fast"),
    ("plain20", "notebook"),
    ("preact_resnet20", "fast"),
    ("fast", "fast"),
    ("lenet5_1998", "notebook"),
    ("googlenet", "notebook"),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "recipe"),
    [
        pytest.param(*path, marks=[] if path in PATHS else pytest.mark.soak)
        for path in product(SMALL, ("notebook", "fast"))
    ],
)
def test_the_code_builds_the_net_with_its_first_weights(name, recipe):
    side = max(64, architecture(name).minimum_size)
    model = build_net(TrainingSpec(model=name, recipe=recipe, seed=3, image_size=side), 6)
    code = net_code(model)
    assert max(map(len, code.splitlines())) < 260
    built = {}
    exec(code, built)
    again = built["model"]
    assert again.count_params() == model.count_params()
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    images = np.random.default_rng(0).random((1, *model.input_shape[1:]), np.float32)
    np.testing.assert_array_equal(model(images), again(images))


def test_options_that_are_kerass_own_are_not_written():
    code = net_code(build_net(TrainingSpec(model="fast"), 6))
    assert "linear" not in code
    assert "data_format" not in code
    assert 'padding="same"' in code.replace("'", '"')
