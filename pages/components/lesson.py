"""A lesson on its page: words, questions, exercises, and the page's own figures between them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from itertools import count

import streamlit as st

from pages.components import frame
from pages.components.expectation import answered, expect, veiled
from pages.screens import SCREENS
from resnet.course.lesson_notebook import lesson_notebook
from resnet.course.lessons import (
    LESSONS,
    Exercise,
    Figure,
    Lesson,
    Question,
    Sources,
    Text,
    explained,
    read_lesson,
    without_terms,
)
from resnet.language import current_language
from resnet.language import translate as _

MANY_SECTIONS = 4
_HEADING = re.compile(r"(?m)^(## .+)$")


def lesson(name: str, figures: Mapping[str, Callable[[], None]]) -> None:
    """Show a lesson; `figures` draws each picture, with its controls, where it stands."""
    shown = read_lesson(name, current_language())
    frame.question(shown.title, without_terms(shown.sentence, current_language()))
    _contents(shown)
    sections, exercises = count(1), [p for p in shown.parts if isinstance(p, Exercise)]
    for before, part, after in zip(
        (None, *shown.parts), shown.parts, (*shown.parts[1:], None), strict=False
    ):
        if isinstance(part, Question):
            _show_question(name, part, veils=isinstance(after, Figure))
        elif isinstance(part, Figure):
            asked = f"{name}.{before.name}" if isinstance(before, Question) else None
            with veiled(asked) if asked else nullcontext():
                _draw(part, figures[part.name])
        elif isinstance(part, Exercise):
            if part is exercises[0]:
                _set(exercises)
        elif isinstance(part, Sources):
            with st.expander(_("Sources"), icon=":material/menu_book:"):
                st.markdown(part.markdown)
        else:
            _markdown(part.markdown, sections)
    _foot(shown)


def progress(name: str) -> tuple[int, int]:
    """Return how many of a lesson's questions this session has answered, and how many there are."""
    questions = [
        p.name for p in read_lesson(name, current_language()).parts if isinstance(p, Question)
    ]
    return sum(f"{name}.{question}" in answered() for question in questions), len(questions)


def _contents(shown: Lesson) -> None:
    """Name the sections of a long lesson, each a click away."""
    headings = [
        piece[3:]
        for part in shown.parts
        if isinstance(part, Text)
        for piece in _HEADING.split(part.markdown)
        if piece.startswith("## ")
    ]
    if len(headings) >= MANY_SECTIONS:
        links = (f"[{words}](#{_anchor(number)})" for number, words in enumerate(headings, 1))
        st.markdown(" · ".join(links))


def _anchor(section: int) -> str:
    return f"part-{section}"


def _markdown(markdown: str, sections: Iterator[int]) -> None:
    """Show words, each section under a heading that can be linked to in any language."""
    for piece in _HEADING.split(markdown):
        if piece.startswith("## "):
            st.header(piece[3:], anchor=_anchor(next(sections)))
        elif piece.strip():
            _say(piece)


def _say(markdown: str) -> None:
    # The words are the lab's own files; a term's <abbr> is the only HTML in them.
    st.markdown(explained(markdown, current_language()), unsafe_allow_html=True)


def _show_question(lesson_name: str, question: Question, veils: bool) -> None:
    def plain(words: str) -> str:  # a choice and its reply hold no HTML
        return without_terms(words, current_language())

    expect(
        f"{lesson_name}.{question.name}",
        plain(question.text),
        {plain(option.words): plain(option.reply) for option in question.options},
        next(plain(option.words) for option in question.options if option.right),
        veils,
    )


def _draw(figure: Figure, draw: Callable[[], None]) -> None:
    with st.container(border=True):
        draw()
        st.caption(without_terms(figure.caption, current_language()))
        if figure.code:
            with st.expander(_("Show the code"), icon=":material/code:"):
                st.code(figure.code, language="python")


def _set(exercises: Sequence[Exercise]) -> None:
    """Set the lesson's tasks beside each other, each with its answer behind a switch."""
    st.subheader(_("Try this"), anchor=False)
    with st.grid("auto", min_column_width=280):
        for number, exercise in enumerate(exercises, 1):
            with st.container(border=True, height="stretch"):
                _say(exercise.text)
                if st.toggle(_("Show the answer"), key=f"answer_{number}"):
                    _say(exercise.answer)


def _foot(shown: Lesson) -> None:
    at = LESSONS.index(shown.name)
    st.divider()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            _("This lesson as a notebook"),
            lesson_notebook(shown, current_language()),
            f"{shown.name}.ipynb",
            "application/x-ipynb+json",
            icon=":material/book:",
            on_click="ignore",
        )
        for step, arrow in ((-1, "arrow_back"), (1, "arrow_forward")):
            if 0 <= at + step < len(LESSONS):
                there = SCREENS[LESSONS[at + step]]
                st.page_link(
                    there.file,
                    label=there.label(),
                    icon=f":material/{arrow}:",
                    icon_position="left" if step < 0 else "right",
                    help=there.question_text(),
                )
