"""The exercises: right solutions pass, and each usual mistake is named."""

import pytest

from resnet.course.exercise_check import check
from resnet.course.exercise_files import EXERCISES, TEMPLATES, hand_out
from resnet.errors import LabError

IDENTITY = """
from keras.layers import Activation, Add, BatchNormalization, Conv2D
def identity_block(X, f, filters):
    F1, F2, F3 = filters
    X_shortcut = X
    X = Conv2D(F1, 1, padding="valid")(X)
    X = BatchNormalization(axis=3)(X)
    X = Activation("relu")(X)
    X = Conv2D(F2, f, padding="same")(X)
    X = BatchNormalization(axis=3)(X)
    X = Activation("relu")(X)
    X = Conv2D(F3, 1)(X)
    X = BatchNormalization(axis=3)(X)
    X = Add()([X, X_shortcut])
    X = Activation("relu")(X)
    return X
"""
CONVOLUTIONAL = (
    IDENTITY.replace("identity_block(X, f, filters)", "convolutional_block(X, f, filters, s=2)")
    .replace('Conv2D(F1, 1, padding="valid")', "Conv2D(F1, 1, strides=s)")
    .replace(
        "    X = Add()",
        "    X_shortcut = Conv2D(F3, 1, strides=s)(X_shortcut)\n"
        "    X_shortcut = BatchNormalization(axis=3)(X_shortcut)\n    X = Add()",
    )
)
NET = """
from keras import Input, Model
from keras.layers import *
from identity_block import identity_block
from convolutional_block import convolutional_block
def ResNet50(input_shape=(64, 64, 3), classes=6):
    X_input = Input(input_shape)
    X = ZeroPadding2D(3)(X_input)
    X = Conv2D(64, 7, strides=2)(X)
    X = BatchNormalization(axis=3)(X)
    X = Activation("relu")(X)
    X = MaxPooling2D(3, strides=2)(X)
    for number, (count, width, s) in enumerate([(3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2)]):
        X = convolutional_block(X, 3, [width, width, 4 * width], s)
        for block in range(count - 1):
            X = identity_block(X, 3, [width, width, 4 * width])
    X = AveragePooling2D(2)(X)
    X = Flatten()(X)
    X = Dense(classes, activation="softmax")(X)
    return Model(X_input, X)
"""
SOLUTIONS = {"identity_block": IDENTITY, "convolutional_block": CONVOLUTIONAL, "resnet50": NET}


def slow_where_large(exercise: str, *rest):
    """A whole ResNet-50 is built in seconds, a block in no time."""
    return pytest.param(exercise, *rest, marks=[pytest.mark.slow] if exercise == "resnet50" else [])


each_exercise = pytest.mark.parametrize("exercise", [slow_where_large(name) for name in EXERCISES])


@pytest.fixture
def folder(tmp_path):
    for name, solution in SOLUTIONS.items():
        (tmp_path / f"{name}.py").write_text(solution)
    return tmp_path


@each_exercise
def test_a_right_solution_passes(folder, exercise):
    assert check(folder / f"{exercise}.py", exercise) is None


@each_exercise
def test_the_template_itself_lacks_what_is_named(tmp_path, exercise):
    hand_out(tmp_path)
    assert check(tmp_path / f"{exercise}.py", exercise)


MISTAKES = [
    ("identity_block", 'padding="same"', 'padding="valid"', "look at the padding"),
    ("identity_block", 'padding="same"', 'strides=1, padding="same", dilation_rate=1', None),
    ("identity_block", "BatchNormalization(axis=3)", "BatchNormalization(axis=1)", "axis=1"),
    (
        "identity_block",
        '    X = Activation("relu")(X)\n    X = Conv2D(F2',
        "    X = Conv2D(F2",
        "After convolution 1 a ReLU is expected",
    ),
    (
        "identity_block",
        '    X = Add()([X, X_shortcut])\n    X = Activation("relu")(X)',
        "    X = Add()([X, X_shortcut])",
        "last ReLU is missing",
    ),
    (
        "identity_block",
        "    X = Add()",
        '    X = Activation("relu")(X)\n    X = Add()',
        "No ReLU before the addition",
    ),
    ("identity_block", "    X = Add()([X, X_shortcut])\n", "", "never added"),
    (
        "identity_block",
        "[X, X_shortcut]",
        "[X, Conv2D(F3, 1)(X_shortcut)]",
        "shortcut is its input as it came",
    ),
    ("identity_block", "Conv2D(F2, f", "Conv2D(F2, 5", "Convolution 2 is 3×3"),
    ("identity_block", "Conv2D(F2, f", "Conv2D(F1 + 1, f", "F2 = 64 filters: got 65"),
    ("identity_block", "    return X\n", "", "must return its output"),
    ("identity_block", "Activation(", "Activatoin(", "identity_block.py:8"),
    ("convolutional_block", "strides=s)(X_shortcut)", "strides=s)(X)", "where the shortcut starts"),
    (
        "convolutional_block",
        "    X_shortcut = BatchNormalization(axis=3)(X_shortcut)\n",
        "",
        "1×1 convolution and BatchNorm, without ReLU: got Conv2D",
    ),
    ("resnet50", "(6, 256, 2)", "(5, 256, 2)", "stage 4, block 6"),
    ("resnet50", "MaxPooling2D(3, strides=2)", 'MaxPooling2D(3, 2, "same")', "in the stem"),
    ("resnet50", '"softmax"', '"relu"', "softmax"),
    ("resnet50", "    return Model(X_input, X)", "    return X", "must return a Model"),
]


@pytest.mark.parametrize(
    ("exercise", "right", "wrong", "message"), [slow_where_large(*case) for case in MISTAKES]
)
def test_a_mistake_is_named(folder, exercise, right, wrong, message):
    assert right in SOLUTIONS[exercise]
    (folder / f"{exercise}.py").write_text(SOLUTIONS[exercise].replace(right, wrong))
    mistake = check(folder / f"{exercise}.py", exercise)
    assert message in mistake if message else mistake is None
    assert "\n" not in (mistake or "")


def test_other_ways_to_write_it_are_right_too(folder):
    text = IDENTITY.replace('Activation("relu")(X)', "keras.ops.relu(X)").replace(
        "Add()([X, X_shortcut])", "keras.ops.add(X_shortcut, X)"
    )
    (folder / "identity_block.py").write_text("import keras\n" + text.replace("axis=3", "axis=-1"))
    assert check(folder / "identity_block.py", "identity_block") is None


def test_a_file_that_cannot_be_read_is_reported_with_its_line(folder):
    (folder / "identity_block.py").write_text("def identity_block(:\n")
    with pytest.raises(LabError, match=r"identity_block.py:1 stops with SyntaxError"):
        check(folder / "identity_block.py", "identity_block")
    with pytest.raises(LabError, match="exercise start"):
        check(folder / "nowhere.py", "identity_block")


def test_nothing_of_the_learners_is_overwritten(tmp_path):
    hand_out(tmp_path)
    (tmp_path / "resnet50.py").write_text("mine")
    with pytest.raises(LabError, match="already"):
        hand_out(tmp_path)
    assert (tmp_path / "resnet50.py").read_text() == "mine"
    assert {path.name for path in TEMPLATES.glob("*.py")} == {f"{name}.py" for name in EXERCISES}
