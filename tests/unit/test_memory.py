"""A process that has grown gives back what it can, and what it kept for speed only if it must."""

import gc
import subprocess
import sys
import weakref

import pytest

from resnet import memory
from resnet.jobs.tasks import probed
from resnet.settings import PROJECT

GROWN = """
import numpy as np
from resnet import memory
memory.RESTING_BYTES = memory.held() + 100 * 2**20
kept, forgotten = {}, []
memory.may_forget(lambda: (forgotten.append(1), kept.clear()))

class Net:
    def __init__(self, mib):
        self.itself, self.weights = self, [np.ones(2**17 // 8) for _ in range(8 * mib)]

before = memory.held()
"""


def run_script(script: str) -> list[int]:
    """Run a script in a process of its own and return the numbers that it prints."""
    ran = subprocess.run(
        [sys.executable, "-c", GROWN + script],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [int(word) for word in ran.stdout.split()]


def test_garbage_is_given_back_and_what_is_kept_for_speed_stays():
    left, forgotten = run_script(
        "gc_free = Net(300); kept['net'] = Net(50); del gc_free\n"
        "memory.rest(); print((memory.held() - before) >> 20, len(forgotten))"
    )
    assert 45 < left < 100
    assert forgotten == 0


def test_what_is_kept_for_speed_goes_where_it_is_too_much():
    left, forgotten = run_script(
        "kept['net'] = Net(300)\n"
        "memory.rest(); print((memory.held() - before) >> 20, len(forgotten))"
    )
    assert left < 50
    assert forgotten == 1


def test_where_a_gpu_holds_it_nothing_is_forgotten():
    left, forgotten = run_script(
        "kept['net'] = Net(300)\n"
        "memory.rest(keep=True); print((memory.held() - before) >> 20, len(forgotten))"
    )
    assert left > 290
    assert forgotten == 0


class Large:
    pass


def test_a_task_that_fails_leaves_nothing_that_its_error_would_hold(monkeypatch):
    held = []
    monkeypatch.setattr(memory, "rest", lambda keep: held.append(keep))

    def fails():
        large = Large()
        held.append(weakref.ref(large))
        raise MemoryError

    with pytest.raises(MemoryError) as run_script:
        probed(fails)
    gc.collect()
    assert run_script.value.__traceback__
    assert held[0]() is None
    assert len(held) == 2
