"""An experiment of the whole class: each learner trains one cell of depth × shortcut × seed."""

import streamlit as st

from pages.classroom import cells, leading, results
from pages.components import comparison, frame
from pages.components.language import fragment
from pages.components.running import ACTIVE, store
from pages.server.visitors import is_teacher
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
    leading.offer_new(LINK)
if not known:
    st.markdown(
        _(
            "No experiment yet. The teacher starts one here; `python -m resnet sweep` trains "
            "the same grid with nobody watching."
        )
    )
    comparison.show_depths()
    st.stop()
linked = st.query_params.get(LINK)
if linked and linked not in [experiment.id for experiment in known]:
    try:
        known.append(store().experiment(linked))  # older than those listed
    except LabError:
        st.info(_("That experiment is gone; here is the newest one."))
        linked = None
shown = linked or known[0].id
if len(known) > 1:
    names = leading.names(known)
    st.session_state["class_shown"] = shown
    shown = st.selectbox(
        _("Experiment"),
        list(names),
        format_func=names.__getitem__,
        key="class_shown",
        on_change=lambda: st.query_params.update({LINK: st.session_state["class_shown"]}),
        label_visibility="collapsed",
    )
experiment = next(one for one in known if one.id == shown)
live = any(run.state in ACTIVE for run in store().runs(experiment=shown, limit=None))
every = REFRESH if live or not experiment.closed else None
if is_teacher():
    fragment(run_every=every)(leading.show)(shown, LINK)
fragment(run_every=every)(cells.show)(shown)
fragment(run_every=every)(results.show)(shown)
frame.sources(_("He et al. 2015, §4.2, Table 6 and Fig. 6: CIFAR-10, depths 20 to 110."))
