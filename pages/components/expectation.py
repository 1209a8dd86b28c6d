"""Let learners say what they expect before they look, and show the teacher what a class expects."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.components.language import callback, fragment
from pages.components.running import store
from pages.server.visitors import is_teacher, visitor
from resnet.language import translate as _
from resnet.store.run_store import StoreUnavailable

VEIL = "veiled"
SHOWN = "shown_unguessed"  # of this browser session: questions whose picture was asked for
ANSWERED = "answered"  # of this browser session: question -> number of the option, from 0
CLASS_HOURS = 12  # a class's answers are those of so many hours
CLASS_SECONDS = 3.0  # between two looks at them


def answered() -> dict[str, int]:
    """Return this session's answers: the number of the option by question."""
    return st.session_state.setdefault(ANSWERED, {})


def is_open(question: str) -> bool:
    """Tell whether what answers a question may be seen: after a guess, on demand, by a teacher."""
    return question in answered() or question in st.session_state.get(SHOWN, ()) or is_teacher()


def veiled(question: str) -> DeltaGenerator:
    """Return a container that stays blurred until its question is open."""
    place = question.replace(".", "-")
    return st.container(key=f"open_{place}" if is_open(question) else f"{VEIL}_{place}")


def expect(
    question: str, label: str, options: Mapping[str, str], answer: str, veils: bool = False
) -> None:
    """Let the learner guess before the picture answers, then explain the guess.

    `options` maps each choice to the sentence it gets in reply; `answer` is the right choice.
    veils: what answers it stands in the `veiled` container below. The answer stays in the link and
    in the session, and a teacher sees everyone's.
    """
    words = list(options)
    with st.container(border=True):
        choice = st.radio(
            label,
            range(len(words)),
            index=_chosen_before(question, len(words)),
            key=question,
            format_func=words.__getitem__,
            horizontal=sum(map(len, words)) < 90,
            on_change=_keep,
            args=(question,),
        )
        if choice is None:
            _wait_for_guess(question, veils)
        elif words[choice] == answer:
            st.success(options[answer], icon=":material/check:")
        else:
            st.info(options[words[choice]], icon=":material/lightbulb:")
        if is_teacher():
            fragment(run_every=CLASS_SECONDS)(_show_class)(question, words)


def _wait_for_guess(question: str, veils: bool) -> None:
    if is_open(question) or not veils:
        st.caption(_("Guess first."))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("Guess first: the picture below is sharp then."), width="content")
        st.button(
            _("Just show me"),
            type="tertiary",
            key=f"show_{question}",
            on_click=lambda: st.session_state.setdefault(SHOWN, set()).add(question),
        )


def _link_name(question: str) -> str:
    return question.rpartition(".")[2]


def _chosen_before(question: str, count: int) -> int | None:
    linked = st.query_params.get(_link_name(question), "")
    choices = [str(choice + 1) for choice in range(count)]
    if question not in answered() and linked in choices:
        answered()[question] = choices.index(linked)
    return answered().get(question)


@callback
def _keep(question: str) -> None:
    choice = st.session_state[question]
    if choice is None:  # no browser sends that
        return
    answered()[question] = choice
    st.query_params[_link_name(question)] = str(choice + 1)
    # A learner's lesson goes on without the class's count.
    with suppress(StoreUnavailable):
        store().answer(question, visitor(), choice)


def _show_class(question: str, words: Sequence[str]) -> None:
    import time

    counts = store().answers(question, since=time.time() - CLASS_HOURS * 3600)
    total = counts.total()
    st.caption(
        _("The class so far: {n} answers in {hours} hours").format(n=total, hours=CLASS_HOURS)
    )
    for number, option in enumerate(words if total else ()):
        st.progress(counts[number] / total, text=f"{option}: {counts[number]}")
