"""A headless Chromium, and what the benchmarks and the browser tests look for in it alike."""

import shutil
from typing import cast

from playwright.sync_api import Browser, Page, Playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# Where the cell with this name of the map of a net is on the screen.
_CELL = """(plot, name) => {
    const bars = plot.data.filter(trace => trace.type === 'bar')
    const drawn = plot.querySelectorAll('.barlayer .trace')
    for (const [k, trace] of bars.entries()) {
        const i = trace.customdata.findIndex(custom => custom[0] === name)
        if (i < 0) continue
        const box = drawn[k].querySelectorAll('.point path')[i].getBoundingClientRect()
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    }
}"""


def launched(playwright: Playwright) -> Browser:
    """Start a Chromium: Debian's where it is, Playwright's own elsewhere."""
    return playwright.chromium.launch(
        executable_path=next(filter(None, map(shutil.which, CHROMIUM)), None),
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    )


def map_cell(page: Page, name: str) -> dict[str, float]:
    """Return the middle (x, y) of a cell of the map."""
    plot = page.locator(".st-key-map_figure .js-plotly-plot")
    return cast(dict[str, float], plot.evaluate(_CELL, name))
