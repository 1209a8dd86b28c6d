"""A class at its experiment in a real browser: a link, a cell, and panels that keep up."""

import re

import pytest
from playwright.sync_api import expect

from resnet.store.records import Rules
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.sweep import grid
from tests.browser.watching import goto, settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def runs(server):
    """The server's run store; its queue is held, so that runs end as the test wants it."""
    store = RunStore(f"sqlite:///{server.log.parent / 'runs' / 'runs.db'}")
    store.set_rules(Rules(paused=True))
    yield store
    store.set_rules(Rules())


@pytest.fixture
def second(runs):
    """The second of two experiments of one name."""
    cells = [spec.model_dump() for spec in grid([8], 1, data="synthetic", epochs=1, image_size=32)]
    return [runs.create_experiment("One name", cells) for _experiment in range(2)][1]


def test_a_link_to_the_second_of_two_namesakes_leads_there_and_stays(page, server, runs, second):
    goto(page, server, f"class_experiment?experiment={second}")
    run_id = begun(page, runs, second)
    expect(page).to_have_url(re.compile(second))
    assert runs.get(run_id).experiment == second
    runs.request_stop(run_id)


def test_the_learners_panel_follows_the_run_to_its_end(page, server, runs, second):
    goto(page, server, f"class_experiment?experiment={second}")
    run_id = begun(page, runs, second)
    expect(page.get_by_text("it is")).to_have_count(0)
    runs.set_state(run_id, State.RUNNING)
    runs.finish(run_id, State.DONE, test_accuracy=0.75)
    expect(page.get_by_role("heading", name="You said 50%, it is 25.0%.")).to_be_visible()


def test_the_teacher_sees_at_once_how_many_cells_are_free(page, server, runs, second):
    page.goto(server.teachers_link())
    expect(page).not_to_have_url(re.compile("teacher="))
    goto(page, server, f"class_experiment?experiment={second}")
    expect(page.get_by_role("button", name="Train the other 2 cells")).to_be_visible()
    runs.take_cell(second, "ada")
    runs.expect(second, "ada", 0.5, "a-run")
    expect(page.get_by_role("button", name="Train the other 1 cells")).to_be_visible()


def begun(page, runs, experiment):
    """Have the learner start their cell; return its run."""
    page.get_by_role("button", name="This I expect: train it").click()
    settled(page)
    expect(page.get_by_role("link", name="Watch it")).to_be_visible()
    (guess,) = runs.guesses(experiment)
    return guess.run_id


def test_on_a_phone_the_cell_is_in_sight_and_the_menu_out_of_the_way(page, server, second):
    page.set_viewport_size({"width": 390, "height": 844})
    goto(page, server, f"class_experiment?experiment={second}")
    expect(page.get_by_role("button", name="This I expect: train it")).to_be_in_viewport()
    menu = page.get_by_test_id("stSidebar")
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(page.get_by_text("中文")).to_be_in_viewport()
    menu.get_by_role("link", name="Your hand").click()
    expect(menu).to_have_attribute("data-collapsed", "true")
    expect(page.get_by_role("heading", level=1)).to_contain_text("fingers")
    expect(page.get_by_role("radio", name="camera")).to_be_in_viewport()
    settled(page)  # its pictures are asked for: the server forgets them with the screen
    page.go_back()  # one step, whatever has changed the address in between
    expect(page.get_by_role("heading", level=1)).to_contain_text("the whole class")
    expect(page).to_have_url(re.compile(second))
