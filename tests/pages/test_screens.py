"""The one list of screens names every file of a screen, and every lesson in its order."""

from pages.screens import LEARN, SCREENS, SEE, TEACH, TRY
from resnet.course.lessons import LESSONS
from resnet.settings import PROJECT
from tests.pages.test_pages import opened

PAGES = PROJECT / "pages"
NO_SCREENS = {"__init__.py", "lab.py", "screens.py"}


def test_every_screen_has_its_file_and_every_file_its_screen():
    files = {path.name for path in PAGES.glob("*.py")} - NO_SCREENS
    files |= {f"lessons/{path.name}" for path in (PAGES / "lessons").glob("[!_]*.py")}
    assert {screen.file for screen in SCREENS.values()} == files


def test_the_lessons_come_in_their_order():
    learn = [screen.name for screen in SCREENS.values() if screen.group == LEARN]
    assert tuple(learn) == (*LESSONS, "glossary")


def test_every_screen_asks_a_question():
    for screen in SCREENS.values():
        assert screen.name == "home" or screen.question_text().endswith("?"), screen.name


def test_home_leads_to_every_screen_but_the_teachers():
    home = opened()
    shown = {caption.value for caption in home.caption}
    for screen in SCREENS.values():
        if screen.group in (LEARN, SEE, TRY):
            assert screen.question_text() in shown, screen.name
        assert screen.group != TEACH or screen.question_text() not in shown
