"""The controls of the train screen."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.components.running import first_press
from resnet.data.signs import find_signs
from resnet.language import translate
from resnet.language import translate as _
from resnet.models.registry import architecture, architectures
from resnet.training.spec import RECIPE_DEFAULTS, RecipeName

SIZES = (32, 64)
AT_ONCE = "train_at_once"


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
        }.get,
        required=True,
        key="train_data",
        bind="query-params",
        help=_(
            "Synthetic hands are drawn by the lab; real SIGNS must be on this machine. Both "
            "together are tested on SIGNS."
        ),
    )
    epochs = st.number_input(
        _("Epochs"), 1, 200, defaults.epochs, key=f"train_epochs_{recipe}", bind="query-params",
        help=_("Times through all training images."),
    )  # fmt: skip
    with st.expander(_("More")):
        finer = _finer_choices(recipe)
    return {"model": model, "recipe": recipe, "data": data, "epochs": epochs} | finer


def sprint_at_once() -> None:
    """Choose the quickest recipe, and have it trained as if the button were pressed; a callback."""
    st.session_state.update({"train_recipe": "sprint", AT_ONCE: True})


def train_pressed() -> bool:
    """Draw the button that trains; say whether a training is asked for, here or elsewhere."""
    pressed = st.button(
        _("Train"), icon=":material/play_arrow:", type="primary", width="stretch",
        key="train_start",
    )  # fmt: skip
    return first_press("train_start", pressed or st.session_state.pop(AT_ONCE, False))


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
    if spec.get("augmentation"):
        values[f"train_varied_{recipe}"] = spec["augmentation"]
    if spec["data"] in _data_sets():
        values["train_data"] = spec["data"]
    st.session_state.update(values)


def _data_sets() -> list[str]:
    return ["signs", "synthetic", "both"] if find_signs() else ["synthetic"]


def _finer_choices(recipe: RecipeName) -> dict[str, Any]:
    defaults = RECIPE_DEFAULTS[recipe]
    batch = st.number_input(
        _("Batch size"), 1, 512, defaults.batch_size, key=f"train_batch_{recipe}",
        bind="query-params", help=_("Images a step."),
    )  # fmt: skip
    rate = st.number_input(
        _("Learning rate"), 1e-6, 10.0, defaults.learning_rate, format="%g",
        key=f"train_rate_{recipe}", bind="query-params",
        help=_("The highest rate of the schedule."),
    )  # fmt: skip
    size = st.segmented_control(
        _("Image size"), SIZES, default=defaults.image_size, required=True,
        key=f"train_size_{recipe}", bind="query-params", help=_("32×32 trains four times as fast."),
    )  # fmt: skip
    varied = st.segmented_control(
        _("Variations"), ["none", "light", "strong"],
        format_func={"none": _("none"), "light": _("light"), "strong": _("strong")}.get,
        default="none" if recipe == "notebook" else "light", required=True,
        key=f"train_varied_{recipe}", bind="query-params",
        help=_("How much each training image is moved, turned and relit: see the data set screen."),
    )  # fmt: skip
    seed = st.number_input(
        _("Seed"), 0, 9999, 0, key="train_seed", bind="query-params",
        help=_("Decides the first weights and the order of the images."),
    )  # fmt: skip
    shortcut = st.toggle(
        _("Shortcuts"), True, key="train_shortcut", bind="query-params",
        help=_("Off trains the plain twin."),
    )  # fmt: skip
    batch_norm = st.toggle(_("BatchNorm"), True, key="train_bn", bind="query-params")
    norms = st.toggle(
        _("Record gradient norms"), True, key="train_norms", bind="query-params",
        help=_("Every tenth step, without a second pass backwards."),
    )  # fmt: skip
    return {
        "batch_size": batch,
        "learning_rate": rate,
        "image_size": size,
        "seed": seed,
        "augmentation": varied,
        "shortcut": None if shortcut else False,
        "batch_norm": batch_norm,
        "gradient_norms_every": 10 if norms else 0,
    }
