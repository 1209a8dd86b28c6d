"""The words of the lessons, in the reader's language and in English."""

import pandas as pd
import streamlit as st

from pages.components import frame
from resnet.language import current_language
from resnet.language import translate as _
from resnet.lessons import glossary

frame.question(
    _("What does this word mean?"),
    _("The lessons explain each term where it stands; here they are together."),
)
terms = sorted(glossary(current_language()).values(), key=lambda term: term.english.casefold())
columns = {
    _("Term"): [term.words for term in terms],
    _("In English"): [term.english for term in terms],
    _("Meaning"): [term.meaning for term in terms],
}
if current_language() == "en":
    del columns[_("In English")]
st.table(pd.DataFrame(columns).set_index(_("Term")))
