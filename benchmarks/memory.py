"""How large the lab's processes grow: one learner looks at every net on the map and every screen.

``python -m benchmarks.memory`` prints the memory of the server's own process and of its workers
after each step. It stays on this machine and ends by itself.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import psutil

from resnet.course.lessons import LESSONS
from resnet.models.registry import architectures
from resnet.store.run_store import RunStore
from resnet.store.states import ACTIVE
from tests.harness.learner import Learner
from tests.harness.server import PROJECT, Server, serving

MIB = 2**20
SCREENS = (
    "",
    "glossary",
    "dataset",
    "residual_block",
    "gradient_norms",
    "train",
    "runs",
    "plain_vs_residual",
    "class_experiment",
    "your_hand",
    "teach_it",
    *LESSONS,
)
# Every depth at once, plain and residual, for the worker of short experiments.
NORMS = {"norms_depths": "8,20,32,44,56,110"}
TRAINING = {
    "train_model": "ResNet-50 of the course",
    "train_recipe": "notebook",
    "train_data": "synthetic",
    "train_epochs_notebook": 1,
}
POLL_SECONDS, REST_SECONDS = 1.0, 15  # what gives memory back does so a moment after a task
MOST_SECONDS = 900


@dataclass(frozen=True)
class Sizes:
    """Resident MiB: of the server's own process, and of those below it, the largest first."""

    server: int
    workers: tuple[int, ...]


def sizes(server: Server) -> Sizes:
    """Return how large the processes are now."""
    below = psutil.Process(server.pid).children(recursive=True)
    found = sorted((round(child.memory_info().rss / MIB) for child in below), reverse=True)
    return Sizes(round(server.memory() / MIB), tuple(found))


async def walk_map(server: Server) -> None:
    """Open every net on the map, each with its plain twin where it has one, and its downloads."""
    for net in architectures():
        link = {"map_net": net.title, "map_twin": net.family != "classic"}
        await opened(server, "architectures", link)


async def walk_screens(server: Server) -> None:
    """Open every screen and every lesson once."""
    for screen in SCREENS:
        await opened(server, screen)


async def walk_experiments(server: Server) -> None:
    """Have the workers do their largest tasks, and wait for them."""
    async with Learner(server.url, "gradient_norms", urlencode(NORMS)) as learner:
        await asyncio.sleep(2)
        await _until(lambda: "Computing" not in learner.text())
        found(learner)
    async with Learner(server.url, "train", urlencode(TRAINING)) as learner:
        await learner.set("train_start", True)
        found(learner)
        store = RunStore(f"sqlite:///{server.runs / 'runs.db'}")
        await _until(lambda: store.runs() and not store.runs(state=ACTIVE))
        if reason := store.runs()[0].reason:
            raise RuntimeError(reason)


async def opened(server: Server, screen: str, link: dict[str, object] | None = None) -> None:
    """Open a screen and close it again; RuntimeError where it shows an error."""
    async with Learner(server.url, screen, urlencode(link or {})) as learner:
        found(learner)


def found(learner: Learner) -> None:
    """Raise RuntimeError where the page shows an error."""
    if learner.errors:
        raise RuntimeError(learner.errors[0])


async def _until(condition) -> None:
    async with asyncio.timeout(MOST_SECONDS):
        while not condition():
            await asyncio.sleep(POLL_SECONDS)


STEPS = {
    "every net on the map": walk_map,
    "every screen": walk_screens,
    "the workers' largest tasks": walk_experiments,
}


def steps(server: Server) -> Iterator[tuple[str, Sizes]]:
    """Take each step of the walk and yield the sizes after it."""

    async def home() -> None:
        async with Learner(server.url):
            await asyncio.to_thread(server.settle)

    asyncio.run(home())
    yield "home", sizes(server)
    for name, step in STEPS.items():
        asyncio.run(step(server))
        asyncio.run(asyncio.sleep(REST_SECONDS))
        yield name, sizes(server)


if __name__ == "__main__":
    with serving(PROJECT / "app.py") as server:
        for name, size in steps(server):
            print(f"{name:30} server {size.server:5} MiB, others {size.workers}", flush=True)
