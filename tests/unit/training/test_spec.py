"""What a training spec accepts, fills in and says when it refuses."""

import json

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet.errors import LabError
from resnet.models.registry import build
from resnet.training.spec import RECIPE_DEFAULTS, TrainingSpec, parse_spec


def test_the_course_s_numbers_are_the_notebook_recipe():
    spec = parse_spec({"recipe": "notebook", "model": "resnet50"})
    assert (spec.epochs, spec.batch_size, spec.learning_rate) == (20, 32, 1e-3)


@pytest.mark.parametrize("recipe", list(RECIPE_DEFAULTS))
def test_what_is_left_out_or_none_is_the_recipe_s(recipe):
    left_out = TrainingSpec(recipe=recipe)
    none = parse_spec({"recipe": recipe, "epochs": None, "batch_size": None, "learning_rate": None})
    assert left_out == none
    assert none.epochs == RECIPE_DEFAULTS[recipe].epochs
    assert parse_spec({"recipe": recipe, "epochs": 3}).epochs == 3


@given(
    epochs=st.integers(1, 1000),
    batch_size=st.integers(1, 1080),
    learning_rate=st.floats(1e-8, 10),
    seed=st.integers(0, 2**31 - 1),
    shortcut=st.sampled_from([True, False, None]),
    zero_last_gamma=st.sampled_from([False, None]),
    recipe=st.sampled_from(list(RECIPE_DEFAULTS)),
)
def test_a_spec_survives_json(**values):
    spec = TrainingSpec(**values)
    assert parse_spec(json.loads(json.dumps(spec.model_dump()))) == spec
    assert parse_spec(json.loads(spec.model_dump_json())) == spec


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"epochs": 0}, "epochs must be a whole number from 1 to 1000: got 0."),
        ({"epochs": "many"}, "epochs must be a whole number from 1 to 1000: got many."),
        ({"epochs": 2.5}, "epochs must be a whole number from 1 to 1000: got 2.5."),
        ({"batch_size": 1081}, "batch_size must be a whole number from 1 to 1080: got 1081."),
        ({"learning_rate": -1}, "learning_rate must be a number above 0, at most 10: got -1."),
        ({"learning_rate": float("nan")}, "learning_rate must be .*: got nan."),
        ({"seed": 2**31}, "seed must be a whole number from 0 to 2147483647: got 2147483648."),
        ({"recipe": "slow"}, "recipe must be “fast”, “sprint” or “notebook”: got slow."),
        ({"recipe": []}, "recipe must be “fast”, “sprint” or “notebook”: got "),
        ({"data": ""}, "data must be “signs”, “synthetic”, “both” or a folder: got ."),
        ({"zero_last_gamma": 0}, "zero_last_gamma must be true, false or nothing .*: got 0."),
        ({"shortcut": "no"}, "shortcut must be true, false or nothing .*: got no."),
        ({"augmentation": "wild"}, "augmentation must be “none”, “light”, “strong” or nothing"),
        ({"epoch": 3}, "has no “epoch”: did you mean “epochs”?"),
        ({"model": "resnet20x"}, "There is no net “resnet20x”: did you mean resnet20"),
        ({"model": 3}, "model must be the name of a net: got 3."),
        (
            {"model": "resnet50", "image_size": 32},
            "resnet50 needs images of at least 37 pixels a side: of 32 its layer avg_pool leaves "
            "nothing, so choose larger images, or a net that shrinks them less.",
        ),
        ({"model": "resnet18", "image_size": 31}, "at least 32 pixels a side: got 31."),
        ({"model": "resnet1000"}, "no net “resnet1000”: .* a depth of 6n . 2, from 8 to 1202."),
        ({"model": "resnet" + "9" * 70}, "model must be the name of a net: got resnet9.*9…."),
        ({"data": "x" * 1001}, "data must be .* or a folder: got xxx.*x…."),
        ({"epochs": 10**6}, "epochs must be a whole number from 1 to 1000: got 1000000."),
        ({"epochs": 10**5000}, "epochs must be .*: got a number too long to write."),
        ({"epochs": [10**5000]}, "epochs must be .*: got a number too long to write."),
        ({"epochs": float("inf")}, "epochs must be .*: got inf."),
        ({"epochs": {"a": 1}}, "epochs must be .*: got {'a': 1}."),
        ({"batch_size": 10**30}, "batch_size must be a whole number from 1 to 1080: got 10"),
        ({"learning_rate": 10**10}, "learning_rate must be .*, at most 10: got 10000000000."),
        ({"learning_rate": float("inf")}, "learning_rate must be .*: got inf."),
        ({"learning_rate": 10**5000}, "learning_rate must be .*: got a number too long"),
        ({"learning_rate": "fast"}, "learning_rate must be .*: got fast."),
        ({"seed": -1}, "seed must be a whole number from 0 to 2147483647: got -1."),
        ({"seed": float("nan")}, "seed must be .*: got nan."),
        ({"image_size": 10**4}, "image_size must be .* from 8 to 224: got 10000."),
        ({"image_size": 7}, "image_size must be .* from 8 to 224: got 7."),
        ({"image_size": (64, 64)}, "image_size must be .*: got \\(64, 64\\)."),
        ({"devices": 65}, "devices must be a whole number from 1 to 64: got 65."),
        ({"devices": 0}, "devices must be a whole number from 1 to 64: got 0."),
        ({"gradient_norms_every": 10_001}, "gradient_norms_every must be .* 10000: got 10001."),
        ({"gradient_norms_every": -1}, "gradient_norms_every must be .*: got -1."),
        ({"devices": 2, "gradient_norms_every": 1}, "set gradient_norms_every to 0, or devices"),
        ({"precision": "float16"}, "precision must be “float32” or “mixed_bfloat16”: got float16"),
        ({"model": "lenet5", "shortcut": False}, "lenet5 has no shortcuts that could be left out"),
        ({"model": "plain20", "shortcut": False}, "plain20 has no shortcuts that could be left"),
        ({"model": "fast_plain", "shortcut": False}, "fast_plain has no shortcuts .* as it is."),
        ({"model": "lenet5", "shortcut": True}, "lenet5 has no place for shortcuts"),
        ({"model": "plain20", "zero_last_gamma": True}, "plain20 cannot start as the identity"),
        ({"zero_last_gamma": True, "batch_norm": False}, "fast cannot start as the identity"),
        ({"model": "vgg16", "batch_norm": False}, "vgg16 has no BatchNorm that could be left out"),
        ({"batch_norm": 1}, "batch_norm must be true or false: got 1."),
        ({3: 4}, "has no “3”: did you mean"),
        ({"x" * 10**6: 4}, "has no “x*…”: did you mean"),
        ([1, 2], 'a list of fields with their values, as {"epochs": 30}: got \\[1, 2\\].'),
        ("epochs", "a list of fields .*: got epochs."),
        (None, "a list of fields .*: got None."),
    ],
)
def test_a_wrong_spec_is_one_sentence(values, sentence):
    with pytest.raises(LabError, match=sentence) as caught:
        parse_spec(values)
    assert "\n" not in str(caught.value)


def test_a_long_value_is_shortened():
    with pytest.raises(LabError) as caught:
        parse_spec({"recipe": "x" * 5000})
    assert len(str(caught.value)) < 150


def has_layer(name: str, kind: type) -> bool:
    """Tell whether a net as it is built has a layer of a kind."""
    return any(isinstance(layer, kind) for layer in build(name, (32, 32, 3), 6).layers)


@pytest.mark.parametrize(
    "name",
    [
        "fast",
        "fast_plain",
        "resnet8",
        "plain8",
        "preact_resnet8",
        "resnet18",
        "plain18",
        "lenet5",
        "lenet5_1998",
    ],
)
def test_only_parts_that_the_built_net_has_may_be_left_out(name):
    parts = {"shortcut": keras.layers.Add, "batch_norm": keras.layers.BatchNormalization}
    for field, kind in parts.items():
        if has_layer(name, kind):
            assert parse_spec({"model": name, field: False}).model == name
        else:
            with pytest.raises(LabError, match="could be left out"):
                parse_spec({"model": name, field: False})


def test_a_stored_run_that_left_out_what_was_not_there_stays_one():
    spec = parse_spec({"model": "plain20", "shortcut": False}, stored=True)
    assert spec.shortcut is False
    assert spec.zero_last_gamma is None  # a run from before there was the choice
