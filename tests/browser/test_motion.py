"""What moves explains, can be paused and played again, and rests for those who ask for less."""

import pytest
from playwright.sync_api import expect

from tests.browser.watching import at_rest, frames, goto

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
MOVING = {"": ".st-key-hero", "residual_block": ".st-key-block_drawing"}
MOTIONS = """drawing.getAnimations({subtree: true})
  .filter(motion => motion.animationName !== 'lab-changed')"""
TIMES = f"drawing => {MOTIONS}.map(motion => motion.currentTime)"
# A browser pauses at its next frame.
SETTLED = f"drawing => Promise.all({MOTIONS}.map(motion => motion.ready)).then(() => null)"
# On a slow machine all may have come to rest before anybody presses: then from the beginning.
PAUSE = "button => { if (button.textContent === 'Play') button.click(); button.click() }"


@pytest.mark.parametrize("screen", MOVING)
def test_motion_is_paused_and_played_again(page, server, screen):
    goto(page, server, screen)
    drawing = page.locator(f"{MOVING[screen]} .drawing")
    button = page.locator(f"{MOVING[screen]} button")
    expect(button).to_be_visible()
    button.evaluate(PAUSE)
    expect(button).to_have_text("Play")
    drawing.evaluate(SETTLED)
    at_rest = drawing.evaluate(TIMES)
    frames(page, 20)
    assert drawing.evaluate(TIMES) == at_rest
    drawing.evaluate(f"drawing => Promise.all({MOTIONS}.map(m => (m.currentTime = 1e5, m.ready)))")
    button.press("Enter")  # and it comes to its end
    frames(page, 20)
    expect(button).to_have_text("Play")
    button.evaluate(PAUSE)
    assert drawing.evaluate(TIMES)
    assert max(drawing.evaluate(TIMES)) < 1e5  # from the beginning


@pytest.mark.parametrize("screen", MOVING)
def test_nothing_moves_for_those_who_ask_for_less(page, server, screen):
    page.emulate_media(reduced_motion="reduce")
    goto(page, server, screen)
    drawing = page.locator(f"{MOVING[screen]} .drawing")
    expect(drawing.locator("svg").first).to_be_attached()
    at_rest(page)
    assert drawing.evaluate(TIMES) == []
    expect(page.locator(f"{MOVING[screen]} button")).not_to_be_visible()
