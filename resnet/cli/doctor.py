"""`doctor`: look at this installation part by part, and say what to do."""

import math
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Literal

import click

from resnet import patches
from resnet.cli.reporting import FAILED, load_keras, print_json
from resnet.errors import LabError
from resnet.language import mark, translate
from resnet.language import translate as _
from resnet.machine import open_files_limit, raise_open_files_limit, this_machine
from resnet.settings import runs_folder, scheduler_address

LEAST_MEMORY_GIB, LEAST_FREE_GIB = 4.0, 1.0
LEAST_FILES = 1024  # of a class: see docs/operations.md
PYTHONS = ((3, 11), (3, 13))
CLUSTER_SECONDS = 90.0  # a worker loads Keras before it answers
_MARKS = {"good": "✓", "note": "·", "bad": "✗"}


@dataclass(frozen=True)
class CheckResult:
    """What one check found; `told` ends with what to do where it is not good."""

    part: str
    state: Literal["good", "note", "bad"]
    told: str  # the key in the JSON output


@click.command()
@click.option("--json", "as_one_json", is_flag=True, help="Print one JSON list instead.")
def doctor(as_one_json: bool) -> None:
    """Check this installation, and say what to do.

    Ends with code 1 where something keeps the lab from working.

    \b
    Example:
      python -m resnet doctor
    """
    results = [_run_check(part, check) for part, check in _CHECKS.items()]
    if as_one_json:
        print_json(results)
    else:
        for result in results:
            click.echo(f"{_MARKS[result.state]} {translate(result.part)}: {result.told}")
    if any(result.state == "bad" for result in results):
        raise SystemExit(FAILED)


def _run_check(part: str, check: Callable[[], tuple[str, str]]) -> CheckResult:
    try:
        state, message = check()
    except LabError as error:
        state, message = "bad", str(error)
    except Exception as error:  # whatever it is: a sick installation is what a doctor is asked for
        message = _("this check ended in an error ({reason}): run `make setup` again").format(
            reason=f"{type(error).__name__}: {error}"
        )
        state = "bad"
    return CheckResult(part, state, " ".join(message.split()))  # type: ignore[arg-type]


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
    message = _("{cores} cores, {memory:.0f} GiB memory").format(
        cores=machine.cores, memory=machine.memory_gib
    )
    if machine.memory_gib >= LEAST_MEMORY_GIB:
        return "good", message
    return "note", message + "; " + _("two workers want {least:.0f} GiB, deep nets more").format(
        least=LEAST_MEMORY_GIB
    )


def _open_files() -> tuple[str, str]:
    raise_open_files_limit()  # as a server does when it starts
    limit = open_files_limit()
    if limit == math.inf:
        return "good", _("no limit")
    message = _("up to {n:.0f} at once").format(n=limit)
    if limit >= LEAST_FILES:
        return "good", message
    return "note", _(
        "{told}; a class of thirty wants {least}: run `ulimit -n {least}` as an administrator "
        "before the start, or set LimitNOFILE in the service's unit"
    ).format(told=message, least=LEAST_FILES)


def _keras() -> tuple[str, str]:
    load_keras()
    from resnet import backend

    names = ("keras", "tensorflow", "streamlit")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return "good", f"{versions}; {backend.device_name()}"


def _streamlit_patches() -> tuple[str, str]:
    off = patches.untried()
    if not off:
        return "good", _("{n} for Streamlit {version}").format(
            n=len(patches.PATCHES), version=patches.installed()
        )
    return "note", _(
        "off are {names}, since they were not tried with Streamlit {version}, and no file can be "
        "uploaded: run `make setup` again"
    ).format(names=", ".join(off), version=patches.installed())


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
    return "good", _("{kind}, {n} finished runs").format(kind=store.kind, n=finished)


def _folder() -> tuple[str, str]:
    folder = runs_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=folder):  # it can be written
        pass
    free = shutil.disk_usage(folder).free / 2**30
    message = _("{folder}, {free:.0f} GiB free").format(folder=folder, free=free)
    if free >= LEAST_FREE_GIB:
        return "good", message
    return "bad", message + ": " + _("delete runs, or set RESNET_LAB_RUNS to another folder")


def _cluster() -> tuple[str, str]:
    """Start or reach the cluster and let a worker answer; runs that wait are left to the server."""
    from resnet.jobs.cluster import Cluster

    address, until = scheduler_address(), time.monotonic() + CLUSTER_SECONDS
    # The log stays, for who asks why; Windows keeps what is open.
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        cluster = Cluster(f"sqlite:///{folder}/runs.db")
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
    message = (
        _("{address} does not answer ({reason}): check RESNET_LAB_SCHEDULER and the certificates")
        if address
        else _("this machine's own does not answer ({reason}): see the newest log in {logs}")
    )
    return "bad", message.format(address=address, reason=reason, logs=runs_folder() / "logs")


def _graphviz() -> tuple[str, str]:
    if shutil.which("dot"):
        return "good", "dot"
    return "note", _("not installed: maps download as DOT, not as SVG or PNG")


_CHECKS: dict[str, Callable[[], tuple[str, str]]] = {
    "Python": _python,
    mark("machine"): _machine,
    mark("open files"): _open_files,
    "Keras": _keras,
    mark("patches"): _streamlit_patches,
    "GPU": _gpu,
    mark("data"): _data,
    mark("run store"): _store,
    mark("folder"): _folder,
    mark("cluster"): _cluster,
    "Graphviz": _graphviz,
}
