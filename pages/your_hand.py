"""Show a trained net your own hand."""

import streamlit as st

from pages.components import frame, hand
from pages.components.running import store
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.training.prediction import available_nets

frame.question(
    _("How many fingers does the net see?"),
    _("Hold up a hand, upload a photo or take a sample. The net sees 64×64 pixels of it."),
)
picture, controls = frame.picture_and_controls()
with controls:
    nets = {net.ref: net for net in available_nets(store())}
    ref = st.selectbox(
        _("Which net to ask"),
        list(nets),
        format_func=lambda ref: nets[ref].title,
        key="hand_net",
        bind="query-params",
        help=_("A net that came with the lab, or a run of yours that has finished."),
    )
    if ref is None:
        st.info(_("There is no trained net yet: train one first, then come back."))
        st.stop()
    source = st.segmented_control(
        _("Photo"),
        ["sample", "upload", "camera"],
        format_func={
            "sample": _("sample"),
            "upload": _("upload"),
            "camera": _("camera"),
        }.get,
        default="sample",
        required=True,
        key="hand_source",
        bind="query-params",
    )
    try:
        photo = hand.take_photo(source)
        image = hand.read(photo) if photo else None
    except LabError as error:
        st.error(str(error))
        image = None
    if image is not None:
        crop = hand.choose_crop(image)

with picture:
    if image is None:
        hand.nothing_yet()
    else:
        hand.show(image, crop, nets[ref])
with st.expander(_("What this net was trained on"), icon=":material/info:"):
    st.markdown(hand.card_words(nets[ref]))
