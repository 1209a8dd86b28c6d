"""The browser's Back: a step of history is a screen, and leads to it as it was left."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.watching import at_rest, goto, settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_back_gives_the_block_as_it_was_left(page, server):
    goto(page, server, "residual_block")
    steps = page.evaluate("history.length")
    page.get_by_role("button", name="Break it").click()
    page.get_by_role("button", name="Use a projection").click()
    expect(page).to_have_url(re.compile("block_f3=128.*block_shortcut=projection"))
    settled(page)
    left = page.url
    page.get_by_test_id("stSidebar").get_by_role("link", name="Your hand").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("fingers")
    at_rest(page)  # left while its photo loads, Streamlit deletes the file that is being asked for
    assert page.evaluate("history.length") == steps + 1

    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("tensor")
    expect(page.get_by_role("radio", name="projection")).to_be_checked()
    expect(page).to_have_url(left)
    settled(page)
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_contain_text("fingers")
    at_rest(page)
