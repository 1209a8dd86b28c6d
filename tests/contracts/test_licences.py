"""docs/licences.md names every package that the lab installs, as the package says of itself."""

import re
from importlib.metadata import PackageNotFoundError, files, metadata

import pytest

from resnet.settings import PROJECT

# In the document's order: a package is told where it comes first.
LISTS = [f"requirements{part}.txt" for part in ("", "-gpu", "-cluster", "-dev")]


def required(name: str) -> set[str]:
    """The packages that a list of requirements names itself."""
    lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
    return {re.split(r"[<>=\[ ;]", line)[0] for line in lines if line and line[0] not in "#-"}


def told() -> dict[str, dict[str, str]]:
    """The document's licence of each package, by list."""
    sections = (PROJECT / "docs" / "licences.md").read_text("utf-8").split("\n## ")[1:]
    return {
        section.split("\n")[0].strip("`"): dict(
            re.findall(r"^\| (?!Package)([\w-]+) \| (.+) \|$", section, re.MULTILINE)
        )
        for section in sections
    }


def own_words(package: str) -> str:
    """What a package says of its licence, in one line; "" where it is not installed."""
    try:
        about = metadata(package)
    except PackageNotFoundError:
        return ""
    kinds = (kind for kind in about.get_all("Classifier", []) if kind.startswith("License"))
    words = [about.get("License-Expression") or about.get("License") or "", *kinds]
    if not any(words):
        texts = (file for file in files(package) or [] if "licen" in file.name.lower())
        words = [file.read_text()[:200] for file in texts]
    return re.sub(r"[\s,-]+", "-", " ".join(words).replace(" License", "")).replace("-Version", "")


TOLD = told()
CHECKED = {
    package: licence
    for packages in TOLD.values()
    for package, licence in packages.items()
    if own_words(package)
}


@pytest.mark.parametrize("name", LISTS)
def test_every_package_is_named_and_no_other(name):
    above = {package for earlier in LISTS[: LISTS.index(name)] for package in required(earlier)}
    assert set(TOLD[name]) == required(name) - above


@pytest.mark.parametrize("package", sorted(set(CHECKED) - {"matplotlib"}))
def test_the_licence_is_the_packages_own(package):
    first = re.split(r"[ ,]", CHECKED[package])[0]
    assert first.casefold() in own_words(package).casefold()


def test_no_list_is_left_out():
    assert {path.name for path in PROJECT.glob("requirements*.txt")} == set(LISTS)
    assert len(CHECKED) > 35
