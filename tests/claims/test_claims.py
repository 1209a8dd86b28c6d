"""Every sentence of the ledger holds and stands; whoever changes a number or a word is told."""

import ast
import copy
import importlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.components.recordings import EXPERIMENTS, recording, runs_of
from resnet.course.lessons import LESSONS, Figure, read_lesson
from tests.claims.ledger import CLAIMS, Claim, modules, one_line
from tests.claims.sentences import to_check
from tests.source import assert_none, calls, nodes, sources

for module in modules():
    importlib.import_module(f"tests.claims.{module}")

UNCHECKED = Path(__file__).parent / "unchecked.txt"  # it may only become shorter
RECORDINGS = sorted(file.stem for file in EXPERIMENTS.glob("*.json"))


@pytest.mark.parametrize("claim", CLAIMS, ids=[claim.id for claim in CLAIMS])
def test_it_holds_and_is_said_in_every_language(claim: Claim):
    assert claim.unsaid(claim.fields) == []


def test_each_claim_has_a_name_of_its_own():
    assert [
        name for name, count in Counter(claim.id for claim in CLAIMS).items() if count > 1
    ] == []
    assert {claim.where for claim in CLAIMS if claim.where in LESSONS} <= set(modules())


def test_no_new_sentence_is_without_a_claim():
    """What the lab says of figures is in the ledger, attributed to a source, or on the list."""
    said: dict[str, list[str]] = {}
    for claim in CLAIMS:
        sentence = claim.sentences["en"].format(**claim.fields)
        said.setdefault(claim.where, []).append(one_line(sentence))
    bare = {
        f"{where}: {sentence}"
        for where, sentence in to_check()
        if not any(claim in sentence or sentence in claim for claim in said.get(where, ()))
    }
    listed = UNCHECKED.read_text("utf-8").splitlines()
    assert_none(f"Give it a claim or a source: {sentence}" for sentence in bare - set(listed))
    assert_none(f"Take it off the list: {sentence}" for sentence in set(listed) - bare)


def broken_by(name: str, changed: dict) -> list[str]:
    """Return the claims on a recording that a changed copy of it makes false."""
    broken = []
    for claim in CLAIMS:
        if name in claim.shows:
            try:
                fields = claim.computed({name: changed})
            except (AssertionError, LookupError, ValueError, TypeError, StopIteration):
                broken.append(claim.id)
            else:
                broken += [claim.id] * bool(claim.unsaid(fields))
    return broken


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_whose_nets_are_mixed_up_breaks_a_claim(name: str):
    made = copy.deepcopy(recording(name))
    rows = runs_of(made)
    names = sorted({row["model"] for row in rows})
    taken_for = dict(zip(names, [*names[1:], names[0]], strict=True))
    for row in rows:
        row["model"] = taken_for[row["model"]]
    assert broken_by(name, made)
    assert not broken_by(name, json.loads(json.dumps(recording(name))))


def test_one_changed_number_breaks_its_claim():
    made = copy.deepcopy(recording("depths"))
    run = next(run for run in made["runs"] if run["model"] == "plain56")
    run["train_accuracy"] = 0.999
    assert broken_by("depths", made)


def test_one_changed_word_breaks_its_claim():
    claim = next(claim for claim in CLAIMS if claim.shows)
    words = claim.sentences["en"].split()
    for reworded in (words[1:][::-1], [*words[:-1], "never"]):
        other = {**claim.sentences, "en": " ".join(reworded)}
        changed = Claim(claim.where, other, claim.shows, claim.check)
        assert changed.unsaid(changed.fields)


def test_the_numbers_behind_every_recorded_picture_can_be_opened():
    def names(function: str) -> set[str]:
        found = (call for path in sources("pages") for call in calls(nodes(path), function))
        return {c.args[0].value for c in found if isinstance(c.args[0], ast.Constant)}

    assert names("recording") <= names("numbers_behind") <= set(RECORDINGS)


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_says_how_it_was_made(name: str):
    made = recording(name)
    assert made["command"].startswith("python -m resnet ")
    assert {"made", "versions", "device"} <= set(made)
    assert all(run["model"] for run in runs_of(made))
    if name != "nets":  # counted, from no data
        assert {"data", "image_size"} <= set(made)
        assert "seed" in made or all("seed" in run for run in runs_of(made))


def seeds(made: dict) -> set[int]:
    """Return the seeds with which a recording's runs were made."""
    return {{**made, **run}["seed"] for run in runs_of(made)}


def recorded_figures() -> Iterator[tuple[str, str, str]]:
    """Yield each lesson's figures that a recording is behind: lesson, figure, recording."""
    for lesson in LESSONS:
        for function in nodes(Path(f"pages/lessons/{lesson}.py")):
            if isinstance(function, ast.FunctionDef):
                for call in calls(ast.walk(function), "numbers_behind"):
                    yield lesson, function.name, call.args[0].value


def test_fewer_than_three_seeds_are_called_so():
    told = {"en": r"\bone\s(?:run|seed)\b|\bseed\s0\b", "zh": r"一次训练|一个种子|种子 0"}
    figures = [found for found in recorded_figures() if found[2] != "nets"]
    assert len(figures) > 5
    for lesson, figure, name in figures:
        if len(seeds(recording(name))) < 3:
            for language, words in told.items():
                parts = read_lesson(lesson, language).parts
                captions = [p.caption for p in parts if isinstance(p, Figure) and p.name == figure]
                assert all(re.search(words, caption) for caption in captions), (lesson, figure)
