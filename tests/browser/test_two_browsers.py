"""Two browsers on one server: what one has started the other can watch but not stop."""

import re

import pytest
from playwright.sync_api import expect

from pages.server.visitors import OWNER
from tests.browser.watching import PATIENCE, goto

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


def test_a_run_is_its_learners_and_the_teachers(page, server, chromium):
    goto(page, server, "train?train_data=synthetic&train_epochs_fast=200")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url(re.compile("run="))
    pause = page.get_by_role("button", name="Pause")
    expect(pause).to_be_visible(timeout=PATIENCE)
    link = page.url

    other = chromium.new_context()
    watching = other.new_page()
    watching.goto(link)
    expect(watching.get_by_text("Started elsewhere")).to_be_visible(timeout=PATIENCE)
    expect(watching.get_by_role("button", name="Pause")).to_have_count(0)
    expect(watching.get_by_role("button", name="Stop", exact=True)).to_have_count(0)

    pause.click()
    expect(page.get_by_text("goes on from its last finished epoch")).to_be_visible(timeout=PATIENCE)
    page.reload()  # the cookie, not the session, says who this is
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible(timeout=PATIENCE)

    watching.goto(server.teachers_link())
    expect(watching).not_to_have_url(re.compile("teacher="))
    watching.goto(link)
    watching.get_by_role("button", name="Stop", exact=True).click()
    expect(watching.get_by_text("Stopped, epoch").first).to_be_visible(timeout=PATIENCE)
    other.close()


def test_cookies_of_another_app_leave_a_learner_their_runs(page, server):
    goto(page, server, "train?train_data=synthetic&train_epochs_fast=200")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url(re.compile("run="))
    pause = page.get_by_role("button", name="Pause")
    expect(pause).to_be_visible(timeout=PATIENCE)
    # What JupyterHub on another port of this host may set, and what no standard allows.
    for name, value in (("prefs", '{"theme":"dark","n":1}'), ("a[0]", "1"), ("x", "a b c")):
        page.evaluate(
            "([name, value]) => document.cookie = `${name}=${value}; path=/`", [name, value]
        )
    page.context.add_cookies([{"name": "jupyter", "value": "é", "url": server.url}])
    mine = {c["value"] for c in page.context.cookies() if c["name"] == OWNER}
    page.reload()
    expect(pause).to_be_visible(timeout=PATIENCE)
    assert {c["value"] for c in page.context.cookies() if c["name"] == OWNER} == mine
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Stopped").first).to_be_visible(timeout=PATIENCE)
