"""A learner's own assignment, notebook or script, of either version, is found and checked."""

import json

import pytest
from click.testing import CliRunner

from resnet.cli import lab
from resnet.course.exercise_check import check_all
from resnet.course.exercise_files import EXERCISES
from resnet.course.learners_code import definitions
from resnet.errors import LabError
from resnet.notebook_cells import book, code, words

pytestmark = pytest.mark.slow

OLDER_IMPORTS = """
import numpy as np
from keras import layers
from keras.layers import Input, Add, Dense, Activation, ZeroPadding2D, BatchNormalization, Flatten
from keras.layers import Conv2D, AveragePooling2D, MaxPooling2D, GlobalMaxPooling2D
from keras.models import Model, load_model
from keras.utils.data_utils import get_file
from resnets_utils import *
from keras.initializers import glorot_uniform
import keras.backend as K
%matplotlib inline
K.set_image_data_format('channels_last')
K.set_learning_phase(1)
"""
NEWER_IMPORTS = """
import scipy.misc
from tensorflow.keras import layers
from tensorflow.keras.layers import Input, Add, Dense, Activation, ZeroPadding2D, Flatten, Conv2D
from tensorflow.keras.layers import BatchNormalization, AveragePooling2D, MaxPooling2D
from tensorflow.keras.models import Model, load_model
from tensorflow.keras.initializers import random_uniform, glorot_uniform, constant, identity
from resnets_utils import *
from test_utils import summary, comparator
import public_tests
"""
BRANCH = """
    F1, F2, F3 = filters
    X_shortcut = X
    X = Conv2D(F1, (1, 1), strides=(s, s), NAME2a, kernel_initializer=INIT)(X)
    X = BatchNormalization(axis=3, BN2a)(X)
    X = Activation('relu')(X)
    X = Conv2D(F2, (f, f), padding='same', NAME2b, kernel_initializer=INIT)(X)
    X = BatchNormalization(axis=3, BN2b)(X)
    X = Activation('relu')(X)
    X = Conv2D(F3, (1, 1), NAME2c, kernel_initializer=INIT)(X)
    X = BatchNormalization(axis=3, BN2c)(X)
"""
PROJECTION = """
    X_shortcut = Conv2D(F3, (1, 1), strides=(s, s), NAME1, kernel_initializer=INIT)(X_shortcut)
    X_shortcut = BatchNormalization(axis=3, BN1)(X_shortcut)
"""
END = """
    X = Add()([X, X_shortcut])
    X = Activation('relu')(X)
    return X
"""
NET = """
def ResNet50(input_shape=(64, 64, 3), classes=6):
    X_input = Input(input_shape)
    X = ZeroPadding2D((3, 3))(X_input)
    first = glorot_uniform(seed=0)
    X = Conv2D(64, (7, 7), strides=(2, 2), name='conv1', kernel_initializer=first)(X)
    X = BatchNormalization(axis=3, name='bn_conv1')(X)
    X = Activation('relu')(X)
    X = MaxPooling2D((3, 3), strides=(2, 2))(X)
    for stage, (count, F) in enumerate([(3, 64), (4, 128), (6, 256), (3, 512)], 2):
        s = 1 if stage == 2 else 2
        X = convolutional_block(X, 3, [F, F, 4 * F]CONVOLUTIONAL, s=s)
        for b in 'bcdef'[:count - 1]:
            X = identity_block(X, 3, [F, F, 4 * F]IDENTITY)
    X = AveragePooling2D((2, 2), name='avg_pool')(X)
    X = Flatten()(X)
    X = Dense(classes, activation='softmax', name='fc' + str(classes))(X)
    return Model(inputs=X_input, outputs=X, name='ResNet50')
"""


def older(text: str) -> str:
    for part in ("1", "2a", "2b", "2c"):
        text = text.replace(f"NAME{part},", f"name='res' + str(stage) + block + '_branch{part}',")
        text = text.replace(f"BN{part})", f"name='bn' + str(stage) + block + '_branch{part}')")
    text = text.replace("CONVOLUTIONAL", ", stage, 'a'").replace("IDENTITY", ", stage, b")
    return text.replace("INIT", "glorot_uniform(seed=0)")


def newer(text: str) -> str:
    for part in ("1", "2a", "2b", "2c"):
        text = text.replace(f" NAME{part},", "").replace(
            f", BN{part})(X)", ")(X, training=training)"
        )
        text = text.replace(f", BN{part})", ")")
    text = text.replace("CONVOLUTIONAL", "").replace("IDENTITY", "")
    return text.replace("INIT", "initializer(seed=0)")


OLDER = (
    OLDER_IMPORTS,
    older(
        "# GRADED FUNCTION\ndef identity_block(X, f, filters, stage, block):\n    s = 1"
        + BRANCH
        + END
    ),
    "!pip list\nraise SystemExit  # the assignment's own test, which must not run\n",
    older(
        "def convolutional_block(X, f, filters, stage, block, s = 2):" + BRANCH + PROJECTION + END
    ),
    older(NET),
    "model = ResNet50()\nmodel.fit(X_train, Y_train, epochs=2)\n",
    "%%html\n<b>no Python</b>",
    "F1, F2 = \n",
)
NEWER = (
    NEWER_IMPORTS,
    newer(
        "def identity_block(X, f, filters, training=True, initializer=random_uniform):\n    s = 1"
        + BRANCH
        + END
    ),
    newer(
        "def convolutional_block(X, f, filters, s=2, training=True, initializer=glorot_uniform):"
        + BRANCH
        + PROJECTION
        + END
    ),
    newer(NET),
    "1 / 0",
)
RIGHT = dict.fromkeys(EXERCISES)


def notebook(folder, cells, *changes):
    path = folder / "Residual_Networks.ipynb"
    text = [code(cell) for cell in cells]
    for right, wrong in changes:
        assert any(right in cell["source"] for cell in text)
        text = [{**cell, "source": cell["source"].replace(right, wrong)} for cell in text]
    path.write_text(book([words("# Assignment"), *text]), encoding="utf-8")
    return path


def test_the_older_assignment_is_right_and_nothing_of_it_trains(tmp_path):
    assert check_all(notebook(tmp_path, OLDER)) == RIGHT


def test_the_newer_assignment_is_right_as_a_script_too(tmp_path):
    path = tmp_path / "assignment.py"
    path.write_text("# coding: utf-8\n" + "\n\n".join(NEWER), encoding="utf-8")
    assert check_all(path) == RIGHT


MISTAKES = [
    (OLDER, "_branch2b'", "_branch2B'", "should be res3b_branch2b here: got res3b_branch2B"),
    (OLDER, "glorot_uniform(seed=0)", "glorot_uniform(seed=1)", "res3b_branch2a must start"),
    (NEWER, "initializer(seed=0)", "initializer()", "must start with seed 0"),
    (NEWER, "X, training=training", "X, training=trainign", ".ipynb[2]:6 stops with NameError"),
    (NEWER, "Add()([", "comparator()([", "test_utils, where it would come from, is not here"),
    (OLDER, "F1, F2, F3 = filters", "F1, F2, F3 = ", ".ipynb[2]:4 stops with SyntaxError"),
]


@pytest.mark.parametrize(("version", "right", "wrong", "told"), MISTAKES)
def test_a_mistake_in_a_notebook_is_named_with_its_cell(tmp_path, version, right, wrong, told):
    path = notebook(tmp_path, version, (right, wrong))
    try:
        said = check_all(path)["identity_block"]
    except LabError as error:
        said = str(error)
    assert told in said


def test_a_net_whose_stages_are_named_wrongly_is_told_the_first_name(tmp_path):
    found = check_all(notebook(tmp_path, OLDER, ("], stage, b)", "], stage + 4, b)")))
    assert found["identity_block"] is found["convolutional_block"] is None
    assert "No layer is called res2b_branch2a" in found["resnet50"]


def test_only_definitions_run_and_helpers_may_be_missing(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "from nowhere import a, b as c\nfrom math import pi, tau_of_nothing\nN = 3\n"
        "M = print('never')\ndef f(x=N):\n    return x\ndef broken(x=unknown):\n    return x\n"
    )
    found = definitions(path, ["f"])
    assert found.names["f"]() == 3
    assert found.names["pi"] == pytest.approx(3.14159, abs=1e-5)
    assert found.missing == {"a": "nowhere", "c": "nowhere", "tau_of_nothing": "math"}
    assert {"M", "broken"}.isdisjoint(found.names)


@pytest.mark.parametrize("text", ["{", "[]", '{"cells": [{}]}', json.dumps({"cells": []}), "\xff"])
def test_what_is_no_notebook_of_the_assignment_is_one_sentence(tmp_path, text):
    path = tmp_path / "odd.ipynb"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(LabError, match=r"odd\.ipynb (cannot be read|has none of the functions)"):
        check_all(path)


def test_the_command_takes_a_file_or_the_folder(tmp_path):
    right = CliRunner().invoke(lab, ["exercise", "check", str(notebook(tmp_path, NEWER))])
    assert right.output.count("✓") == 3
    wrong = notebook(tmp_path, NEWER, ("'softmax'", "'relu'"))
    told = CliRunner().invoke(lab, ["exercise", "check", str(wrong)])
    assert (told.exit_code, told.output.count("✓")) == (1, 2)
    assert "softmax" in told.output
    part = notebook(tmp_path, NEWER, ("def ResNet50", "def resnet_50"))
    assert (
        "· ResNet50: not in this file"
        in CliRunner().invoke(lab, ["exercise", "check", str(part)]).output
    )
    nowhere = CliRunner().invoke(lab, ["exercise", "check", str(tmp_path / "nowhere")])
    assert nowhere.exit_code
