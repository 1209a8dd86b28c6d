"""A learner's cell of a class's experiment: what they expect of it, and how it is getting on."""

import streamlit as st

from pages.components.language import callback
from pages.components.running import held, literal, rules, start_run, state_words, store
from pages.server.visitors import is_teacher, visitor
from resnet.errors import LabError
from resnet.language import again
from resnet.language import translate as _
from resnet.store.learners import LONGEST_NAME
from resnet.store.records import Experiment, Guess, Run
from resnet.store.states import State

ORIGIN = "class"


def show(experiment_id: str) -> None:
    """Show the learner's cell, as things stand now."""
    try:
        experiment = store().experiment(experiment_id)
        mine = _mine(experiment)
    except LabError as error:
        st.info(str(error), icon=":material/lock:")
        return
    if mine is None:
        return
    spec = experiment.cells[mine.cell]
    with st.container(border=True, key="class_card"):
        st.subheader(
            _("Your net: {model}").format(model=spec["model"]),
            help=_("Seed {seed}, {epochs} epochs, {size}×{size} pixels, recipe {recipe}.").format(
                seed=spec["seed"],
                epochs=spec["epochs"],
                size=spec["image_size"],
                recipe=spec["recipe"],
            ),
            anchor=False,
        )
        if mine.run_id:
            _show_run(experiment, mine)
        else:
            _offer_guess(experiment, mine.cell)
        _offer_name()


def _mine(experiment: Experiment) -> Guess | None:
    """Return the learner's cell, given now if they have none; a teacher's only on demand."""
    own = [guess for guess in store().guesses(experiment.id) if guess.owner == visitor()]
    if own:
        return own[0]
    if is_teacher():
        wanted = not experiment.closed and st.button(
            _("Take a cell, too"), icon=":material/pan_tool:", key="class_take"
        )
        if not wanted:
            return None
        store().take_cell(experiment.id, visitor())
        st.rerun()
    return store().take_cell(experiment.id, visitor())


def _offer_guess(experiment: Experiment, cell: int) -> None:
    guess = st.slider(
        _("What share of the test images will it get wrong?"),
        0,
        90,
        50,
        5,
        format="%d %%",
        key=f"class_guess_{experiment.id}",
        help=_("Guessing at random gets five in six wrong."),
    )
    if st.button(
        _("This I expect: train it"),
        type="primary",
        icon=":material/play_arrow:",
        key="class_train",
    ):
        _train(experiment, Guess(visitor(), cell, guess / 100, ""))


def _train(experiment: Experiment, mine: Guess) -> None:
    """Train the cell with what is expected of it, in place of a run that came to nothing."""
    try:
        run_id = start_run(experiment.cells[mine.cell], ORIGIN, experiment=experiment.id)
    except LabError as error:
        st.error(str(error))
    else:
        store().expect(experiment.id, visitor(), mine.guess or 0.0, run_id, mine.run_id)
        st.rerun()


def _show_run(experiment: Experiment, mine: Guess) -> None:
    guess = f"{mine.guess or 0:.0%}"
    try:
        run = store().get(mine.run_id)
    except LabError:
        st.info(_("Your run was deleted."))
        _offer_again(experiment, mine)
        return
    if run.state == State.DONE and run.test_accuracy is not None:
        error = f"{1 - run.test_accuracy:.1%}"
        st.header(
            _("You said {guess}, it is {error}.").format(guess=guess, error=error), anchor=False
        )
        st.caption(_("Of the test images wrong. What the class found stands below."))
    elif run.state.final:
        st.warning(again(run.reason) or state_words(run.state).capitalize())
        _offer_again(experiment, mine)
    else:
        _show_progress(run, guess)


def _show_progress(run: Run, guess: str) -> None:
    text = _("{state}, epoch {epoch} of {epochs}").format(
        state=state_words(run.state).capitalize(), epoch=run.epoch, epochs=run.spec["epochs"]
    )
    st.progress(run.progress, text=text)
    measured = store().curves_of([run.id], "test_accuracy").get(run.id)
    if measured:
        st.markdown(
            _("You said {guess}; after epoch {epoch} it is {error}.").format(
                guess=guess, epoch=measured.epochs[-1], error=f"{1 - measured.values[-1]:.1%}"
            )
        )
    elif run.state == State.QUEUED and rules().paused:
        st.markdown(_("You said {guess}.").format(guess=guess) + " " + held())
    else:
        st.markdown(_("You said {guess}.").format(guess=guess))
    st.page_link(
        "train.py", label=_("Watch it"), query_params={"run": run.id}, icon=":material/visibility:"
    )


def _offer_again(experiment: Experiment, mine: Guess) -> None:
    if st.button(_("Train it again"), icon=":material/replay:", key="class_again"):
        _train(experiment, mine)


def _offer_name() -> None:
    """Let the learner say what the teacher's board calls them."""
    name = store().learner_name(visitor())
    with st.popover(literal(name) or _("Your name"), icon=":material/badge:", type="tertiary"):
        st.text_input(
            _("What the teacher's board calls you"),
            name,
            max_chars=LONGEST_NAME,
            key="class_name",
            on_change=_keep_name,
            help=_("Any name; without one, the board shows four letters in its place."),
        )


@callback
def _keep_name() -> None:
    store().rename_learner(visitor(), st.session_state["class_name"])
