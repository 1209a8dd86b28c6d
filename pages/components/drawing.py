"""Our own drawings on the page: one component that shows an SVG in the colours of the theme."""

import streamlit as st

# The SVG inherits the theme's ink as `currentColor`; an unchanged one is left alone.
_svg = st.components.v2.component(
    "resnet_lab_drawing",
    html='<div class="drawing"></div>',
    css="""
    :host { display: block }
    .drawing { color: var(--st-text-color); font-family: var(--st-font) }
    """,
    js="""
    export default function ({ data, parentElement }) {
      const root = parentElement.querySelector(".drawing")
      if (root.drawn === data.svg) return
      root.drawn = data.svg
      root.innerHTML = data.svg
    }
    """,
)


def drawing(svg: str, *, key: str) -> None:
    """Show an SVG made by `resnet.drawing`; never pass text that a user typed."""
    _svg(data={"svg": svg}, key=key)
