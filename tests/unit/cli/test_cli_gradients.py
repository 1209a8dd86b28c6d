"""`gradients`."""

import json
import math

import pytest

pytestmark = pytest.mark.slow

SMALL = ("--image-size", 16, "--batch", 4)


def test_norms_of_two_nets(cli, tiny_signs):
    result = cli("gradients", "plain8", "resnet8", "--data", tiny_signs, *SMALL, "--json")
    plain, residual = json.loads(result.stdout)
    assert (plain["model"], residual["model"]) == ("plain8", "resnet8")
    assert [layer["name"] for layer in plain["layers"]] == [
        layer["name"] for layer in residual["layers"]
    ]
    assert len(plain["layers"]) == 8  # six convolutions in blocks, the stem's, the dense layer
    assert all(math.isfinite(layer["norm"]) for layer in residual["layers"] + residual["blocks"])
    assert residual["synthetic"] is True
    assert residual["batch"] == 4


def test_options_reach_the_net(cli, tiny_signs):
    options = ("--data", tiny_signs, *SMALL, "--json")
    normal = json.loads(cli("gradients", "resnet8", *options).stdout)[0]
    again = json.loads(cli("gradients", "resnet8", *options).stdout)[0]
    bare = json.loads(cli("gradients", "resnet8", *options, "--no-batch-norm").stdout)[0]
    ones = json.loads(
        cli("gradients", "resnet8", *options, "--initializer", "glorot_uniform").stdout
    )[0]
    assert normal == again
    assert bare["batch_norm"] is False
    assert len({normal["loss"], bare["loss"], ones["loss"]}) == 3


def test_a_table_for_people(cli, tiny_signs):
    result = cli("gradients", "resnet8", "--data", tiny_signs, *SMALL)
    assert "resnet8: loss" in result.stdout
    assert "stem_conv" in result.stdout
    assert "synthetic" in result.stdout


def test_mistakes_end_with_one_line(one_line, tiny_signs, tmp_path):
    assert "There is no net" in one_line("gradients", "fast", "fst", code=1)
    assert "Missing argument" in one_line("gradients", code=2)
    assert "train_signs.h5" in one_line("gradients", "fast", "--data", tmp_path, code=1)
    one_line("gradients", "fast", "--data", tiny_signs, "--image-size", 4, code=1)
    one_line("gradients", "fast", "--batch", 0, code=2)
    one_line("gradients", "fast", "--initializer", "guess", code=2)
