"""The lessons on their pages: guesses are answered, kept and counted; figures follow controls."""

import re

import pytest

from pages.components.recordings import recording
from pages.components.running import store
from pages.server import visitors
from resnet.course.lessons import (
    LESSONS,
    Exercise,
    Figure,
    Question,
    Text,
    glossary,
    read_lesson,
    without_terms,
)
from resnet.models.assembly import STAGES
from resnet.settings import ASSETS
from tests.pages.test_pages import opened, words

QUESTION = "deep_is_hard.degradation"


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_shows_every_part_in_both_languages(name):
    for language in ("en", "zh"):
        lesson = read_lesson(name, language)
        app = opened(f"lessons/{name}", lang=language)
        assert not app.exception
        assert app.title[0].value == lesson.title
        assert lesson.title.endswith({"en": "?", "zh": "\uff1f"}[language])
        found = [part for part in lesson.parts if isinstance(part, Question)]
        assert [r.key for r in app.radio] == [f"{name}.{part.name}" for part in found]
        shown = words(app)
        assert "[[" not in shown + "".join(r.label for r in app.radio)
        for part in lesson.parts:
            if isinstance(part, Figure):
                assert without_terms(part.caption, language) in shown
        tasks = sum(isinstance(part, Exercise) for part in lesson.parts)
        assert sum(t.key.startswith("answer_") for t in app.toggle if t.key) == tasks


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_long_lesson_names_its_sections_and_each_name_leads_to_one(language):
    app = opened("lessons/what_shortcuts_do", lang=language)
    contents = next(m.value for m in app.markdown if "](#part-1)" in m.value)
    linked = re.findall(r"\[(.+?)\]\(#(.+?)\)", contents)
    assert linked == [(h.value, h.proto.anchor) for h in app.header]
    told = [
        part.markdown
        for part in read_lesson("what_shortcuts_do", language).parts
        if isinstance(part, Text)
    ]
    assert len(linked) == sum(text.count("\n## ") + text.startswith("## ") for text in told) >= 6


def test_a_guess_is_explained_kept_and_counted_for_the_teacher(monkeypatch):
    app = opened("lessons/deep_is_hard")
    before = store().answers(QUESTION)
    app.radio(key=QUESTION).set_value(0).run()
    assert "it can imitate plain-20" in " ".join(e.value for e in app.info)
    assert app.query_params["degradation"] in ("1", ["1"])
    app.radio(key=QUESTION).set_value(1).run()
    assert "It is not overfitting" in " ".join(e.value for e in app.success)
    counted = store().answers(QUESTION)
    assert counted[1] == before[1] + 1
    assert counted[0] == before[0]
    app.switch_page("home.py").run()
    app.switch_page("lessons/deep_is_hard.py").run()
    assert app.radio(key=QUESTION).value == 1  # kept from page to page
    assert "The class so far" not in words(app)
    monkeypatch.setattr(visitors, "is_teacher", lambda: True)
    monkeypatch.setattr("pages.components.expectation.is_teacher", lambda: True)
    app.run()
    assert "The class so far" in words(app)


def test_a_link_holds_the_guess_and_the_language_switch_keeps_it():
    app = opened("lessons/deep_is_hard", degradation="2", lang="zh")
    assert app.radio(key=QUESTION).value == 1
    app.segmented_control(key="lang").set_value("en").run()
    assert app.radio(key=QUESTION).value == 1
    assert "It is not overfitting" in " ".join(e.value for e in app.success)


@pytest.mark.parametrize("forged", ["0", "99", "-1", "x", "1e3", "\u0663\u0664"])
def test_a_forged_guess_is_none(forged):
    app = opened("lessons/deep_is_hard", degradation=forged)
    assert not app.exception
    assert app.radio(key=QUESTION).value is None


def test_home_shows_how_far_a_learner_has_come():
    app = opened("lessons/deep_is_hard")
    app.radio(key=QUESTION).set_value(1).run()
    app.switch_page("home.py").run()
    assert not app.exception
    written = (ASSETS / "lessons" / "en" / "deep_is_hard.md").read_text(encoding="utf-8")
    told = f"1 of {written.count(':::predict')} questions"
    assert any(told in str(bar.proto) for bar in app.get("progress"))


def test_the_assembled_net_is_checked_stage_by_stage():
    app = opened("lessons/stage_by_stage")
    assert "number of blocks (1) is not" in app.info[-1].value
    for number, stage in STAGES.items():
        for part, value in (
            ("narrow", stage.filters[0]),
            ("wide", stage.filters[2]),
            ("stride", stage.stride),
            ("blocks", stage.blocks),
        ):
            app.selectbox(key=f"stage{number}_{part}").set_value(value)
    app.run()
    assert any("all 23,600,006 weights" in element.value for element in app.success)
    app.selectbox(key="stage4_stride").set_value(1).run()
    assert "Stage 4 gives 8×8 and should give 4×4: look at its stride." in words(app)


def test_the_numbers_behind_a_picture_are_a_click_away():
    app = opened("lessons/deep_is_hard")
    command = recording("depths")["command"]
    assert command not in [code.value for code in app.code]
    app.session_state["degradation_behind"] = True
    app.run()
    assert command in [code.value for code in app.code]
    runs = app.dataframe[0].value
    assert list(runs["Seed"]) == [run["seed"] for run in recording("depths")["runs"]]


def test_the_calculator_gives_the_course_s_numbers():
    app = opened("lessons/one_by_one")
    assert "2,408,448 + 10,035,200 = **12,443,648**: 9.68 times fewer" in words(app)
    app.number_input(key="cost_middle").set_value(155).run()
    assert "1.00 times fewer" in words(app)


def test_blocks_are_deleted_in_the_lesion_lab():
    app = opened("lessons/what_shortcuts_do")
    kept = {m.label: m.value for m in app.metric}
    app.get("button_group")[0].set_value([]).run()
    whole = {m.label: m.value for m in app.metric}
    for label in ("resnet20 without them", "plain20 without them"):
        assert float(kept[label].rstrip("%")) <= float(whole[label].rstrip("%"))
    assert float(whole["plain20 without them"].rstrip("%")) > 90


def test_the_glossary_tells_every_term():
    app = opened("glossary", lang="zh")
    assert not app.exception
    for term in glossary("zh").values():
        assert term.words in words(app)
        assert term.english in words(app)
        assert term.meaning in words(app)


def test_the_case_studies_lead_to_the_map_and_to_training():
    app = opened("architectures", map_net="GoogLeNet")
    assert not app.exception
    assert "6,998,552" in [metric.value for metric in app.metric]
    app = opened("train", train_model="LeNet-5")
    assert app.selectbox(key="train_model").value == "lenet5"
