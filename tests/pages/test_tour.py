"""The tour leads through its screens, can be left, and is not there unless it is asked for."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.components.tour import STEP, STEPS


@pytest.fixture
def lab():
    app = AppTest.from_file("../../pages/lab.py", default_timeout=120)
    return app.run()


def keys(app):
    return {button.key for button in app.button}


def shown(app):
    return " ".join(text.value for text in app.markdown)


def test_nobody_is_led_who_did_not_ask(lab):
    assert "tour_start" in keys(lab)
    assert "tour_end" not in keys(lab)


def test_it_leads_through_every_step_to_the_lessons(lab):
    lab.button(key="tour_start").click().run()
    for step, (_page, words) in enumerate(STEPS):
        assert not lab.exception
        assert f"Tour, {step + 1} of {len(STEPS)}" in shown(lab)
        assert words in shown(lab)
        last = step + 1 == len(STEPS)
        lab.button(key="tour_lessons" if last else "tour_next").click().run()
    assert not lab.exception
    assert STEP not in lab.session_state
    assert "tour_end" not in keys(lab)


def test_it_can_be_left_and_the_screen_stays(lab):
    lab.button(key="tour_start").click().run()
    title = lab.title[0].value
    lab.button(key="tour_end").click().run()
    assert not lab.exception
    assert lab.title[0].value == title
    assert "tour_end" not in keys(lab)


def test_it_keeps_the_readers_language():
    app = AppTest.from_file("../../pages/lab.py", default_timeout=120)
    app.query_params["lang"] = "zh"
    app.run()
    app.button(key="tour_start").click().run()
    assert not app.exception
    assert app.session_state["lang"] == "zh"
    assert "导览" in shown(app)
