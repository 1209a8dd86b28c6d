"""Every option and argument of every command, with values that nobody meant: one line, no more."""

import runpy
import sys

import click
import pytest

from resnet.cli import lab

INTEGERS = ("0", "-5", "-1", "1e400", "nan", str(2**31), str(2**63), str(10**22), "9" * 4300, "")
FLOATS = ("0", "-1", "nan", "inf", "-inf", "1e400", "", "1e-400")


def paths_of(group: click.Group, before: tuple[str, ...] = ()):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from paths_of(command, (*before, name))
        else:
            yield (*before, name), command


COMMANDS = list(paths_of(lab))


def odd_values(parameter: click.Parameter) -> tuple[str, ...]:
    kind = parameter.type
    if isinstance(kind, click.types.IntParamType):  # ranges, too
        return INTEGERS
    if isinstance(kind, click.types.FloatParamType):
        return FLOATS
    return ()


NUMBERS = [
    pytest.param(
        path, command, parameter, value, id=f"{' '.join(path)} {parameter.name} {value[:12]}"
    )
    for path, command in COMMANDS
    for parameter in command.params
    for value in odd_values(parameter)
]
WORDS = [("runs", "show"), ("runs", "export"), ("sweep", "--title")]
PLACES = [
    pytest.param(path, command, parameter, id=f"{' '.join(path)} {parameter.name}")
    for path, command in COMMANDS
    for parameter in command.params
    if isinstance(parameter.type, click.Path)
]


@pytest.fixture
def line_of(tmp_path, tiny_signs, monkeypatch):
    """Return a command line with one value changed and what else it needs as it should be."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    monkeypatch.setenv("SIGNS_DIR", str(tiny_signs))
    usual = {
        "model": "resnet8",
        "models": "resnet8",
        "run_id": "x",
        "days": "1",
        "name": "synthetic",
        "images": "file",
        "weights": "file",
        "file": "file",
    }

    def line(path, command, changed, value):
        words, places = list(path), []
        for parameter in command.params:
            given = value if parameter is changed else usual.get(parameter.name)
            if parameter is not changed and not parameter.required:
                continue
            if given is None:
                given = "out.weights.h5" if parameter.name == "path" else str(tiny_signs)
            if isinstance(parameter, click.Option):
                words += [f"{parameter.opts[-1]}={given}"]
            else:
                places.append(given)
        return [*words, "--", *places]

    return line


def ends_well(result) -> None:
    assert result.exit_code in (0, 1, 2), result.output
    if result.exit_code:
        *notes, last = result.stderr.splitlines()
        assert last.startswith("Error: ")
        assert all(note.startswith("Data: ") for note in notes), result.stderr


@pytest.fixture
def nothing_begins(monkeypatch):
    """Let a number that is right get no further than to the work it is for."""

    def stop(*_args, **_options):
        raise click.ClickException("the work would begin")

    from resnet.hands import synthetic

    for module in ("training", "sweep", "record_lessons"):
        monkeypatch.setattr(sys.modules[f"resnet.cli.{module}"], "train_here", stop)
    for module in ("record", "record_depths", "record_trials", "weights"):
        monkeypatch.setattr(sys.modules[f"resnet.cli.{module}"], "load_keras", stop)
    monkeypatch.setattr(runpy, "run_module", stop)
    monkeypatch.setattr(synthetic, "synthetic_set", stop)


@pytest.mark.usefixtures("nothing_begins")
@pytest.mark.parametrize(("path", "command", "parameter", "value"), NUMBERS)
def test_a_number_nobody_meant_is_one_line(cli, line_of, path, command, parameter, value):
    ends_well(cli(*line_of(path, command, parameter, value)))


@pytest.mark.usefixtures("nothing_begins")
@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_words_that_no_store_can_hold_are_one_line(one_line, words):
    """As the terminal's bytes come in where its encoding is another one."""
    out = ["--out", "run.json"] if "export" in words else []
    assert "UTF-8" in one_line(*words, "\udce4\udcb8", *out, code=2)


@pytest.mark.usefixtures("nothing_begins")
@pytest.mark.parametrize(("path", "command", "parameter"), PLACES)
def test_no_name_is_no_place(cli, line_of, path, command, parameter, tmp_path):
    before = sorted(tmp_path.iterdir())
    result = cli(*line_of(path, command, parameter, ""))
    assert result.exit_code == 2, result.output
    ends_well(result)
    assert sorted(tmp_path.iterdir()) == before
