"""What the teacher does with a class's experiment: start it, share it, close it, fill it up."""

import itertools
from collections.abc import Sequence

import streamlit as st

from pages.classroom import invitation
from pages.classroom.cells import ORIGIN
from pages.components.running import most_epochs, start_run, store
from pages.components.trouble import later
from pages.server.visitors import visitor
from resnet.data.signs import data_here
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.store.records import Experiment
from resnet.training.sweep import ALIKE, grid

DEPTHS = [8, 14, 20, 32, 44, 56]


def names(experiments: Sequence[Experiment]) -> dict[str, str]:
    """Return each experiment's name by its id, with a number behind a name that is there already.

    A list of choices tells its entries apart by nothing but their names.
    """
    found: dict[str, str] = {}
    for experiment in sorted(experiments, key=lambda one: (one.created_at, one.id)):
        title = experiment.title or experiment.id
        numbered = (f"{title} ({number})" for number in itertools.count(2))
        free = (n for n in itertools.chain([title], numbered) if n not in found.values())
        found[experiment.id] = next(free)
    return {experiment.id: found[experiment.id] for experiment in experiments}


def offer_new(link: str) -> None:
    """Let the teacher start an experiment."""
    # Another key after each start: the popover closes.
    key = f"class_new_{len(store().experiments())}"
    with st.popover(_("New experiment"), icon=":material/add:", key=key):
        title = st.text_input(
            _("Name"), _("Depth with and without shortcuts"), max_chars=80, key="class_title"
        )
        depths = st.pills(
            _("Depths"), DEPTHS, selection_mode="multi", default=[8, 20, 56], key="class_depths"
        )
        seeds = st.number_input(_("Seeds"), 1, 10, 2, key="class_seeds")
        most = most_epochs(200, "class_epochs")
        epochs = st.number_input(_("Epochs"), 1, most, min(60, most), key="class_epochs")
        count = len(depths) * seeds * 2
        st.caption(
            _(
                "{n} cells, a learner each; more learners share cells. {size}×{size} pixels, fast "
                "recipe, γ = 1 at the start with shortcuts and without."
            ).format(n=count, size=ALIKE["image_size"])
        )
        if st.button(_("Start"), type="primary", disabled=not depths, key="class_start"):
            data = data_here()
            try:
                cells = grid(depths, seeds, data=data, epochs=epochs, **ALIKE)
            except LabError as error:
                st.error(str(error))
            else:
                made = [cell.model_dump() for cell in cells]
                st.query_params[link] = store().create_experiment(title, made, visitor())
                st.rerun()


def show(experiment_id: str, link: str) -> None:
    """Let the teacher share the experiment, close or reopen it, and train what nobody has taken."""
    try:
        experiment = store().experiment(experiment_id)
    except LabError:  # the learner's card says it
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        invitation.offer(f"class_experiment?{link}={experiment.id}")
        if experiment.closed:
            if st.button(_("Reopen"), icon=":material/lock_open:", key="class_reopen"):
                store().close_experiment(experiment.id, closed=False)
                st.rerun()
            return
        if st.button(
            _("Close"),
            icon=":material/lock:",
            help=_("No more cells are given out."),
            key="class_close",
        ):
            store().close_experiment(experiment.id)
            st.rerun()
        _offer_rest(experiment)


def _offer_rest(experiment: Experiment) -> None:
    """Offer to train the cells that nobody has started, and to give out no more."""
    taken = {guess.cell for guess in store().guesses(experiment.id) if guess.run_id}
    rest = [cell for number, cell in enumerate(experiment.cells) if number not in taken]
    if rest and st.button(
        _("Train the other {n} cells").format(n=len(rest)),
        icon=":material/smart_toy:",
        help=_("Those nobody has started, and close."),
        key="class_rest",
    ):
        store().close_experiment(experiment.id)
        try:
            for cell in rest:
                start_run(cell, ORIGIN, experiment=experiment.id)
        except LabError as error:
            later(str(error))
        st.rerun()
