"""One learner, two tabs: both tell the same, and what one does the other shows."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.watching import PATIENCE, goto

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


def test_both_tabs_follow_and_steer_one_run(page, server):
    goto(page, server, "train?train_data=synthetic&train_epochs_fast=200&train_size_fast=32")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url(re.compile("run="))
    second = page.context.new_page()
    second.goto(page.url)
    expect(second.get_by_role("button", name="Pause")).to_be_visible(timeout=PATIENCE)
    second.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Resume").click()
    expect(second.get_by_role("button", name="Pause")).to_be_visible(timeout=PATIENCE)
    page.close()  # the run does not mind
    second.get_by_role("button", name="Stop", exact=True).click()
    expect(second.get_by_text("Stopped, epoch").first).to_be_visible(timeout=PATIENCE)
