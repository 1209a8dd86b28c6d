"""Every run of every screen starts here: page setup, language, navigation. Nothing else."""

import streamlit as st

from pages.components import browser, frame, language, navigation, tour, trouble
from pages.server import startup
from resnet.settings import ASSETS

SIDEBAR_WIDTH = 256  # pixels

st.set_page_config(
    page_title="ResNet Lab",
    page_icon=str(ASSETS / "images" / "icon.svg"),
    layout="wide",
    initial_sidebar_state=SIDEBAR_WIDTH,
)
browser.behave()
language.choose()
startup.begin()
page = navigation.pages()
frame.keep_size()
frame.keep_readable()
with trouble.reporting_errors():
    tour.guide()
    page.run()
language.keep_in_link()
