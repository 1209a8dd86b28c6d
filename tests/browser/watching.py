"""How the browser tests open a screen and wait for what must come."""

from playwright.sync_api import Page, expect

PATIENCE = 400_000  # ms for a training run: its worker gives way to everything else on the machine
FIGURE = ".js-plotly-plot"


def goto(page: Page, server, path: str) -> None:
    """Open a screen and wait until the first script run is done."""
    page.goto(f"{server.url}/{path}")
    page.get_by_role("heading", level=1).wait_for()
    settled(page)


def settled(page: Page) -> None:
    """Wait until no script is running."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()


# Until every transition has ended; what moves for ever need not.
TRANSITIONS = """() => Promise.allSettled(document.getAnimations()
  .filter(motion => motion.effect.getComputedTiming().endTime < Infinity)
  .map(motion => motion.finished)).then(() => null)"""
FRAME = "() => new Promise(requestAnimationFrame)"
WAITING = ", ".join(
    ('[data-testid="stSkeleton"]', '[data-testid="stSpinner"]', '[data-stale="true"]')
)


def frames(page: Page, count: int = 2) -> None:
    """Let the browser draw so often."""
    for _frame in range(count):
        page.evaluate(FRAME)


def at_rest(page: Page) -> None:
    """Wait until a screen is whole: no script runs, nothing is waited for, nothing fades."""
    frames(page)
    settled(page)
    expect(page.locator(WAITING)).to_have_count(0, timeout=PATIENCE)
    frames(page)
    page.evaluate(TRANSITIONS)


def points(page: Page, key: str) -> int:
    """Return how many points a figure has."""
    # While a live panel redraws, the old figure may stand beside a new one that is still empty.
    drawn = page.wait_for_function(
        f"""() => {{
            const plots = [...document.querySelectorAll('.st-key-{key} {FIGURE}')]
            const data = plots.map(plot => plot.data).filter(Boolean).at(-1)
            return data && {{n: data.reduce((n, t) => n + (t.x ? t.x.length : 0), 0)}}
        }}""",
        timeout=PATIENCE,
    )
    return drawn.json_value()["n"]


def until(page: Page, key: str, condition: str) -> None:
    """Wait until a condition on a figure's `data` holds, whatever redraws in between."""
    page.wait_for_function(
        f"""() => {{
            const plot = document.querySelector('.st-key-{key} {FIGURE}')
            return plot && plot.data && (data => {condition})(plot.data)
        }}""",
        timeout=PATIENCE,
    )


def grown(page: Page, key: str, before: int) -> None:
    """Wait until a figure has more points than before; what is through by then never will."""
    counted = "data.reduce((n, t) => n + (t.x ? t.x.length : 0), 0)"
    until(page, key, f"{counted} > {before}")
