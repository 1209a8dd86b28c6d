"""`doctor`: look at this installation part by part, and say what to do."""

import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal

import click

from resnet.cli.reporting import FAILED, load_keras, print_json
from resnet.cli.scratch_store import scratch_store
from resnet.errors import LabError
from resnet.language import mark, translate
from resnet.language import translate as _
from resnet.machine import this_machine
from resnet.settings import database_url, runs_folder, scheduler_address

LEAST_MEMORY_GIB, LEAST_FREE_GIB = 4.0, 1.0
PYTHONS = ((3, 11), (3, 13))
CLUSTER_SECONDS = 90.0  # a worker loads Keras before it answers
_MARKS = {"good": "✓", "note": "·", "bad": "✗"}


@dataclass(frozen=True)
class Finding:
    """What one check found; told ends with what to do where it is not good."""

    part: str
    state: Literal["good", "note", "bad"]
    told: str


@click.command()
@click.option("--json", "as_one_json", is_flag=True, help="Print one JSON list instead.")
def doctor(as_one_json: bool) -> None:
    """Check this installation, and say what to do.

    Ends with code 1 where something keeps the lab from working.

    \b
    Example:
      python -m resnet doctor
    """
    findings = [_checked(part, check) for part, check in _CHECKS.items()]
    if as_one_json:
        print_json(findings)
    else:
        for finding in findings:
            click.echo(f"{_MARKS[finding.state]} {translate(finding.part)}: {finding.told}")
    if any(finding.state == "bad" for finding in findings):
        raise SystemExit(FAILED)


def _checked(part: str, check: Callable[[], tuple[str, str]]) -> Finding:
    try:
        state, told = check()
    except LabError as error:
        state, told = "bad", str(error)
    except Exception as error:  # whatever it is: a sick installation is what a doctor is asked for
        told = _("this check ended in an error ({reason}): run `make setup` again").format(
            reason=f"{type(error).__name__}: {error}"
        )
        state = "bad"
    return Finding(part, state, " ".join(told.split()))  # type: ignore[arg-type]


def _python() -> tuple[str, str]:
    found, (least, most) = sys.version_info[:2], PYTHONS
    words = ".".join(map(str, found))
    if least <= found <= most:
        return "good", words
    return "bad", _("{found}: use Python 3.11, 3.12 or 3.13, and run `make setup` again").format(
        found=words
    )


def _machine() -> tuple[str, str]:
    machine = this_machine()
    told = _("{cores} cores, {memory:.0f} GiB memory").format(
        cores=machine.cores, memory=machine.memory_gib
    )
    if machine.memory_gib >= LEAST_MEMORY_GIB:
        return "good", told
    return "note", told + "; " + _("two workers want {least:.0f} GiB, deep nets more").format(
        least=LEAST_MEMORY_GIB
    )


def _keras() -> tuple[str, str]:
    load_keras()
    from resnet import backend

    names = ("keras", "tensorflow", "streamlit")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return "good", f"{versions}; {backend.device_name()}"


def _gpu() -> tuple[str, str]:
    gpus = this_machine().gpus
    if not gpus:
        return "note", _("none: training runs on the processor")
    load_keras()
    from resnet import backend

    if backend.device_name() != "CPU":
        return "good", ", ".join(gpus)
    return "bad", _("{gpu} is there and TensorFlow does not see it: see GPU in README").format(
        gpu=gpus[0]
    )


def _data() -> tuple[str, str]:
    from resnet.data.signs import find_signs, load_signs

    folder = find_signs()
    if folder is None:
        return "note", _("no real SIGNS, synthetic hands instead: `python -m resnet data fetch`")
    dataset = load_signs()
    return "good", _("SIGNS, {train} + {test} images in {folder}").format(
        train=len(dataset.train_images), test=len(dataset.test_images), folder=folder
    )


def _store() -> tuple[str, str]:
    from resnet.store.run_store import RunStore, StoreUnavailable
    from resnet.store.states import State

    store = RunStore()
    try:
        store.try_writing()
        finished = store.count(State.DONE)
    except StoreUnavailable as error:
        raise LabError(
            _("it cannot be written ({reason}): check the disk and the folder's rights").format(
                reason=error.orig
            )
        ) from error
    kind = database_url().partition(":")[0].partition("+")[0]
    return "good", _("{kind}, {n} finished runs").format(kind=kind, n=finished)


def _folder() -> tuple[str, str]:
    folder = runs_folder()
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / "doctor.tmp"
    probe.write_bytes(b"")
    probe.unlink()
    free = shutil.disk_usage(folder).free / 2**30
    told = _("{folder}, {free:.0f} GiB free").format(folder=folder, free=free)
    if free >= LEAST_FREE_GIB:
        return "good", told
    return "bad", told + ": " + _("delete runs, or set RESNET_LAB_RUNS to another folder")


def _cluster() -> tuple[str, str]:
    """Start or reach the cluster and let a worker answer; runs that wait are left to the server."""
    from resnet.jobs.cluster import Cluster

    address, until = scheduler_address(), time.monotonic() + CLUSTER_SECONDS
    with scratch_store(files=False):  # the log stays, for who asks why
        cluster = Cluster()
        try:
            ready = cluster.wait(CLUSTER_SECONDS) == "ready"
            if ready:
                cluster.probe(os.getpid).result(max(0.0, until - time.monotonic()))
        except TimeoutError:
            ready = False
        finally:
            cluster.close()
    if ready:
        return "good", address or _("this machine's own; a worker answers")
    reason = cluster.reason or _("nothing within {n:.0f} s").format(n=CLUSTER_SECONDS)
    told = (
        _("{address} does not answer ({reason}): check RESNET_LAB_SCHEDULER and the certificates")
        if address
        else _("this machine's own does not answer ({reason}): see the newest log in {logs}")
    )
    return "bad", told.format(address=address, reason=reason, logs=runs_folder() / "logs")


def _graphviz() -> tuple[str, str]:
    if shutil.which("dot"):
        return "good", "dot"
    return "note", _("not installed: maps download as DOT, not as SVG or PNG")


_CHECKS: dict[str, Callable[[], tuple[str, str]]] = {
    "Python": _python,
    mark("machine"): _machine,
    "Keras": _keras,
    "GPU": _gpu,
    mark("data"): _data,
    mark("run store"): _store,
    mark("folder"): _folder,
    mark("cluster"): _cluster,
    "Graphviz": _graphviz,
}
