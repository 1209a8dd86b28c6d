"""An experiment of the whole class: each learner trains one cell of depth × shortcut × seed."""

import streamlit as st

from pages.components import class_cells, class_results, comparison, frame
from pages.components.language import fragment
from pages.components.running import ACTIVE, store
from pages.components.visitors import is_teacher
from resnet.errors import LabError
from resnet.language import translate as _

LINK = "experiment"
REFRESH = 2.0  # seconds

frame.question(
    _("What does depth do, if the whole class measures it?"),
    _("Everyone trains one net of a grid and says before what will come out; all see one picture."),
)
known = store().experiments()
if is_teacher():
    class_cells.offer_new(LINK)
if not known:
    st.markdown(
        _(
            "No experiment yet. The teacher starts one here; `python -m resnet sweep` trains "
            "the same grid with nobody watching."
        )
    )
    comparison.show_depths()
    st.stop()
titles = {experiment.id: experiment.title or experiment.id for experiment in known}
linked = st.query_params.get(LINK)
if linked and linked not in titles:
    st.info(_("That experiment is gone; here is the newest one."))
st.session_state["class_shown"] = linked if linked in titles else known[0].id
shown = st.selectbox(
    _("Experiment"), list(titles), format_func=titles.get, key="class_shown",
    on_change=lambda: st.query_params.update({LINK: st.session_state["class_shown"]}),
)  # fmt: skip
try:
    experiment = store().experiment(shown)
except LabError as error:
    st.error(str(error))
    st.stop()
picture, mine = frame.picture_and_controls()
with mine:
    class_cells.show_mine(experiment)
    if is_teacher():
        class_cells.offer_end(experiment, LINK)
with picture:
    live = any(run.state in ACTIVE for run in store().runs(experiment=shown, limit=None))
    follow = live or not experiment.closed
    fragment(run_every=REFRESH if follow else None)(class_results.show)(experiment)
frame.sources(
    _("He et al. 2015, §4.2, Table 6 and Fig. 6: CIFAR-10, depths 20 to 110."),
)
