"""The registry's promises: names, twins, refusals, and no Keras before a net is built."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from resnet.errors import LabError
from resnet.models.registry import architecture, architectures, build, cifar_name, plain_twin


def test_the_nets_can_be_listed_without_keras():
    script = (
        "import sys; from resnet.models.registry import architectures, architecture; "
        "architectures(); architecture('plain1202'); "
        "assert not {'keras', 'tensorflow', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_the_promised_nets_are_there_once_each():
    names = [found.name for found in architectures()]
    assert len(names) == len(set(names))
    promised = {"resnet50", "resnet18", "resnet34", "resnet50_imagenet", "resnet101", "resnet152"}
    promised |= {f"{kind}{n}" for kind in ("resnet", "plain") for n in (20, 32, 44, 56, 110)}
    promised |= {"resnet20_b", "preact_resnet110", "preact_resnet50", "fast", "fast_plain", "hand"}
    assert promised <= set(names)


@pytest.mark.parametrize("name", ["resnet8", "plain50", "resnet1202", "resnet26_b", "plain1202"])
def test_any_depth_of_6n_plus_2_is_known(name):
    found = architecture(name)
    assert found.name == name
    assert found.family == "cifar"
    assert found.plain == name.startswith("plain")


def test_depths_that_two_families_share_have_two_names():
    assert architecture("resnet50").family == "course"
    assert architecture("resnet152").family == "imagenet"
    assert architecture("preact_resnet50").family == "imagenet"
    assert cifar_name(50) == "resnet50_cifar"
    assert cifar_name(20) == "resnet20"
    assert cifar_name(50, "plain") == "plain50"
    for kind in ("resnet", "plain", "preact_resnet"):
        for depth in (20, 50, 152):
            found = architecture(cifar_name(depth, kind))
            assert (found.family, found.depth) == ("cifar", depth)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("resnet51", "resnet50"),
        ("resnet21", "resnet20"),
        ("resnet20_cifar", "resnet20"),
        ("plain20_b", "plain20"),
        ("preact_resnet20_b", "preact_resnet20"),
        ("resnet1208", "resnet"),
        ("Fast", "fast"),
        ("", "fast"),
    ],
)
def test_an_unknown_name_gets_the_nearest(name, nearest):
    with pytest.raises(LabError, match=nearest):
        architecture(name)


@pytest.mark.parametrize(
    ("name", "twin"),
    [
        ("resnet20", "plain20"),
        ("resnet26", "plain26"),
        ("resnet20_b", "plain20"),
        ("resnet50_cifar", "plain50"),
        ("resnet34", "plain34"),
        ("fast", "fast_plain"),
        ("hand", None),
        ("resnet50", None),
        ("preact_resnet20", None),
        ("plain20", None),
    ],
)
def test_a_twin_is_known_where_there_is_one(name, twin):
    assert plain_twin(name) == twin
    if twin:
        assert architecture(twin).plain


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((("resnet50"), (36, 64, 3)), "at least 37 .*of 36 its layer avg_pool leaves nothing"),
        ((("alexnet"), (9, 9, 3)), "at least 67 .*its layer stage1_block1_conv1 leaves nothing"),
        ((("resnet18"), (32, 31, 3)), "got 32×31×3"),
        ((("resnet20"), (32, 32)), "got 32×32"),
        ((("resnet20"), (32, 32, 0)), "got 32×32×0"),
        ((("resnet20"), (5000, 32, 3)), "got 5000×32×3"),
        ((("resnet20"), None, 1), "from 2 to 10000 classes: got 1"),
    ],
)
def test_a_net_that_cannot_be_built_says_why(arguments, words):
    with pytest.raises(LabError, match=words):
        build(*arguments)


def test_an_unknown_initializer_is_refused():
    with pytest.raises(LabError, match="“guess”"):
        build("resnet8", initializer="guess")


def kinds(net):
    return {type(layer).__name__ for layer in net.layers}


@pytest.mark.parametrize("name", ["resnet50", "resnet18", "resnet8", "preact_resnet8", "fast"])
def test_shortcut_and_batch_norm_can_be_left_out_of_any_net(name):
    size = (37, 37, 3)
    net = build(name, size, 4, shortcut=False)
    assert net.name == name
    assert not {"Add", "ZeroPadShortcut"} & kinds(net)
    net = build(name, size, 4, batch_norm=False)
    assert "BatchNormalization" not in kinds(net)
    assert all(layer.use_bias for layer in net.layers if isinstance(layer, keras.layers.Conv2D))


def test_only_fast_starts_its_last_gammas_at_zero():
    def zero_gammas(net):
        gammas = [w.numpy() for w in net.weights if w.path.endswith("gamma")]
        return sum(not gamma.any() for gamma in gammas)

    assert zero_gammas(build("fast")) == 3
    assert zero_gammas(build("fast_plain")) == 0
    assert zero_gammas(build("fast", batch_norm=False)) == 0
    assert zero_gammas(build("fast", zero_init_last_gamma=False)) == 0
    assert zero_gammas(build("resnet8")) == 0
    assert zero_gammas(build("resnet8", zero_init_last_gamma=True)) == 3


def test_the_seed_decides_the_weights():
    images = np.random.default_rng(0).random((2, 32, 32, 3), dtype=np.float32)
    first, again, other = (np.asarray(build("resnet8", seed=seed)(images)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)
    np.testing.assert_allclose(first.sum(axis=1), 1, rtol=1e-5)  # class probabilities
