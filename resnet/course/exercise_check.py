"""Compare a learner's block or net with the lab's own, and name the first mistake.

One sentence at a time, as a good teaching assistant would: the first thing that is wrong.
"""

import inspect
from collections.abc import Callable
from pathlib import Path

import keras
from keras import initializers

from resnet.course.block_check import (
    KERNEL,
    check_block,
    check_initial_weights,
    check_names,
    kind_of,
    ways,
)
from resnet.course.exercise_files import EXERCISES, learners_functions
from resnet.course.learners_code import Definitions, what_went_wrong
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.models.layer_names import course_names
from resnet.models.resnet50 import ResNet50

INPUT = (15, 15, 256)
IDENTITY_FILTERS, GROWING_FILTERS = (64, 64, 256), (128, 128, 512)
STRIDE = 2
STAGE, BLOCK = 3, "b"


def check(path: Path, exercise: str) -> str | None:
    """Return the first mistake in a learner's file, None where there is none.

    LabError when the file cannot be read or has no such function.
    """
    name = EXERCISES[exercise]
    with learners_functions(path) as found:
        function = found.names.get(name)
        if not callable(function):
            raise LabError(
                _("{file} has no function {name}: keep its name.").format(file=path.name, name=name)
            )
        return _first_mistake(exercise, function, found, path.parent)


def check_all(path: Path) -> dict[str, str | None]:
    """Return the first mistake of each exercise that a learner's script or notebook holds.

    LabError when the file cannot be read or holds none of them.
    """
    with learners_functions(path) as found:
        held = {
            exercise: function
            for exercise, name in EXERCISES.items()
            if callable(function := found.names.get(name))
        }
        if not held:
            raise LabError(
                _("{file} has none of the functions {names}: keep their names.").format(
                    file=path.name, names=", ".join(EXERCISES.values())
                )
            )
        return {
            exercise: _first_mistake(exercise, function, found, path.parent)
            for exercise, function in held.items()
        }


def _first_mistake(
    exercise: str, function: Callable, found: Definitions, folder: Path
) -> str | None:
    try:
        return _CHECKS[exercise](function)
    except NameError as error:
        reason = what_went_wrong(error, folder)
        if error.name in found.missing:
            return _("{told}; {module}, where it would come from, is not here.").format(
                told=reason, module=found.missing[error.name]
            )
        return _("{told}; of your file only imports, functions and constants are read.").format(
            told=reason
        )
    except Exception as error:
        reason = what_went_wrong(error, folder)
        if "incompatible shapes" not in reason:
            return reason
        return _(
            "{told} – the two ways must have one shape: look at the padding of the {f}×{f} "
            "convolution, at the strides, and at where the shortcut starts."
        ).format(told=reason, f=KERNEL)


def _check_identity_block(function: Callable) -> str | None:
    return _check_written(function, IDENTITY_FILTERS, 1, projection=False)


def _check_convolutional_block(function: Callable) -> str | None:
    return _check_written(function, GROWING_FILTERS, STRIDE, projection=True)


def _check_written(
    function: Callable, filters: tuple[int, int, int], stride: int, projection: bool
) -> str | None:
    """Check a block, and what its version of the assignment asks for beside the structure."""
    asked = inspect.signature(function).parameters
    offered = {
        "stage": STAGE,
        "block": BLOCK,
        "initializer": initializers.GlorotUniform,
        **({"s": stride} if projection else {}),
    }
    x = keras.Input(INPUT)
    given = {name: value for name, value in offered.items() if name in asked}
    y = function(x, KERNEL, list(filters), **given)
    wrong = check_block(x, y, filters, stride, projection)
    if wrong:
        return wrong
    shortcut, main = ways(x, y)
    if "initializer" in asked or "stage" in asked:
        wrong = check_initial_weights([*main, *shortcut])
    if not wrong and "stage" in asked and "block" in asked:
        wrong = check_names(main, shortcut, course_names(STAGE, BLOCK))
    return wrong


def _check_net(function: Callable) -> str | None:
    net = function((64, 64, 3), 6)
    if not isinstance(net, keras.Model):
        return _("ResNet50 must return a Model: got {got}.").format(got=type(net).__name__)
    real = ResNet50((64, 64, 3), 6)
    own, expected = _steps(net), _steps(real)
    for place, (kind, shape) in enumerate(expected):
        if place >= len(own):
            return _("The net ends after {n} steps: {kind} to {shape} is missing.").format(
                n=place, kind=kind, shape=shape
            )
        if own[place] != (kind, shape):
            return _(
                "Step {n} should be {kind} with output {shape}: got {got} with {got_shape}. "
                "({context})"
            ).format(
                n=place + 1,
                kind=kind,
                shape=shape,
                got=own[place][0],
                got_shape=own[place][1],
                context=_stage(expected, place),
            )
    if len(own) > len(expected):
        return _("The net goes on after the dense layer: take away {kind}.").format(
            kind=own[len(expected)][0]
        )
    if net.count_params() != real.count_params():
        return _("The shapes are right, but the net has {got:,} weights and not {real:,}.").format(
            got=net.count_params(), real=real.count_params()
        )
    if net.layers[-1].activation is not keras.activations.softmax:
        return _("The last layer gives probabilities: its activation is softmax.")
    return _check_names_of_net(net, real)


def _check_names_of_net(net: keras.Model, real: keras.Model) -> str | None:
    """Compare the names of a net whose blocks carry the course's, as the older version's do."""
    own = {layer.name for layer in net.layers}
    if not any(name.endswith("_branch2a") for name in own):
        return None
    for layer in real.layers:
        if layer.weights and layer.name not in own:
            return _(
                "No layer is called {name}, by which the assignment's weights are found: look at "
                "the stages and blocks that you name."
            ).format(name=layer.name)
    return None


def _steps(net: keras.Model) -> list[tuple[str, str]]:
    """Return kind and output shape of what marks the way: additions, pools, the dense layer."""
    kinds = ("add", "pool", "dense", "flatten")
    return [
        (kind_of(layer), "×".join(map(str, layer.output.shape[1:])))
        for layer in net.layers
        if kind_of(layer) in kinds
    ]


def _stage(steps: list[tuple[str, str]], place: int) -> str:
    blocks = (3, 4, 6, 3)
    done = sum(kind == "add" for kind, _shape in steps[:place])
    if place == 0:
        return _("in the stem")
    for stage, count in enumerate(blocks, 2):
        if done < count:
            return _("in stage {stage}, block {block}").format(stage=stage, block=done + 1)
        done -= count
    return _("in the head")


_CHECKS: dict[str, Callable[[Callable], str | None]] = {
    "identity_block": _check_identity_block,
    "convolutional_block": _check_convolutional_block,
    "resnet50": _check_net,
}
