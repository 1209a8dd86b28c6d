"""A store for a while is the concern of who made it alone."""

import os
from concurrent.futures import ThreadPoolExecutor

from resnet.cli.scratch_store import scratch_store
from resnet.inference.checkpoint import run_folder
from resnet.settings import runs_place
from resnet.store.database import database_url
from resnet.store.run_store import RunStore


def test_others_of_the_process_keep_their_runs_where_they_are():
    environment, usual = dict(os.environ), runs_place()
    with scratch_store() as store, ThreadPoolExecutor() as others:
        place, run_id = run_folder("a").parent, store.create({})
        assert place.is_dir()
        assert others.submit(runs_place).result() == usual
        assert str(others.submit(database_url).result()).endswith(f"{usual}/runs.db")
        assert dict(os.environ) == environment
        assert [run.id for run in store.runs()] == [run_id]
    assert not place.exists()
    assert runs_place() == usual
    assert RunStore().runs() == []
