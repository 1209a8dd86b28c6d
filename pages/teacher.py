"""The teacher's board: everyone's runs, the queue and its rules, on one screen."""

import streamlit as st

from pages.classroom import board as class_board
from pages.classroom import invitation
from pages.components import frame
from pages.components.language import fragment
from pages.server.visitors import is_teacher
from resnet.language import translate as _

REFRESH = 2.0  # seconds

frame.question(
    _("How is the class doing?"),
    _("Everyone's runs on one board. Only this browser sees it, and can stop any run."),
)
if not is_teacher():
    st.info(_("This board is the teacher's: open the link that the server printed at its start."))
    st.stop()
board, rules = frame.picture_and_controls()
with board:
    fragment(run_every=REFRESH)(class_board.show)()
with rules:
    invitation.offer(width="stretch")
    class_board.choose_rules()
