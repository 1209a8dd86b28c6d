"""Folders of any name as the runs' place, and those that there cannot be."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from resnet.cli.scratch_store import scratch_store
from resnet.errors import LabError
from resnet.settings import runs_folder, runs_place
from resnet.store import backup
from resnet.store.run_store import RunStore

NAMES = ("a?b", "a%41", "a b", "中文", "a#b", "a&b=c", "ab:cd", "a;b", "é", "\udcff", "?x=1", "'\"")


def runs_stored_in(file: Path) -> int:
    with closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT count(*) FROM runs").fetchone()[0]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_folder_may_have_any_name(name, tmp_path, monkeypatch):
    monkeypatch.setenv("RESNET_LAB_RUNS", str(tmp_path / name))
    RunStore().create({})
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]
    assert runs_stored_in(tmp_path / name / "runs.db") == 1


@pytest.mark.parametrize("name", [*NAMES, "~"], ids=ascii)
def test_so_may_one_beside_the_program(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RESNET_LAB_RUNS", name)
    RunStore().create({})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home" if name == "~" else name]


def test_a_backup_finds_a_store_of_any_name(tmp_path, monkeypatch):
    monkeypatch.setenv("RESNET_LAB_RUNS", str(tmp_path / "a?b%41"))
    RunStore().create({})
    backup.back_up(tmp_path / "lab.tar.gz")
    monkeypatch.setenv("RESNET_LAB_RUNS", str(tmp_path / "new#%2f"))
    backup.restore(tmp_path / "lab.tar.gz")
    assert runs_stored_in(tmp_path / "new#%2f" / "runs.db") == 1


def test_a_scratch_store_lies_wherever_temporary_files_do(tmp_path, monkeypatch):
    odd = tmp_path / "t?m%41"
    odd.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(odd))
    with scratch_store() as store:
        store.create({})
        (folder,) = odd.iterdir()
        assert runs_stored_in(folder / "runs.db") == 1


@pytest.mark.parametrize("named", ["foo://x", "gs3://bucket/x", "~nobody-of-that-name/x"])
def test_what_is_no_place_is_one_line(named, cli_error, monkeypatch):
    monkeypatch.setenv("RESNET_LAB_RUNS", named)
    with pytest.raises(LabError, match="RESNET_LAB_RUNS"):
        runs_place()
    for command in (("runs", "list"), ("train", "--model", "fast"), ("backup", "x"), ("app",)):
        assert "RESNET_LAB_RUNS" in cli_error(*command)


def test_a_database_address_that_is_none_is_one_line(cli_error, monkeypatch):
    monkeypatch.setenv("RESNET_LAB_DATABASE_URL", "nonsense")
    for command in (("runs", "list"), ("backup", "x"), ("restore", __file__)):
        assert "RESNET_LAB_DATABASE_URL" in cli_error(*command)


@pytest.fixture
def cli_error():
    from click.testing import CliRunner

    from resnet.cli import lab

    def error(*arguments: str) -> str:
        result = CliRunner().invoke(lab, arguments)
        assert result.exit_code == 1, result.output
        assert isinstance(result.exception, SystemExit)
        return result.stderr.splitlines()[-1]

    return error


def test_a_runs_folder_may_be_a_link(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to("elsewhere")
    monkeypatch.setenv("RESNET_LAB_RUNS", str(tmp_path / "link"))
    RunStore().create({})
    assert runs_folder() == tmp_path / "link"
    assert runs_stored_in(tmp_path / "elsewhere" / "runs.db") == 1
