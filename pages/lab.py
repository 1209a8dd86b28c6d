"""Every run of every screen starts here: page setup, language, navigation. Nothing else."""

import streamlit as st

from pages.components import frame, language, navigation, startup, tour, trouble
from resnet.settings import ASSETS

SIDEBAR_WIDTH = 256  # pixels

st.set_page_config(
    page_title="ResNet Lab", page_icon=str(ASSETS / "images" / "icon.svg"), layout="wide",
    initial_sidebar_state=SIDEBAR_WIDTH,
)  # fmt: skip
language.choose()
startup.begin()
page = navigation.pages()
frame.keep_size()
frame.keep_readable()
with trouble.told():
    tour.guide()
    page.run()
