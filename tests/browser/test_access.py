"""Nothing serious that axe-core finds: every screen, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from pages import screens
from tests.browser.watching import at_rest, frames, goto, settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

# Their addresses: home's is the server's own.
SCREENS = ["", *(name for name in screens.SCREENS if name != "home")]
FEW = ["", "residual_block", "train", "your_hand", "deep_is_hard"]  # in `make test`
# Whether the server has drawn the page for the dark: frame.keep_readable.
DARK_STYLE = """[...document.querySelectorAll('style')]
   .some(style => style.textContent.includes("button[kind='primary']"))"""
# What Streamlit builds so: lists of its navigation with groups in between, formulas that scroll.
STREAMLITS = [["[data-testid=stSidebarNavItems]"], [".katex-display"]]
SERIOUS = {"serious", "critical"}


def findings(page) -> list[str]:
    """Return what axe calls serious or worse, as rule, element and why."""
    answer = Axe().run(page, {"exclude": STREAMLITS}, {"runOnly": ["wcag2a", "wcag2aa"]}).response
    return [
        f"{found['id']}: {node['target']} {node['html'][:150]} {node['failureSummary'][:250]}"
        for found in answer["violations"]
        if found["impact"] in SERIOUS
        for node in found["nodes"][:3]
    ]


def lit(page, scheme: str) -> None:
    """Show the screen in this light, and wait until the server has drawn it so, too."""
    page.emulate_media(color_scheme=scheme)
    drawn = f"({DARK_STYLE}) === {str(scheme == 'dark').lower()}"
    while not page.evaluate(drawn):  # Streamlit does not run a page anew by itself,
        page.keyboard.press("r")  # nor always when a part of it is just refreshing
        frames(page, 30)
        settled(page)


@pytest.mark.parametrize("screens", [FEW, pytest.param(SCREENS, marks=pytest.mark.soak)], ids=len)
def test_axe_finds_nothing_serious(page, server, screens):
    page.emulate_media(reduced_motion="reduce")
    page.goto(server.teachers_link())  # who sees every screen
    found, schemes = {}, ["light", "dark"]
    for screen in screens:
        goto(page, server, screen)
        for scheme in schemes:
            lit(page, scheme)
            at_rest(page)
            if findings(page):
                at_rest(page)  # what faded while an answer came was no finding
                found[f"{screen or 'home'}, {scheme}"] = findings(page)
        schemes.reverse()  # the next screen opens in this light
    found = {where: serious for where, serious in found.items() if serious}
    assert not found, "\n".join(f"{where}\n  " + "\n  ".join(f) for where, f in found.items())


def test_a_tables_buttons_are_in_sight_of_whoever_tabs_to_them(page, server):
    goto(page, server, "residual_block")
    buttons = page.get_by_test_id("stElementToolbar").first
    expect(buttons).to_have_css("opacity", "0")
    buttons.get_by_role("button").first.focus()
    expect(buttons).to_have_css("opacity", "1")
