"""The report of `python -m benchmarks`: a section measured alone leaves the others as they were."""

import json
import math

import pytest

from benchmarks import __main__ as program

FIRST, SECOND = list(program.FULL)[:2]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder for reports, and two sections that take no time."""
    monkeypatch.setattr(program, "FOLDER", tmp_path)
    sections = {FIRST: lambda: {"ms": 1.0}, SECOND: lambda: {"ms": 2.0, "never": math.inf}}
    monkeypatch.setattr(program, "FULL", sections)
    monkeypatch.setattr(program, "_setting", lambda: {"date": "yesterday", "load before": 1})
    return tmp_path


def measure(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["benchmarks", *arguments])
    program.main()


def stored(folder):
    return json.loads((folder / "results.json").read_text())


def test_a_section_alone_is_put_into_the_stored_report(folder, monkeypatch):
    measure(monkeypatch)
    before = stored(folder)
    monkeypatch.setitem(program.FULL, FIRST, lambda: {"ms": 3.0})
    monkeypatch.setattr(program, "_setting", lambda: {"date": "today", "load before": 2})
    measure(monkeypatch, "--only", FIRST)
    after = stored(folder)
    assert after["results"] == before["results"] | {FIRST: {"ms": 3.0}}
    assert list(after["results"]) == [FIRST, SECOND]
    assert after["setting"] == before["setting"]
    assert after["elsewhere"] == {FIRST: {"date": "today", "load before": 2}}
    written = (folder / "RESULTS.md").read_text()
    assert written.count("date yesterday") == written.count("date today") == 1
    assert "| never | inf |" in written


def test_a_section_of_the_same_day_and_machine_needs_no_note(folder, monkeypatch):
    measure(monkeypatch)
    before = (folder / "RESULTS.md").read_text()
    monkeypatch.setattr(program, "_setting", lambda: {"date": "yesterday", "load before": 5})
    measure(monkeypatch, "--only", SECOND)
    assert (folder / "RESULTS.md").read_text() == before


def test_all_sections_make_a_new_report(folder, monkeypatch):
    (folder / "results.json").write_text(json.dumps({"setting": {}, "results": {"old": {}}}))
    measure(monkeypatch)
    assert list(stored(folder)["results"]) == [FIRST, SECOND]


def test_the_shipped_report_is_reported_as_it_is_stored():
    report = program._stored()
    assert program.table(report) == (program.FOLDER / "RESULTS.md").read_text(encoding="utf-8")
