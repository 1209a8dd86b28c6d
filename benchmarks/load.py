"""A long lesson: learners come, click, train, leave and come again; does the server keep its size?

``python -m benchmarks.load --minutes 30 --learners 30`` prints a row a minute and the verdict: the
memory of the server's process, open pages, clicks, errors. It stays on this machine and ends by
itself.
"""

import argparse
import asyncio
import json
import random
import statistics
import time
from dataclasses import dataclass, field
from typing import Any

from tests.harness.learner import Learner
from tests.harness.server import PROJECT, Server, serving

# Screen, the link's choices, a widget of it, and what it may be set to.
SCREENS: list[tuple[str, str, str, tuple[Any, ...]]] = [
    ("residual_block", "", "block_bn", (False, True)),
    ("gradient_norms", "norms_depths=8", "norms_seed", (0, 1, 2)),
    ("train", "train_data=synthetic", "train_seed", (1, 2, 3, 4)),
    ("train", "train_data=synthetic&train_epochs_sprint=1&train_recipe=sprint", "train_seed", (5,)),
]
CLICKS, PAUSE_SECONDS = 8, 3.0  # of a visit, and before each at least
TRAINS = 0.1  # of the visits to the last screen press the button, too
MIB = 2**20


@dataclass
class Seen:
    """What has happened so far."""

    clicks: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    visits: int = 0
    lost: int = 0


def measure(minutes: float, learners: int) -> dict[str, Any]:
    """Return memory (MiB) after each minute, milliseconds a click, and what went wrong."""
    seen = Seen()
    with serving(PROJECT / "app.py") as server:
        memory = asyncio.run(_lesson(server, minutes, learners, seen))
    cuts = statistics.quantiles((1000 * seconds for seconds in seen.clicks), n=100)
    half = len(memory) // 2
    return {
        "learners": learners,
        "minutes": minutes,
        "visits": seen.visits,
        "clicks": len(seen.clicks),
        "p50 ms": cuts[49],
        "p95 ms": cuts[94],
        "p99 ms": cuts[98],
        "errors": seen.errors[:10],
        "lost answers": seen.lost,
        "memory MiB": memory,
        "second half over first": statistics.mean(memory[half:]) / statistics.mean(memory[:half]),
    }


async def _lesson(server: Server, minutes: float, learners: int, seen: Seen) -> list[int]:
    async with Learner(server.url, "train"):
        await asyncio.to_thread(server.settle)
    end = time.monotonic() + 60 * minutes
    everyone = [asyncio.create_task(_comes_and_goes(server, n, end, seen)) for n in range(learners)]
    memory = []
    while time.monotonic() < end:
        await asyncio.sleep(min(60, max(1.0, end - time.monotonic())))
        memory.append(round(server.memory() / MIB))
        print(
            f"{len(memory)} min: {memory[-1]} MiB, {len(seen.clicks)} clicks, "
            f"{seen.visits} visits, {len(seen.errors)} errors",
            flush=True,
        )
    await asyncio.gather(*everyone)
    return memory


async def _comes_and_goes(server: Server, number: int, end: float, seen: Seen) -> None:
    chance = random.Random(number)
    while time.monotonic() < end:
        page, link, key, values = chance.choice(SCREENS)
        try:
            async with Learner(server.url, page, link) as learner:
                seen.visits += 1
                if "sprint" in link and chance.random() < TRAINS:
                    await learner.press_twice("train_start")
                for _click in range(CLICKS):
                    await asyncio.sleep(PAUSE_SECONDS * (1 + chance.random()))
                    await learner.set(key, chance.choice(values))
                seen.clicks += learner.clicks
                seen.errors += learner.errors
                seen.lost += learner.lost
        except (TimeoutError, ConnectionError, OSError) as error:
            seen.errors.append(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--learners", type=int, default=30)
    print(json.dumps(measure(**vars(parser.parse_args())), indent=1))
