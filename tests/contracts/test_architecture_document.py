"""The picture in docs/architecture.md is drawn from the code: run this module to draw it anew."""

import re

from resnet.settings import PROJECT
from tests.contracts.test_layers import ARROWS, BASE, RESNET, imported, part

DOCUMENT = PROJECT / "docs" / "architecture.md"
BEGIN, END = "```mermaid\n", "```\n"


def arrows() -> list[tuple[str, str]]:
    """Return which package of resnet/ imports which, as the source has it."""
    found = set()
    for path in RESNET:
        for module, _line in imported(path):
            names = module.split(".")
            if names[0] == "resnet" and len(names) > 1 and names[1] in ARROWS:
                found.add((part(path), names[1]))
    return sorted((one, other) for one, other in found if one in ARROWS and one != other)


def diagram() -> str:
    lines = ["flowchart LR", "  app.py --> pages", "  pages --> resnet", "  subgraph resnet"]
    lines += [f"    {one} --> {other}" for one, other in arrows() if one != "__main__"]
    return "\n".join([*lines, "  end"]) + "\n"


def drawn(document: str) -> str:
    start = document.index(BEGIN) + len(BEGIN)
    return document[:start] + diagram() + document[document.index(END, start) :]


def test_the_diagram_is_the_code_s():
    document = DOCUMENT.read_text(encoding="utf-8")
    assert document == drawn(document), "run python -m tests.contracts.test_architecture_document"


def test_every_file_the_document_names_is_there():
    document = DOCUMENT.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:resnet|pages|tests|benchmarks|assets|docs)/[\w/.]+)`", document):
        assert (PROJECT / name).exists(), name


def test_the_document_names_every_part():
    document = DOCUMENT.read_text(encoding="utf-8")
    for package in set(ARROWS) - {"__main__"}:
        assert f"\n| `resnet/{package}` |" in document, package
    for module in BASE:
        assert f"`{module}`" in document, module


if __name__ == "__main__":
    DOCUMENT.write_text(drawn(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
