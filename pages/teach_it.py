"""Teach a net a few photos of your own."""

import streamlit as st

from pages.components import frame, signs
from pages.components.nets import choose_net
from pages.teach import own_photos, teaching
from resnet.data.classes import CLASSES
from resnet.data.photo import ENDINGS
from resnet.errors import LabError
from resnet.language import translate as _

ROUND = "own_round"  # a new number empties the uploader

frame.question(
    _("Can a few photos teach it your hand?"),
    _("Add photos, say what they show, and let a net learn them in seconds. Does it forget?"),
)
picture, controls = frame.picture_and_controls()
with controls:
    net, _nets = choose_net(
        _("Which net to teach"),
        _("A copy is taught; the net itself stays as it is."),
        key="teach_net",
        first="signs",
    )
    source = st.segmented_control(
        _("Photos"),
        ["demo", "upload", "camera"],
        format_func={
            "demo": _("example"),
            "upload": _("upload"),
            "camera": _("camera"),
        }.__getitem__,
        default="demo",
        required=True,
        key="teach_source",
        bind="query-params",
    )
    taken = []
    if source == "demo":
        st.caption(_("Twelve rendered hands that show three with index, middle and ring finger."))
    else:
        number = st.session_state.setdefault(ROUND, 0)
        if source == "upload":
            files = st.file_uploader(
                _("Photos of one sign"),
                type=ENDINGS,
                accept_multiple_files=True,
                key=f"own_upload_{number}",
                help=_("They stay in this browser session and are not stored."),
            )
            taken = [file.getvalue() for file in files]
        else:
            shot = st.camera_input(_("Hold a hand up"), key=f"own_camera_{number}")
            taken = [shot.getvalue()] if shot else []
        label = st.segmented_control(
            _("They show"), CLASSES, default=0, required=True, key="own_label"
        )
    if st.button(
        _("Add"),
        icon=":material/add_a_photo:",
        width="stretch",
        key="own_add",
        disabled=source != "demo" and not taken,
    ):
        try:
            if source == "demo":
                own_photos.add_second_threes()
            else:
                own_photos.add(taken, label)
                st.session_state[ROUND] += 1
                st.rerun()
        except LabError as error:
            st.error(str(error))

photos = own_photos.own_photos()
teaching_task = teaching.teaching_task(net, photos)
with controls:
    if st.button(
        _("Teach it"),
        type="primary",
        icon=":material/school:",
        width="stretch",
        key="teach_start",
        disabled=not photos,
    ):
        st.session_state[teaching.REQUESTED] = teaching_task
    st.button(
        _("Forget my photos"),
        icon=":material/delete:",
        width="stretch",
        key="own_forget",
        disabled=not photos,
        on_click=own_photos.forget,
    )
    st.caption(_("Your photos stay in this browser session and end with it."))
    teaching.offer_deletion()

with picture:
    if not photos:
        with st.container(border=True, height=360, vertical_alignment="center"):
            st.markdown(
                _(
                    "Your set is empty. Add the example or photos of your own: three or more of a "
                    "sign, so that one can be kept back to test what was learned."
                )
            )
            signs.show_row("teach_signs")
        st.stop()
    teaching.show_teaching(teaching_task, photos)
