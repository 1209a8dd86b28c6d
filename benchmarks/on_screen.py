"""What a learner sees in Chromium: a slider's new shapes, a stage unfolding, a live curve's age.

Times are the browser's own, from the event to the frame in which the page has changed.
"""

import json
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from benchmarks.clicks import EMPTY
from resnet.store.records import BATCH_METRICS
from resnet.store.run_store import RunStore
from resnet.store.states import ACTIVE
from tests.harness.chromium import launched, map_cell
from tests.harness.server import PROJECT, Server, serving

WATCHED_SECONDS = 25
EMPTY_SHOWING = EMPTY.replace("st.slider(", "x = st.slider(") + "st.text(f'x is {x}')\n"
# From the key that moves a slider to the first frame in which the shown text is another.
_WATCH = """([slider, shown]) => {
    const read = () => {
        const place = document.querySelector(shown)
        const drawn = place && [...place.querySelectorAll('*')].find(part => part.shadowRoot)
        return drawn ? drawn.shadowRoot.textContent : place && place.textContent
    }
    const before = read()
    window.changed_after = null
    document.querySelector(slider).addEventListener('keydown', () => {
        const start = performance.now()
        const look = () => {
            const now = read()
            if (now && now !== before) window.changed_after = performance.now() - start
            else requestAnimationFrame(look)
        }
        look()
    }, {once: true, capture: true})
}"""
_CELLS = """() => {
    const plot = document.querySelector('.st-key-map_figure .js-plotly-plot')
    return plot && plot.data ? plot.data.reduce((n, t) => n + (t.customdata || []).length, 0) : 0
}"""


def measure(repeats: int = 15) -> dict[str, dict[str, float]]:
    """Return milliseconds (medians) and seconds as the browser saw them."""
    with _browser() as page:
        with serving(EMPTY_SHOWING) as server:
            page.goto(server.url)
            empty = _slide(page, "[data-testid=stSlider]", "[data-testid=stText]", repeats)
        with serving(PROJECT / "app.py") as server:
            page.goto(f"{server.url}/residual_block")
            server.settle()
            shown = ".st-key-block_drawing"
            _slide(page, ".st-key-block_side", shown, repeats)
            seen = _slide(page, ".st-key-block_side", shown, repeats)
            unfold = _unfold(page, server)
            age = _age(page, server)
    return {
        "slider to new shapes, ms": {
            "empty app": empty,
            "block screen": seen,
            "ratio": seen / empty,
        },
        "ResNet-152, a stage unfolded, ms": {"lab": unfold} | _plot_model(),
        "newest point of a live curve": {"age, s": age},
    }


@contextmanager
def _browser() -> Iterator[Page]:
    with sync_playwright() as playwright:
        chromium = launched(playwright)
        page = chromium.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)
        yield page
        chromium.close()


def _slide(page: Page, slider: str, shown: str, repeats: int) -> float:
    thumb = f"{slider} input[type=range]"
    page.locator(thumb).first.wait_for(state="attached")
    page.locator(shown).first.wait_for()
    times = []
    for step in range(repeats):
        key = "ArrowLeft" if step % 2 else "ArrowRight"
        page.evaluate(_WATCH, [slider, shown])
        page.locator(thumb).first.press(key)
        times.append(page.wait_for_function("window.changed_after").json_value())
        time.sleep(0.3)
    return statistics.median(times)


def _unfold(page: Page, server: Server, repeats: int = 5) -> float:
    """Return the median milliseconds from a click on a stage to its blocks on the map."""
    times = []
    for _repeat in range(repeats):
        page.goto(f"{server.url}/architectures?map_net=ResNet-152")
        page.wait_for_function(f"({_CELLS})() > 3")
        time.sleep(2)
        before = page.evaluate(_CELLS)
        stage = map_cell(page, "stage3")
        start = time.perf_counter()
        page.mouse.click(stage["x"], stage["y"])
        page.wait_for_function(f"({_CELLS})() > {before}", polling="raf")
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def _plot_model() -> dict[str, float]:
    """Return the milliseconds Keras takes to lay the whole of ResNet-152 out, where Graphviz is."""
    if not shutil.which("dot"):
        return {}
    from resnet.backend import keras
    from resnet.models.registry import build

    model = build("resnet152", (224, 224, 3), 1000)
    start = time.perf_counter()
    keras.utils.model_to_dot(model, show_shapes=True).create_svg()
    return {"Keras plot_model": 1000 * (time.perf_counter() - start)}


def _age(page: Page, server: Server) -> float:
    """Return the median age in seconds of the newest point on screen while a net trains."""
    store = RunStore(f"sqlite:///{server.runs / 'runs.db'}")
    page.goto(f"{server.url}/train?train_data=synthetic&train_epochs_fast=20")
    page.get_by_role("button", name="Train", exact=True).click()
    count = """() => {
        const plot = document.querySelector('.st-key-train_curves .js-plotly-plot')
        if (!plot || !plot.data) return 0
        return Math.max(0, ...plot.data.map(t => t.x && t.x.length ? t.x[t.x.length - 1] : 0))
    }"""
    page.wait_for_function(f"({count})() > 0")
    run = store.runs()[0]
    written: list[tuple[float, int]] = []  # when the store had how many steps
    ages: list[float] = []
    deadline = time.monotonic() + WATCHED_SECONDS
    while time.monotonic() < deadline and (run := store.get(run.id)).state in ACTIVE:
        now = time.monotonic()
        written.append((now, len(store.metrics(run.id, BATCH_METRICS)[BATCH_METRICS[0]].steps)))
        shown = page.evaluate(count) * run.total_steps / run.spec["epochs"]
        since = [moment for moment, steps in written if steps >= shown - 0.5]
        if since and since[0] > written[0][0]:
            ages.append(now - since[0])
        time.sleep(0.05)
    store.request_stop(run.id)
    return statistics.median(ages)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
