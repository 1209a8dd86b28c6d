"""ResNet Lab. Start it with `streamlit run app.py`."""

import streamlit as st

# The script lies in pages/, not here: beside a folder named pages/ Streamlit would take its files
# for pages of the old kind and run a linked one without the lab's navigation.
app = st.App("pages/lab.py")
