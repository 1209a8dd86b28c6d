"""What this machine has, against the operating system."""

import os

import psutil

from resnet.machine import Load, this_machine


def test_cores_and_memory_are_the_systems():
    machine = this_machine()
    assert 1 <= machine.cores <= (os.cpu_count() or 1)
    assert round(machine.memory_gib, 3) == round(psutil.virtual_memory().total / 2**30, 3)


def test_a_machine_without_the_driver_has_no_gpu(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert this_machine().gpus == ()


def test_the_load_is_this_processs_own():
    load = Load()
    first = load.now()
    assert first["memory_gib"] * 2**30 > psutil.Process().memory_info().rss / 4
    total = sum(number * number for number in range(2_000_000))  # something to do
    assert total
    assert 0 < load.now()["processor"] <= 1.5
    if not this_machine().gpus:
        assert "gpu" not in first
