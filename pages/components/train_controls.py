"""The controls of the train screen."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.components.running import first_press, most_epochs
from resnet.data.signs import find_signs
from resnet.language import translate
from resnet.language import translate as _
from resnet.models.registry import Architecture, architecture, architectures
from resnet.training.spec import RECIPE_DEFAULTS, STARTS_AS_IDENTITY, RecipeName, bounds

SIZES = (32, 64)
MOST_EPOCHS = 200


def choose() -> dict[str, Any]:
    """Draw the controls of a run and return what was chosen, as a spec's fields."""
    names = [net.name for net in architectures()]
    model = st.selectbox(
        _("Net"),
        names,
        index=names.index("fast"),
        format_func=lambda name: translate(architecture(name).title),
        key="train_model",
        bind="query-params",
        help=_("The fast net is made for class; deep nets want a GPU."),
    )
    recipe = st.segmented_control(
        _("Recipe"),
        list(RECIPE_DEFAULTS),
        default="fast",
        required=True,
        key="train_recipe",
        bind="query-params",
        help=_(
            "notebook: as in the course (Adam, no augmentation). fast: SGD with a schedule. "
            "sprint: the same in seconds, on 32×32 pixels."
        ),
    )
    defaults = RECIPE_DEFAULTS[recipe]
    data = st.segmented_control(
        _("Data"),
        _data_sets(),
        default=_data_sets()[0],
        format_func={
            "signs": _("real SIGNS"),
            "synthetic": _("synthetic"),
            "both": _("both"),
        }.__getitem__,
        required=True,
        key="train_data",
        bind="query-params",
        help=_(
            "Synthetic hands are drawn by the lab; real SIGNS must be on this machine. Both "
            "together are tested on SIGNS."
        ),
    )
    most = most_epochs(MOST_EPOCHS, f"train_epochs_{recipe}")
    epochs = st.number_input(
        _("Epochs"),
        1,
        most,
        min(defaults.epochs, most),
        key=f"train_epochs_{recipe}",
        bind="query-params",
        help=_("Times through all training images."),
    )
    with st.expander(_("More")):
        finer = _finer_choices(recipe, architecture(model))
    return {"model": model, "recipe": recipe, "data": data, "epochs": epochs} | finer


def train_pressed() -> bool:
    """Draw the button that trains; tell whether a training is requested, here or elsewhere."""
    pressed = st.button(
        _("Train"), icon=":material/play_arrow:", type="primary", width="stretch", key="train_start"
    )
    return first_press("train_start", pressed)


def begin_with(spec: Mapping[str, Any]) -> None:
    """Set the controls to a run's spec; before they are drawn, so from a callback or elsewhere."""
    recipe = spec["recipe"]
    values = {
        "train_model": spec["model"],
        "train_recipe": recipe,
        f"train_epochs_{recipe}": spec["epochs"],
        f"train_batch_{recipe}": spec["batch_size"],
        f"train_rate_{recipe}": spec["learning_rate"],
        f"train_size_{recipe}": spec["image_size"] if spec["image_size"] in SIZES else SIZES[-1],
        "train_seed": spec["seed"],
        "train_shortcut": spec["shortcut"] is not False,
        "train_bn": spec["batch_norm"],
        "train_norms": spec["gradient_norms_every"] > 0,
    }
    if spec.get("zero_last_gamma") is not None:
        values[f"train_gamma_{recipe}"] = spec["zero_last_gamma"]
    if spec.get("augmentation"):
        values[f"train_varied_{recipe}"] = spec["augmentation"]
    if spec["data"] in _data_sets():
        values["train_data"] = spec["data"]
    st.session_state.update(values)


def _data_sets() -> list[str]:
    return ["signs", "synthetic", "both"] if find_signs() else ["synthetic"]


def _finer_choices(recipe: RecipeName, net: Architecture) -> dict[str, Any]:
    defaults = RECIPE_DEFAULTS[recipe]
    batch = st.number_input(
        _("Batch size"),
        1,
        512,
        defaults.batch_size,
        key=f"train_batch_{recipe}",
        bind="query-params",
        help=_("Images a step."),
    )
    rate = st.number_input(
        _("Learning rate"),
        1e-6,
        float(bounds("learning_rate")[1]),
        defaults.learning_rate,
        format="%g",
        key=f"train_rate_{recipe}",
        bind="query-params",
        help=_("The highest rate of the schedule."),
    )
    size, varied = _images(recipe)
    seed = st.number_input(
        _("Seed"),
        0,
        9999,
        0,
        key="train_seed",
        bind="query-params",
        help=_("Decides the first weights and the order of the images."),
    )
    shortcut, batch_norm = _parts(net)
    as_identity = None
    if shortcut and batch_norm and not net.plain and not net.preactivation and net.has_batch_norm:
        as_identity = _start(recipe)
    norms = st.toggle(
        _("Record gradient norms"),
        True,
        key="train_norms",
        bind="query-params",
        help=_("Every tenth step, without a second pass backwards."),
    )
    return {
        "batch_size": batch,
        "learning_rate": rate,
        "image_size": size,
        "seed": seed,
        "augmentation": varied,
        "shortcut": None if shortcut else False,
        "batch_norm": batch_norm,
        "zero_last_gamma": as_identity,
        "gradient_norms_every": 10 if norms else 0,
    }


def _images(recipe: RecipeName) -> tuple[int, str]:
    size = st.segmented_control(
        _("Image size"),
        SIZES,
        default=RECIPE_DEFAULTS[recipe].image_size,
        required=True,
        key=f"train_size_{recipe}",
        bind="query-params",
        help=_("32×32 trains four times as fast."),
    )
    varied = st.segmented_control(
        _("Variations"),
        ["none", "light", "strong"],
        format_func={"none": _("none"), "light": _("light"), "strong": _("strong")}.__getitem__,
        default="none" if recipe == "notebook" else "light",
        required=True,
        key=f"train_varied_{recipe}",
        bind="query-params",
        help=_("How much each training image is moved, turned and relit: see the data set screen."),
    )
    return size, varied


def _start(recipe: RecipeName) -> bool:
    """Let the residual blocks start as the identity or not."""
    return st.segmented_control(
        _("γ of each block at the start"),
        [False, True],
        format_func=lambda zero: _("0: the identity") if zero else _("1, as in a plain net"),
        default=STARTS_AS_IDENTITY[recipe],
        required=True,
        key=f"train_gamma_{recipe}",
        bind="query-params",
        help=_(
            "The scale of the last BatchNorm of each branch. With 0 every block begins as the "
            "identity; a plain net cannot. Take 1 to compare with a plain net."
        ),
    )


def _parts(net: Architecture) -> tuple[bool, bool]:
    """Let shortcuts and BatchNorm be left out, where the net has them; say where it has not."""
    shortcut = batch_norm = True
    lacking = _("{net} has no {part} that could be left out.")
    if net.plain:
        st.caption(lacking.format(net=translate(net.title), part=_("shortcuts")))
    else:
        shortcut = st.toggle(
            _("Shortcuts"),
            True,
            key="train_shortcut",
            bind="query-params",
            help=_("Off trains the plain twin."),
        )
    if net.has_batch_norm:
        batch_norm = st.toggle(_("BatchNorm"), True, key="train_bn", bind="query-params")
    else:
        st.caption(lacking.format(net=translate(net.title), part=_("BatchNorm")))
    return shortcut, batch_norm
