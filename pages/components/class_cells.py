"""A class's experiment as its people meet it: the teacher starts it, a learner gets a cell."""

import streamlit as st

from pages.components.running import start_run, state_words, store
from pages.components.visitors import is_teacher, visitor
from resnet.data.signs import find_signs
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.store.records import Experiment
from resnet.training.sweep import grid

ORIGIN = "class"
DEPTHS = [8, 14, 20, 32, 44, 56]


def offer_new(link: str) -> None:
    """Let the teacher start an experiment."""
    # Another key after each start: the popover closes.
    key = f"class_new_{len(store().experiments())}"
    with st.popover(_("New experiment"), icon=":material/add:", key=key):
        title = st.text_input(_("Name"), _("Depth with and without shortcuts"), max_chars=80,
                              key="class_title")  # fmt: skip
        depths = st.pills(_("Depths"), DEPTHS, selection_mode="multi", default=[8, 20, 56],
                          key="class_depths")  # fmt: skip
        seeds = st.number_input(_("Seeds"), 1, 10, 2, key="class_seeds")
        epochs = st.number_input(_("Epochs"), 1, 100, 12, key="class_epochs")
        count = len(depths) * seeds * 2
        st.caption(
            _("{n} cells, a learner each; more learners share cells. 32×32 pixels, fast recipe.")
            .format(n=count)
        )  # fmt: skip
        if st.button(_("Start"), type="primary", disabled=not depths, key="class_start"):
            data = "signs" if find_signs() else "synthetic"
            try:
                cells = grid(depths, seeds, data=data, epochs=epochs, image_size=32, recipe="fast")
            except LabError as error:
                st.error(str(error))
            else:
                made = [cell.model_dump() for cell in cells]
                st.query_params[link] = store().create_experiment(title, made, visitor())
                st.rerun()


def show_mine(experiment: Experiment) -> None:
    """Show the learner's cell: what to expect of it first, then how its run is getting on."""
    asked = not is_teacher() or _has_cell(experiment)
    if not asked and not st.button(
        _("Take a cell, too"), icon=":material/pan_tool:", key="class_take"
    ):
        return
    try:
        mine = store().take_cell(experiment.id, visitor())
    except LabError as error:
        st.info(str(error))
        return
    spec = experiment.cells[mine.cell]
    st.subheader(_("Your net"), anchor=False)
    st.markdown(
        _("**{model}**, seed {seed}, {epochs} epochs").format(
            model=spec["model"], seed=spec["seed"], epochs=spec["epochs"]
        )
    )
    if not mine.run_id:
        _ask(experiment, mine.cell)
        return
    runs = [run for run in store().runs(experiment=experiment.id, limit=None)
            if run.id == mine.run_id]  # fmt: skip
    if mine.guess is not None:
        st.metric(_("You expect"), f"{mine.guess:.0%}", help=_("Error on the test images."))
    if not runs:
        st.info(_("Your run was deleted."))
    elif runs[0].test_accuracy is None:
        st.progress(runs[0].progress, text=state_words(runs[0].state).capitalize())
        st.page_link("train.py", label=_("Watch it"), query_params={"run": runs[0].id},
                     icon=":material/visibility:")  # fmt: skip
    else:
        error = 1 - runs[0].test_accuracy
        st.metric(
            _("It is"), f"{error:.1%}",
            None if mine.guess is None else _("{points:+.0f} points").format(
                points=100 * (error - mine.guess)
            ),
            delta_color="off",
        )  # fmt: skip


def _has_cell(experiment: Experiment) -> bool:
    return visitor() in [guess.owner for guess in store().guesses(experiment.id)]


def _ask(experiment: Experiment, cell: int) -> None:
    guess = st.slider(
        _("What share of the test images will it get wrong?"), 0, 90, 50, 5, format="%d %%",
        key=f"class_guess_{experiment.id}", help=_("Guessing at random gets five in six wrong."),
    )  # fmt: skip
    if st.button(_("This I expect: train it"), type="primary", icon=":material/play_arrow:",
                 key="class_train"):  # fmt: skip
        try:
            run_id = start_run(experiment.cells[cell], ORIGIN, experiment=experiment.id)
        except LabError as error:
            st.error(str(error))
        else:
            store().expect(experiment.id, visitor(), guess / 100, run_id)
            st.rerun()


def offer_end(experiment: Experiment, link: str) -> None:
    """Let the teacher share the experiment, close it, or train what nobody has taken."""
    st.divider()
    st.caption(_("For the class:"))
    st.code(f"{st.context.url}?{link}={experiment.id}", language=None, wrap_lines=True)
    if experiment.closed:
        return
    if st.button(_("Close"), icon=":material/lock:", help=_("No more cells are given out."),
                 key="class_close"):  # fmt: skip
        store().close_experiment(experiment.id)
        st.rerun()
    taken = {guess.cell for guess in store().guesses(experiment.id) if guess.run_id}
    rest = [cell for number, cell in enumerate(experiment.cells) if number not in taken]
    if rest and st.button(
        _("Train the other {n} cells").format(n=len(rest)), icon=":material/smart_toy:",
        help=_("Those nobody has started, and close."), key="class_rest",
    ):  # fmt: skip
        store().close_experiment(experiment.id)
        try:
            for cell in rest:
                start_run(cell, ORIGIN, experiment=experiment.id)
        except LabError as error:
            st.error(str(error))
        else:
            st.rerun()
