"""Two devices that share each batch train the net that one device trains."""

import json
import os
import subprocess
import sys

import pytest

from resnet.backend import data_parallel
from resnet.errors import LabError
from resnet.settings import PROJECT
from resnet.training.spec import parse_spec

pytestmark = pytest.mark.slow

# Logical devices must be made before TensorFlow's first work, so in a process of its own.
PROGRAM = """
import json, sys
from resnet import backend
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from resnet.store.run_store import RunStore
from resnet.training.stored_run import run
store = RunStore()
for spec in json.loads(sys.argv[1]):
    run_id = store.create(spec)
    run(run_id, store)
    print(json.dumps([store.get(run_id).state, store.metrics(run_id)["test_loss"].values]))
"""


def trained(specs, folder):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps([spec.model_dump() for spec in specs])],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": ".", "RESNET_LAB_RUNS": str(folder)},
    )
    return [json.loads(line) for line in done.stdout.splitlines()[-len(specs) :]]


def test_two_devices_train_what_one_trains(tiny_spec, tmp_path):
    one, two = trained([tiny_spec(batch_norm=False, devices=n) for n in (1, 2)], tmp_path)
    assert one[0] == two[0] == "DONE"
    assert two[1] == pytest.approx(one[1], rel=1e-4)


def test_norms_of_a_part_of_the_batch_are_not_recorded(tiny_spec):
    with pytest.raises(LabError, match="those of one device"):
        parse_spec({**tiny_spec().model_dump(), "devices": 2, "gradient_norms_every": 5})


def test_more_devices_than_there_are_is_one_sentence():
    with pytest.raises(LabError, match="shared by 64 devices"):
        data_parallel(64)
