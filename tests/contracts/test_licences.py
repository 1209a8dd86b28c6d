"""docs/licences.md names every package that the lab installs, as the package says of itself."""

import re
from importlib.metadata import metadata

import pytest

from resnet.settings import PROJECT

REQUIRED = sorted(
    re.split(r"[<>=\[ ;]", line)[0]
    for line in (PROJECT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith(("#", "-"))
)
TOLD = dict(
    re.findall(r"^\| ([\w-]+) \| (.+) \|$", (PROJECT / "docs" / "licences.md").read_text("utf-8"),
               re.MULTILINE)
)  # fmt: skip
TOLD.pop("Package")


def test_every_package_is_named_and_no_other():
    assert sorted(TOLD) == REQUIRED


@pytest.mark.parametrize("package", sorted(set(TOLD) - {"matplotlib"}))
def test_the_licence_is_the_packages_own(package):
    about = metadata(package)
    own = " ".join(
        [about.get("License-Expression") or about.get("License") or "",
         *(kind for kind in about.get_all("Classifier", []) if kind.startswith("License"))]
    ).replace(" License", "").replace(" ", "-")  # fmt: skip
    first = re.split(r"[ ,]", TOLD[package])[0]
    assert first.casefold() in own.casefold()
