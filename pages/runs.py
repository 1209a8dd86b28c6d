"""Every run that is stored: find, compare, export and clear up."""

import streamlit as st

from pages.components import comparison, frame, run_actions
from pages.components.charts import chart
from pages.components.running import state_words, store
from pages.server.visitors import visitor
from pages.stored_runs import comparison as run_comparison
from pages.stored_runs import table
from resnet.drawing.figures.curves import MEASURES, comparison_curves
from resnet.language import translate as _
from resnet.store.states import State

SHOWN = 200
LINK = "compare"

frame.question(
    _("Which run did better, and why?"),
    _("Select runs in the table: their curves lie on one another, and what differs stands below."),
)
if not store().runs(limit=1):
    st.markdown(_("No run here yet: start one on the screen “Train”."))
    st.page_link("train.py", label=_("Train"), icon=":material/model_training:")
    comparison.show_example()
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom"):
    words = st.text_input(
        _("Find"),
        key="runs_find",
        bind="query-params",
        icon=":material/search:",
        width=220,
        placeholder=_("name, tag, net, data"),
    )
    states = st.pills(
        _("State"),
        list(State),
        selection_mode="multi",
        default=[],
        format_func=state_words,
        key="runs_states",
    )
    own = st.toggle(_("Only mine"), key="runs_own", bind="query-params")
    measure = st.segmented_control(
        _("Show"),
        MEASURES,
        format_func={"accuracy": _("accuracy"), "error": _("error"), "loss": _("loss")}.__getitem__,
        default="accuracy",
        required=True,
        key="runs_measure",
        bind="query-params",
    )

runs = store().runs(limit=SHOWN, state=states or None, owner=visitor() if own else None)
runs = table.found(runs, words)
if not runs:
    with st.container(border=True, height=240, vertical_alignment="center"):
        st.markdown(_("No run matches: change the filters."))
    st.stop()
chosen = table.show(runs)
if chosen:
    st.query_params[LINK] = ",".join(run.id for run in chosen)
else:
    linked = st.query_params.get(LINK, "").split(",")
    chosen = [run for run in runs if run.id in linked] or runs[:1]
curves = run_comparison.curves(chosen, measure)
chart(
    comparison_curves(curves, measure, frame.theme()),
    key="runs_curves",
    alt=_("Training and test curves of the selected runs"),
)
st.caption(
    _(
        "Solid: training, dashed: test, after each epoch. Runs that differ in the seed alone share "
        "a line, their mean, in a band from the lowest to the highest."
    )
)
run_comparison.show_differences(chosen)
if len(chosen) == 1:
    run_actions.offer_remedy(chosen[0])
run_comparison.offer_downloads(chosen)
run_actions.offer(chosen)
run_comparison.show_confusions(chosen)
