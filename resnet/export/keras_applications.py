"""ResNet-50 with the weights of `keras.applications`, as a net of the lab, and back.

Both put the stride on the first 1×1 convolution and pad both sides, so that the answers are equal;
keras.applications keeps biases before BatchNorm and another epsilon, and so does the net here.
"""

import re
from pathlib import Path

import keras

from resnet.errors import LabError
from resnet.inference.weights_file import is_plain
from resnet.language import translate as _
from resnet.models.imagenet import imagenet_network
from resnet.models.network import network_model

INPUT, CLASSES = (224, 224, 3), 1000
EPSILON = 1.001e-5
_BLOCK = re.compile(r"stage(\d)_block(\d)_(conv|bn|projection_bn|projection)(\d?)")
_OTHERS = {"stem_conv": "conv1_conv", "stem_bn": "conv1_bn", "fc1000": "predictions"}


def from_keras_applications(weights: Path) -> keras.Model:
    """Return the lab's ResNet-50 with the weights of a file that fits keras.applications.ResNet50.

    weights: an .h5 file with its top of 1,000 classes, as Keras downloads it. Images
    (N, 224, 224, 3) must be prepared by keras.applications.resnet.preprocess_input. Raises LabError
    for a file that is not there or does not fit; of the file only arrays are read.
    """
    theirs = _theirs()
    _read(
        weights,
        theirs,
        _(
            "{file} is not a weights file of keras.applications.ResNet50 with its 1,000 "
            "classes: give the .h5 file that Keras downloads for include_top=True."
        ),
    )
    ours = _ours()
    _copy(theirs, ours, _their_names(ours))
    return ours


def read_lab_weights(weights: Path) -> keras.Model:
    """Return the net of from_keras_applications() with a file of its weights; LabError else."""
    ours = _ours()
    _read(
        weights,
        ours,
        _(
            "{file} does not hold the lab's ResNet-50 with keras.applications' biases: give a file "
            "that `python -m resnet weights import-keras` wrote."
        ),
    )
    return ours


def to_keras_applications(model: keras.Model) -> keras.Model:
    """Return keras.applications.ResNet50 with the weights of a net of from_keras_applications()."""
    theirs = _theirs()
    _copy(model, theirs, {their: our for our, their in _their_names(model).items()})
    return theirs


def _theirs() -> keras.Model:
    return keras.applications.ResNet50(weights=None, input_shape=INPUT, classes=CLASSES)


def _ours() -> keras.Model:
    network = imagenet_network(50, use_bias=True, epsilon=EPSILON)
    return network_model(network, "resnet50_imagenet", INPUT, CLASSES)


def _read(weights: Path, model: keras.Model, refusal: str) -> None:
    try:
        if not is_plain(weights):
            raise ValueError
        model.load_weights(weights)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise LabError(refusal.format(file=weights.name)) from error


def _copy(source: keras.Model, target: keras.Model, names: dict[str, str]) -> None:
    for layer in target.layers:
        if layer.weights:
            layer.set_weights(source.get_layer(names[layer.name]).get_weights())


def _their_names(ours: keras.Model) -> dict[str, str]:
    return {layer.name: _their_name(layer.name) for layer in ours.layers if layer.weights}


def _their_name(name: str) -> str:
    if name in _OTHERS:
        return _OTHERS[name]
    stage, block, role, number = _BLOCK.fullmatch(name).groups()  # type: ignore[union-attr]
    kind = "bn" if role.endswith("bn") else "conv"
    return f"conv{stage}_block{block}_{number or 0}_{kind}"
