"""A pipe, a device or a folder where a run's file should be, and runs behind links."""

import os
import shutil
import subprocess
import sys
import tarfile
from itertools import product
from pathlib import Path

import pytest

from resnet.inference.checkpoint import CARD, NET, WEIGHTS, Card, run_folder, write_net
from resnet.inference.kept_nets import delete, keep, kept_by
from resnet.inference.prediction import SHIPPED, available_nets
from resnet.jobs.local_service import KEPT_LOGS
from resnet.logs import make_room
from resnet.settings import PROJECT, runs_folder
from resnet.store import backup
from resnet.store.run_store import RunStore

pytestmark = pytest.mark.slow

PATIENCE = 120
ODD = ("pipe", "device", "folder", "loop")
CARD_OF_A_NET = Card(architecture="fast", input_shape=(64, 64, 3), classes=tuple(range(6)))
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has none in a folder")


def in_place_of(path: Path, what: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.unlink()
    if what == "pipe":
        os.mkfifo(path)
    elif what == "device":
        path.symlink_to("/dev/zero")
    elif what == "folder":
        path.mkdir()
    else:
        path.symlink_to(path.name)  # a link to itself


def in_a_process(code: str) -> subprocess.CompletedProcess[str]:
    """Run code where it may hang without this test hanging with it."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@posix
def test_a_card_that_is_no_file_hangs_nobody():
    other = keep(b"weights", CARD_OF_A_NET, "ann")
    odd = [keep(b"weights", CARD_OF_A_NET, "ann") for _what in ODD]
    for ref, what in zip(odd, ODD, strict=True):
        in_place_of(run_folder(ref) / f"{NET}{CARD}", what)
    ran = in_a_process(
        "from resnet.inference.prediction import available_nets as nets\n"
        "from resnet.store.run_store import RunStore\n"
        "print(*(net.ref for net in nets(RunStore())))"
    )
    assert ran.returncode == 0, ran.stderr
    shown = ran.stdout.split()
    assert other in shown
    assert not set(odd) & set(shown)
    assert any(SHIPPED.glob(f"{ref}{CARD}") for ref in shown)


@posix
def test_a_net_whose_file_is_none_is_one_sentence():
    refs = []
    for ending, what in product((CARD, WEIGHTS), ODD):
        refs.append(f"{what}{ending[1:]}".replace(".", "-"))
        write_net(b"weights", CARD_OF_A_NET, run_folder(refs[-1]))
        in_place_of(run_folder(refs[-1]) / f"{NET}{ending}", what)
    ran = in_a_process(
        "from resnet.errors import LabError\nfrom resnet.inference.prediction import load_net\n"
        f"for ref in {refs}:\n"
        "    try: load_net(ref)\n"
        "    except LabError as error: print(ref, 'told:', error, flush=True)"
    )
    told = [line.partition(" told: ")[0] for line in ran.stdout.splitlines()]
    assert told == refs, ran.stderr


@posix
def test_a_kept_state_that_is_none_is_a_new_start():
    kinds = [what for what in ODD if what != "loop"]
    for what in kinds:
        in_place_of(run_folder(what) / "state-3.npz", what)
    ran = in_a_process(
        "import resnet.backend, keras\n"
        "from resnet.inference.checkpoint import restore_state, run_folder, copy_state\n"
        "net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]); net.compile('sgd')\n"
        f"for what in {kinds}:\n"
        "    print(what, restore_state(net, run_folder(what)), flush=True)\n"
        "    try: copy_state(run_folder(what), run_folder('new-' + what))\n"
        "    except OSError as error: print('told', flush=True)"
    )
    assert ran.stdout.splitlines() == [line for what in kinds for line in (f"{what} 0", "told")], (
        ran.stderr
    )


@posix
def test_the_doctor_and_the_logs_mind_no_odd_files(cli, monkeypatch):
    doctor = sys.modules["resnet.cli.doctor"]
    in_place_of(runs_folder() / "doctor.tmp", "pipe")
    assert doctor._folder()[0] in ("good", "bad")
    for number in range(KEPT_LOGS + 2):
        (runs_folder() / "logs" / f"cluster-{number:02}.log").mkdir(parents=True)
    make_room((runs_folder() / "logs").glob("cluster-*.log"), KEPT_LOGS)


def test_a_run_behind_a_link_is_kept_in_a_backup_and_listed(tmp_path):
    store = RunStore()
    store.create({})
    ref = keep(b"weights", CARD_OF_A_NET, "ann")
    shutil.move(run_folder(ref), tmp_path / "another disk")
    run_folder(ref).symlink_to(tmp_path / "another disk")
    assert ref in [net.ref for net in available_nets(store)]
    backup.back_up(tmp_path / "lab.tar.gz")
    with tarfile.open(tmp_path / "lab.tar.gz") as archive:
        assert f"files/{ref}/{NET}{WEIGHTS}" in archive.getnames()
        assert all(member.isfile() for member in archive.getmembers())


def test_a_run_behind_a_link_that_is_deleted_is_gone_and_what_lies_elsewhere_stays(tmp_path):
    ref = keep(b"weights", CARD_OF_A_NET, "ann")
    shutil.move(run_folder(ref), tmp_path / "another disk")
    run_folder(ref).symlink_to(tmp_path / "another disk")
    delete(ref, "ann")
    assert kept_by("ann") == []
    assert not run_folder(ref).is_symlink()
    assert (tmp_path / "another disk" / f"{NET}{WEIGHTS}").read_bytes() == b"weights"
