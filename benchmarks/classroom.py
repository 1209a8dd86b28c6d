"""A class on one server: everyone presses Train within five seconds, then works on."""

import asyncio
import statistics

from resnet.store.run_store import RunStore
from tests.harness.learner import Learner
from tests.harness.server import PROJECT, Server, serving

PAGE = "train"
LINK = "train_data=synthetic&train_epochs_fast=2&train_size_fast=32"
WITHIN_SECONDS = 5.0  # in which all of them press
CLICKS, PAUSE_SECONDS = 10, 3.0  # of each learner afterwards, so far apart and a little more


def measure(*sizes: int) -> dict[str, dict[str, float]]:
    """Return, by the number of learners, milliseconds a click, memory a session and errors."""
    return {f"{size} learners": _of(size) for size in sizes}


def _of(size: int) -> dict[str, float]:
    with serving(PROJECT / "app.py") as server:
        asyncio.run(_first_look(server))
        server.settle()
        before = server.memory()
        learners, after = asyncio.run(_class(server, size))
        clicks = [1000 * seconds for learner in learners for seconds in learner.clicks]
        store = RunStore(f"sqlite:///{server.runs / 'runs.db'}")
        runs = store.runs(limit=None)
        for run in runs:
            store.request_stop(run.id)
        cuts = statistics.quantiles(clicks, n=100)
        return {
            "p50 ms": cuts[49],
            "p95 ms": cuts[94],
            "p99 ms": cuts[98],
            "MiB a session": (after - before) / size / 2**20,
            "runs": len(runs),
            "errors": sum(len(learner.errors) for learner in learners),
            "lost answers": sum(learner.lost for learner in learners),
            "clicks": len(clicks),
        }


async def _first_look(server: Server) -> None:
    async with Learner(server.url, PAGE, LINK):
        pass


async def _class(server: Server, size: int) -> tuple[list[Learner], int]:
    async with asyncio.TaskGroup() as group:
        lessons = [group.create_task(_lesson(server, n, size)) for n in range(size)]
    results = [lesson.result() for lesson in lessons]
    return [learner for learner, _memory in results], max(memory for _learner, memory in results)


async def _lesson(server: Server, number: int, size: int) -> tuple[Learner, int]:
    async with Learner(server.url, PAGE, LINK) as learner:
        await asyncio.sleep(WITHIN_SECONDS * number / size)
        try:
            await learner.press_twice("train_start")
            for click in range(CLICKS):
                await asyncio.sleep(PAUSE_SECONDS * (1 + (number % 7) / 7))
                await learner.set("train_seed", 10 * number + click)
        except (TimeoutError, ConnectionError) as error:  # counted; the others go on
            learner.errors.append(str(error))
        return learner, server.memory()
