"""ResNet Lab: everything that works without a browser. Nothing in here imports Streamlit."""

__version__ = "0.2.0"
