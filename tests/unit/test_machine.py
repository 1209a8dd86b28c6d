"""What this machine has, against the operating system."""

import os

import psutil

from resnet.machine import this_machine


def test_cores_and_memory_are_the_systems():
    machine = this_machine()
    assert 1 <= machine.cores <= (os.cpu_count() or 1)
    assert round(machine.memory_gib, 3) == round(psutil.virtual_memory().total / 2**30, 3)


def test_a_machine_without_the_driver_has_no_gpu(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert this_machine().gpus == ()
