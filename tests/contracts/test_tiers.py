"""No test falls between `make test` and `make soak`, and `make check` is a part of the first."""

import re
import tomllib
from itertools import product

from resnet.settings import PROJECT
from tests.source import assert_none, sources, text

MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
MARKERS = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
OWN = "test_tiers.py"
NAMES = [marker.partition(":")[0] for marker in MARKERS["ini_options"]["markers"]]


def selections(target: str) -> list[str]:
    """Return which markers each run of pytest of a target asks for."""
    recipe = re.search(rf"^{target}:.*\n((?:\t.+\n)+)", MAKEFILE, re.MULTILINE)
    assert recipe, target
    return re.findall(r'-m "(.+?)"', recipe[1])


def test_every_test_is_in_one_tier_and_run_once():
    check, test, soak = map(selections, ("check", "test", "soak"))
    assert (len(check), len(test), len(soak)) == (1, 2, 2)
    for values in product((False, True), repeat=len(NAMES)):
        marked = dict(zip(NAMES, values, strict=True))
        run = [selection for selection in test + soak if eval(selection, {}, marked)]
        assert len(run) == 1, marked
        assert (run[0] in soak) == marked["soak"]
        assert not eval(check[0], {}, marked) or run[0] in test


def test_tests_of_the_browser_lie_where_they_are_looked_for():
    assert_none(
        str(path)
        for path in sources("tests")
        if "mark.browser" in text(path) and path.parts[1] != "browser" and path.name != OWN
    )


def test_ci_runs_what_says_whether_the_lab_works_and_each_week_the_rest():
    assert "make lint test" in (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    weekly = PROJECT / ".github" / "workflows" / "newest.yml"
    assert "make soak" in weekly.read_text(encoding="utf-8")
