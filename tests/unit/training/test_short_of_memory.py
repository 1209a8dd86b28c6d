"""What a training says when its machine or its GPU cannot carry it, or when there is no GPU."""

import os
import subprocess
import sys

import pytest
import tensorflow as tf

from resnet import backend
from resnet.analysis.training_cost import TrainingCost
from resnet.errors import LabError
from resnet.inference.checkpoint import kept_epochs, run_folder
from resnet.settings import PROJECT
from resnet.store.records import Rules
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training import estimate, stored_run
from resnet.training.stored_run import run

pytestmark = pytest.mark.slow

GIB = 2**30
OOM = "OOM when allocating tensor with shape[32,256,56,56] on /device:GPU:0 by allocator GPU_0_bfc"


@pytest.mark.parametrize(
    "error",
    [
        MemoryError("Unable to allocate 12 GiB"),
        tf.errors.ResourceExhaustedError(None, None, f"Graph execution error:\n\n{OOM}"),
        RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 1073741824 bytes"),
        tf.errors.InternalError(None, None, "Failed call to cuDeviceGet: CUDA_ERROR_OUT_OF_MEMORY"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_memory_that_runs_out_is_reported_with_its_remedies(tiny_spec, monkeypatch, error):
    def no_memory(*_arguments):
        raise error

    monkeypatch.setattr(stored_run, "fit", no_memory)
    store = RunStore()
    run_id = store.create(tiny_spec().model_dump())
    with pytest.raises(type(error)):
        run(run_id, store)
    stored = store.get(run_id)
    assert (stored.state, stored.reason) == (
        State.FAILED,
        f"The memory of {stored.device} does not suffice for resnet8 with 24 images of 16×16 at a "
        "time: choose a smaller batch, net or image.",
    )
    assert kept_epochs(run_folder(run_id)) == 0


def test_a_net_too_large_is_refused_before_its_optimizer_takes_memory(tiny_spec, monkeypatch):
    monkeypatch.setattr(estimate, "memory_left", lambda: 1000)
    monkeypatch.delattr("resnet.training.train._compiled")
    store = RunStore()
    run_id = store.create(tiny_spec(seed=11).model_dump())
    run(run_id, store)
    assert "this worker has" in store.get(run_id).reason


def test_what_earlier_trainings_left_to_this_process_counts_as_free(monkeypatch):
    left = [GIB]
    monkeypatch.setattr(estimate, "memory_left", lambda: left[0])
    monkeypatch.setattr(estimate, "give_memory_back", lambda: left.__setitem__(0, 3 * GIB))
    estimate.check_cost(TrainingCost(2 * GIB, 1), Rules())
    with pytest.raises(LabError, match="about 4 GiB and this worker has 3 left"):
        estimate.check_cost(TrainingCost(4 * GIB, 1), Rules())


def test_memory_that_the_system_library_keeps_can_be_given_back():
    script = (
        "import psutil; from resnet import memory; import numpy as np\n"
        "memory.reuse_memory(); used = lambda: psutil.Process().memory_info().rss\n"
        "blocks = [np.ones(2**20) for _ in range(32)]; del blocks\n"
        "kept = used(); memory.give_memory_back(); print(kept - used())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert int(ran.stdout) > 200 * 2**20


def test_a_gpus_memory_counts_where_the_nets_run_on_it(monkeypatch):
    monkeypatch.setattr(backend, "device_name", lambda: "NVIDIA T4")
    monkeypatch.setattr(backend, "gpu_memory_held", lambda: GIB)
    monkeypatch.setattr(estimate, "gpu_memory_left", lambda: 2 * GIB)
    estimate.check_cost(TrainingCost(2.9 * GIB, 1), Rules())
    estimate.check_cost(TrainingCost(5 * GIB, 1), Rules(), devices=2)
    with pytest.raises(LabError, match="about 5 GiB and this worker has 3 left"):
        estimate.check_cost(TrainingCost(5 * GIB, 1), Rules())
    monkeypatch.setattr(estimate, "gpu_memory_left", lambda: None)
    estimate.check_cost(TrainingCost(5 * GIB, 1), Rules())


@pytest.mark.parametrize("names", [pytest.param("", marks=pytest.mark.soak), "7"])
def test_without_the_gpu_it_was_promised_a_worker_trains_on_the_processor(tiny_spec, names):
    store = RunStore()
    run_id = store.create(tiny_spec(epochs=1).model_dump())
    code = (
        "import sys; from resnet import backend; backend.start('shared')\n"
        "from resnet.jobs.tasks import train_run; train_run(sys.argv[1])"
    )
    subprocess.run(
        [sys.executable, "-c", code, run_id],
        cwd=PROJECT,
        check=True,
        env=os.environ | {"CUDA_VISIBLE_DEVICES": names},
    )
    stored = store.get(run_id)
    assert (stored.state, stored.device) == (State.DONE, "CPU")
