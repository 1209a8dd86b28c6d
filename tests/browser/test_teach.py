"""A private set is taught to a net, which then knows what it was not taught, and is kept."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.watching import PATIENCE, goto, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


def test_the_second_three_is_learned_and_the_net_kept(page, server):
    goto(page, server, "teach_it")
    expect(page.get_by_text("Your set is empty")).to_be_visible()
    page.locator(".st-key-own_add button").click()
    expect(page.locator('[class*="st-key-own_tile_"]')).to_have_count(12, timeout=PATIENCE)
    page.locator(".st-key-teach_start button").click()
    until(page, "teach_after", "data[0].x.length === 6")
    learned = page.get_by_test_id("stMetricValue").first.inner_text()
    assert learned in ("75%", "100%"), "of four threes kept back"
    # The panel is drawn once more when the answer has come: both may stand there for a moment.
    page.get_by_role("button", name="Keep this net").last.click()
    page.get_by_role("link", name="Show it your hand").click()
    expect(page.get_by_text("The net says").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("combobox", name="Which net to ask")).to_have_value(
        re.compile(r"signs \+ 8 own")
    )
