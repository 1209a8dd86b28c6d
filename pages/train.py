"""Train a net on hand signs and watch it live."""

import streamlit as st

from pages.components import frame, train_controls
from pages.components.expectation import expect
from pages.components.running import recent_runs, run_title, start_run, store
from pages.server.visitors import visitor
from pages.training import cost, live_run
from resnet.errors import LabError
from resnet.language import translate as _

frame.question(
    _("What does a net learn in a minute?"),
    _("Choose a net and a recipe, press Train, and watch loss and accuracy as they come."),
)
picture, controls = frame.picture_and_controls()
with controls:
    chosen = train_controls.choose()
    if train_controls.train_pressed():
        try:
            st.query_params["run"] = start_run(chosen)
        except LabError as error:
            st.error(str(error))
    cost.show(chosen)

with picture:
    runs = list(recent_runs())
    newest = next((run.id for run in runs if run.owner == visitor()), None)
    wanted = st.query_params.get("run") or newest
    if wanted and wanted not in [run.id for run in runs]:
        try:
            runs.append(store().get(wanted))  # an older one, or one started from another screen
        except LabError:
            wanted = newest
            st.info(
                _("That run is gone; here is your newest one.")
                if newest
                else _("That run is gone.")
            )
    if runs:
        titles = {run.id: run_title(run) for run in runs}
        st.session_state["train_shown"] = wanted
        st.selectbox(
            _("Run"),
            list(titles),
            index=None,
            format_func=titles.__getitem__,
            key="train_shown",
            on_change=lambda: st.query_params.update(run=st.session_state["train_shown"]),
            label_visibility="collapsed",
            placeholder=_("Watch a run of others"),
        )
    if wanted is None:
        live_run.empty()
    else:
        live_run.show(wanted)

expect(
    "train_guess",
    _(
        "With the recipe notebook the training accuracy climbs at once, and the test accuracy "
        "stays at one in six for epochs. Why?"
    ),
    {
        _("The net learns the training images by heart"): _(
            "Then the test accuracy would stay behind for good. It catches up some epochs later: "
            "something lags."
        ),
        _("BatchNorm's averages lag behind"): _(
            "Yes. In tests BatchNorm uses averages it has collected, and with Keras's momentum of "
            "0.99 half of them are still the first guess after two epochs of 34 steps. The recipes "
            "fast and sprint use 0.9."
        ),
        _("The test images are harder"): _(
            "In the end the net knows them nearly as well. Something lags behind."
        ),
    },
    answer=_("BatchNorm's averages lag behind"),
)
