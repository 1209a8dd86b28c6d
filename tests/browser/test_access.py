"""Nothing serious that axe-core finds: every screen, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from resnet.lessons import LESSONS
from tests.browser.watching import goto

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

SCREENS = [
    "", "dataset", "residual_block", "architectures", "gradient_norms", "train", "runs",
    "plain_vs_residual", "class_experiment", "your_hand", "teach_it", "teacher", "glossary",
    *LESSONS,
]  # fmt: skip
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page, server, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(server.teachers_link())  # who sees every screen
    found = {}
    for screen in SCREENS:
        goto(page, server, screen)
        page.wait_for_timeout(1500)
        if serious := findings(page):
            found[screen] = serious
    assert not found, "\n".join(f"{s or 'home'}\n  " + "\n  ".join(f) for s, f in found.items())
