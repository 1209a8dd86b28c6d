"""The fields of a training spec in the reader's words."""

from collections.abc import Mapping
from typing import Any

from resnet.language import mark, translate
from resnet.language import translate as _
from resnet.models.registry import architecture

_FIELDS = {
    "model": mark("Net"),
    "data": mark("Data"),
    "recipe": mark("Recipe"),
    "epochs": mark("Epochs"),
    "batch_size": mark("Batch size"),
    "learning_rate": mark("Learning rate"),
    "seed": mark("Seed"),
    "image_size": mark("Image size"),
    "shortcut": mark("Shortcuts"),
    "batch_norm": mark("BatchNorm"),
    "initializer": mark("Initial weights"),
    "augmentation": mark("Variations"),
    "devices": mark("GPUs that share a batch"),
    "precision": mark("Precision"),
    "gradient_norms_every": mark("Gradient norms every so many steps"),
}


def field_words(name: str) -> str:
    """Return what a field is called on the screens."""
    return translate(_FIELDS.get(name, name))


def value_words(spec: Mapping[str, Any], name: str) -> str:
    """Return a field's value in words; one left to the net or the recipe as they have it."""
    value = spec.get(name)
    if name == "shortcut" and value is None:
        value = not architecture(spec["model"]).plain
    if name == "initializer" and value is None:
        value = _("as the net has it")
    if name == "augmentation" and value is None:
        value = "none" if spec["recipe"] == "notebook" else "light"
    if isinstance(value, bool):
        return _("on") if value else _("off")
    words = {
        "none": _("none"),
        "light": _("light"),
        "strong": _("strong"),
        "synthetic": _("synthetic"),
        "both": _("SIGNS + synthetic"),
        "signs": "SIGNS",
    }
    return "–" if value is None else words.get(value, str(value))
