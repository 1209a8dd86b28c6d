"""Every run of every screen starts here: page setup, language, navigation. Nothing else."""

import streamlit as st

from pages.components import frame, language, navigation, startup, tour, trouble
from resnet.settings import ASSETS

st.set_page_config(
    page_title="ResNet Lab", page_icon=str(ASSETS / "images" / "icon.svg"), layout="wide"
)
language.choose()
startup.begin()
page = navigation.pages()
frame.keep_size()
frame.keep_readable()
with trouble.told():
    tour.guide()
    page.run()
