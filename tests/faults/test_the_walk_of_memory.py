"""After every net on the map and every screen, the lab's processes are as small as they were."""

import pytest

from benchmarks.memory import STEPS, steps
from tests.harness.server import PROJECT, serving

MOST_SERVER, MOST_WORKER = 1200, 1024  # MiB


@pytest.mark.soak
@pytest.mark.timeout(2400)
def test_every_net_every_screen_and_large_tasks_leave_server_and_workers_small():
    with serving(PROJECT / "app.py") as server:
        seen = dict(steps(server))
    assert set(STEPS) < set(seen)
    for step, size in seen.items():
        assert size.server < MOST_SERVER, (step, size)
        assert max(size.workers) < MOST_WORKER, (step, size)
