"""The words of the lessons, in the reader's language and in English."""

import streamlit as st

from pages.components import frame
from pages.screens import SCREENS
from resnet.course.lessons import glossary, lesson_with
from resnet.language import current_language
from resnet.language import translate as _

frame.question(
    _("What does this word mean?"),
    _("The lessons explain each term where it stands; here they are together."),
)
terms = glossary(current_language())
with st.grid("auto", min_column_width=280):
    for key in sorted(terms, key=lambda key: terms[key].english.casefold()):
        term = terms[key]
        with st.container(border=True, height="stretch", gap="xsmall"):
            original = "" if term.words == term.english else f" · {term.english}"
            st.markdown(f"**{term.words}**{original}")
            st.markdown(term.meaning)
            lesson = SCREENS[lesson_with(key)]
            st.page_link(lesson.file, label=lesson.label(), icon=lesson.sign)
