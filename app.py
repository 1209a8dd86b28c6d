"""ResNet Lab. Start it with `streamlit run app.py`."""

import streamlit as st

from pages.components import language, navigation, startup

st.set_page_config(page_title="ResNet Lab", page_icon=":material/alt_route:", layout="wide")
language.choose()
startup.begin()
navigation.pages().run()
