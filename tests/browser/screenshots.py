"""`make screenshots`: every screen, wide and on a phone, light and dark, English and Chinese.

Into build/screenshots/; the pictures and the film in README.md, in assets/images/, are made anew,
too.
"""

import argparse
import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from resnet.settings import ASSETS, PROJECT
from tests.browser.capture import film
from tests.browser.conftest import Server
from tests.browser.test_access import SCREENS
from tests.harness.chromium import launched

WIDTHS = {"wide": (1440, 1000), "phone": (390, 844)}
THEMES, LANGUAGES = ("light", "dark"), ("en", "zh")
HOMES = {"en": "home.png", "zh": "home.zh.png"}
SETTLE_MS = 5000  # figures and drawings come after the words
FIRST_MS = 40_000  # Keras and the cluster load behind the first screen


def take(browser: Browser, server: Server, folder: Path, screens: list[str]) -> None:
    """Write one picture of the whole page for each screen, width, theme and language."""
    for (width, size), theme, language in product(WIDTHS.items(), THEMES, LANGUAGES):
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=theme
        )
        page = context.new_page()
        page.goto(server.teachers_link())  # who sees every screen
        for screen in screens:
            page.goto(f"{server.url}/{screen}?lang={language}")
            page.get_by_role("heading", level=1).wait_for()
            page.wait_for_timeout(SETTLE_MS)
            # Streamlit scrolls inside its page: a window as tall as its content shows all of it.
            tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
            page.set_viewport_size({"width": size[0], "height": min(max(tall, size[1]), 10_000)})
            page.wait_for_timeout(800)
            name = f"{screen or 'home'}-{width}-{theme}-{language}.png"
            page.screenshot(path=folder / name)
            page.set_viewport_size({"width": size[0], "height": size[1]})
            print(name, flush=True)
        context.close()


def main() -> None:
    """Start the app on empty runs and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PROJECT / "build" / "screenshots")
    parser.add_argument("--only", action="append", choices=SCREENS, help="these screens alone")
    parser.add_argument("--readme", action="store_true", help="README's pictures alone")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "runs", Path(folder) / "server.log")
        try:
            server.wait()
            browser = launched(playwright)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(server.url)
            page.wait_for_timeout(FIRST_MS)
            if not options.only:
                for language, name in HOMES.items():
                    page.goto(f"{server.url}/?lang={language}")
                    page.wait_for_timeout(SETTLE_MS)
                    page.screenshot(path=ASSETS / "images" / name)
                film(browser, server)
            if not options.readme:
                take(browser, server, options.out, options.only or SCREENS)
            browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
