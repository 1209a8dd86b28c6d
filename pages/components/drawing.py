"""Our own drawings on the page: one component that shows an SVG in the colours of the theme."""

import streamlit as st

from resnet.language import translate as _

# The SVG inherits the theme's ink as `currentColor`; an unchanged one is left alone. What moves in
# it can be paused and played again; where the reader wants less motion nothing does.
_svg = st.components.v2.component(
    "resnet_lab_drawing",
    html='<div class="drawing"></div><button type="button"></button>',
    css="""
    :host { display: block; container-type: inline-size }
    .drawing { color: var(--st-text-color); font-family: var(--st-font) }
    button {
      display: none; margin: 0.25rem 0 0 auto; min-width: 5.5rem; padding: 0.2rem 0.75rem;
      font-family: var(--st-font); font-size: 0.875rem; line-height: 1.5;
      color: var(--st-text-color); background: none; cursor: pointer;
      border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
    }
    button:hover { border-color: var(--st-primary-color) }
    button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px }
    .moves + button { display: block; visibility: hidden }
    .moves.moved + button { visibility: visible }
    @container (max-width: 620px) {  /* beside a narrow drawing's key there is room */
      .drawing:has(.key) + button { margin-top: -1.95rem; position: relative }
    }
    """,
    js="""
    const motions = (drawing) =>
      drawing.getAnimations({ subtree: true }).filter((m) => m.animationName !== "lab-changed")
    const are = (state) => (motion) => motion.playState === state

    export default function ({ data, parentElement }) {
      const drawing = parentElement.querySelector(".drawing")
      const button = parentElement.querySelector("button")
      const name = () => {
        const now = motions(drawing)
        if (now.length) drawing.classList.add("moved")
        button.textContent = now.some(are("running")) ? data.pause : data.play
      }
      drawing.classList.toggle("moves", data.moves)
      for (const event of ["animationstart", "animationend"]) drawing[`on${event}`] = name
      button.onclick = () => {
        const now = motions(drawing)
        if (now.some(are("running"))) now.filter(are("running")).forEach((m) => m.pause())
        else if (now.some(are("paused"))) now.filter(are("paused")).forEach((m) => m.play())
        else drawing.innerHTML = data.svg // from its beginning
        name()
      }
      if (drawing.drawn !== data.svg) {
        drawing.drawn = data.svg
        drawing.innerHTML = data.svg
      }
      name()
    }
    """,
)


def drawing(svg: str, *, key: str, moves: bool = False) -> None:
    """Show an SVG made by `resnet.drawing`; never pass text that a user typed.

    moves: something travels in it, so a button under it pauses and plays.
    """
    words = {"play": _("Play"), "pause": _("Pause")}
    _svg(data={"svg": svg, "moves": moves, **words}, key=key)
