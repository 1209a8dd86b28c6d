"""Train a net on hand signs and watch it live."""

import streamlit as st

from pages.components import frame, live_run
from pages.components.running import run_title, start_run, store
from resnet.data.signs import find_signs
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.models.registry import architecture, architectures
from resnet.training.spec import RECIPE_DEFAULTS

frame.question(
    _("What does a net learn in a minute?"),
    _("Choose a net and a recipe, press Train, and watch loss and accuracy as they come."),
)
picture, controls = frame.picture_and_controls()


def choices() -> dict:
    """Draw the controls of a run and return what was chosen, as a spec's fields."""
    names = [net.name for net in architectures()]
    st.session_state.setdefault("train_model", "fast")
    model = st.selectbox(
        _("Net"),
        names,
        format_func=lambda name: _(architecture(name).title),
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
        help=_("notebook: as in the course (Adam, no augmentation). fast: SGD with a schedule."),
    )
    defaults = RECIPE_DEFAULTS[recipe]
    data = st.segmented_control(
        _("Data"),
        ["signs", "synthetic"] if find_signs() else ["synthetic"],
        format_func={"signs": _("real SIGNS"), "synthetic": _("synthetic")}.get,
        default="signs" if find_signs() else "synthetic",
        required=True,
        key="train_data",
        bind="query-params",
        help=_("Synthetic hands are drawn by the lab; real SIGNS must be on this machine."),
    )
    epochs = st.number_input(
        _("Epochs"), 1, 200, defaults.epochs, key=f"train_epochs_{recipe}", bind="query-params",
        help=_("Times through all training images."),
    )  # fmt: skip
    with st.expander(_("More")):
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
            _("Image size"), [32, 64], default=64, required=True, key="train_size",
            bind="query-params", help=_("32×32 trains four times as fast."),
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
        "model": model,
        "recipe": recipe,
        "data": data,
        "epochs": epochs,
        "batch_size": batch,
        "learning_rate": rate,
        "image_size": size,
        "seed": seed,
        "shortcut": None if shortcut else False,
        "batch_norm": batch_norm,
        "gradient_norms_every": 10 if norms else 0,
    }


with controls:
    chosen = choices()
    if st.button(_("Train"), icon=":material/play_arrow:", type="primary", width="stretch"):
        try:
            st.query_params["run"] = start_run(chosen)
        except LabError as error:
            st.error(str(error))

with picture:
    runs = store().runs(limit=30, origin="app")
    wanted = st.query_params.get("run")
    if wanted not in [run.id for run in runs]:
        if wanted:
            st.info(_("That run is gone; here is the newest one."))
        wanted = runs[0].id if runs else None
    if wanted is None:
        live_run.empty()
    else:
        titles = {run.id: run_title(run) for run in runs}
        st.session_state["train_shown"] = wanted
        st.selectbox(
            _("Run"),
            list(titles),
            format_func=titles.get,
            key="train_shown",
            on_change=lambda: st.query_params.update(run=st.session_state["train_shown"]),
            label_visibility="collapsed",
        )
        live_run.show(wanted)
