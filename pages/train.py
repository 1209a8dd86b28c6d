"""Train a net on hand signs and watch it live."""

import streamlit as st

from pages.components import frame, live_run, train_controls, training_cost
from pages.components.running import recent_runs, run_title, start_run, store
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
    training_cost.show(chosen)

with picture:
    runs = list(recent_runs())
    wanted = st.query_params.get("run")
    if wanted and wanted not in [run.id for run in runs]:
        try:
            runs.append(store().get(wanted))  # an older one, or one started from another screen
        except LabError:
            st.info(_("That run is gone; here is the newest one."))
            wanted = None
    if wanted is None and runs:
        wanted = runs[0].id
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
