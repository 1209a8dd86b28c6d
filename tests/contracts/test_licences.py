"""docs/licences.md names every package that the lab installs, as the package says of itself."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, files, metadata

from packaging.requirements import Requirement

from resnet.settings import PROJECT
from tests.source import assert_none

# In the document's order: a package is listed where it comes first.
LISTS = [f"requirements{part}.txt" for part in ("", "-gpu", "-cluster", "-dev")]
PACKAGE = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def required(name: str) -> set[str]:
    """The packages that pyproject.toml names for a lock itself."""
    extra = name.removeprefix("requirements").removesuffix(".txt").removeprefix("-")
    lines = PACKAGE["optional-dependencies"][extra] if extra else PACKAGE["dependencies"]
    return {Requirement(line).name for line in lines}


def stated() -> dict[str, dict[str, str]]:
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


STATED = stated()
CHECKED = {
    package: licence
    for packages in STATED.values()
    for package, licence in packages.items()
    if own_words(package)
}


def test_every_package_is_named_and_no_other():
    above: set[str] = set()
    for name in LISTS:
        assert set(STATED[name]) == required(name) - above, name
        above |= required(name)


def test_the_licence_is_the_packages_own():
    assert_none(
        f"{package}: {licence}, but it says {own_words(package)}"
        for package, licence in sorted(CHECKED.items())
        if package != "matplotlib"
        and re.split(r"[ ,]", licence)[0].casefold() not in own_words(package).casefold()
    )


def test_no_list_is_left_out():
    assert {path.name for path in PROJECT.glob("requirements*.txt")} == set(LISTS)
    assert len(CHECKED) > 35
