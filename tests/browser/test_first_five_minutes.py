"""A new user: home, a net trained, a hand shown to it, without a manual; `pytest -s` tells when."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.watching import PATIENCE, goto, settled, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


def test_home_train_and_show_a_hand(page, server, record_property):
    started, reached = time.monotonic(), {}

    def at(what: str) -> None:
        reached[what] = round(time.monotonic() - started, 1)

    goto(page, server, "")
    hero = page.locator(".st-key-hero svg").first
    expect(hero).to_be_visible()
    assert hero.evaluate("svg => svg.getAnimations({subtree: true}).length") > 0
    at("something alive")

    page.get_by_role("button", name="Train one now").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("minute")
    page.get_by_role("radio", name="sprint", exact=True).click()
    settled(page)
    page.get_by_role("button", name="Train", exact=True).click()
    until(page, "train_curves", "data.some(t => t.x && t.x.length > 3)")
    at("first points")
    expect(page.get_by_text("Done, epoch 12 of 12")).to_be_visible(timeout=PATIENCE)
    at("trained")

    page.get_by_role("link", name="Show it your hand").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("fingers")
    assert "hand_net" in page.url  # the very net that was trained
    page.get_by_role("radio", name="upload").click()
    page.locator('input[type="file"]').set_input_files("assets/samples/sign_3.jpg")
    expect(page.get_by_text("The net says").first).to_be_visible(timeout=PATIENCE)
    at("answered")
    for what, seconds in reached.items():
        record_property(what, seconds)
    print(f"first five minutes: {reached}")
