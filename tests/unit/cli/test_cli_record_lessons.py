"""What ships with the lessons says how it was made, and can be made again."""

import json

import numpy as np
import pytest

from pages.components.recordings import EXPERIMENTS, recording
from resnet.analysis.cost import model_cost
from resnet.data.signs import Dataset, write_hdf5
from resnet.literature import IMAGENET_ERRORS, MILESTONES
from resnet.models.registry import architectures, build


@pytest.mark.parametrize("path", sorted(EXPERIMENTS.glob("*.json")), ids=lambda path: path.stem)
def test_a_recording_has_its_provenance(path):
    made = recording(path.stem)
    assert made["command"].startswith("python -m resnet ")
    assert {"made", "versions", "device"} <= set(made)


def test_every_net_is_counted_as_it_is_now():
    counted = {net["model"]: net for net in recording("nets")["nets"]}
    assert set(counted) == {net.name for net in architectures()}
    for name in ("lenet5", "fast", "plain20", "resnet50"):
        cost = model_cost(build(name))
        assert counted[name]["parameters"] == cost.parameters
        assert counted[name]["multiply_adds"] == cost.multiply_adds
    for net in architectures():
        assert net.reference_multiply_adds in (None, counted[net.name]["multiply_adds"])


def test_the_literature_names_nets_that_there_are():
    assert {error.net for error in IMAGENET_ERRORS} <= {net.name for net in architectures()}
    assert all(error.source for error in IMAGENET_ERRORS)
    assert [m.year for m in MILESTONES] == sorted(m.year for m in MILESTONES)


def test_the_twins_are_recorded_without_each_choice_of_blocks():
    for net in recording("twins")["nets"]:
        blocks = len(net["blocks"])
        assert len(net["without"]) == 2**blocks
        assert len(net["with_new"]) == len(net["known_after"]) == blocks
        alone = [net["without"][1 << block] for block in range(blocks)]
        if net["model"].startswith("plain"):
            assert max(alone) < 0.3  # next to nothing, as the lesson says
        else:
            assert min(alone) > 0.5  # most
            assert net["with_new"] == pytest.approx([net["without"][0]] * blocks, abs=1e-3)


def test_the_four_trainings_are_what_the_lesson_says():
    made = recording("two_by_two")
    ends = {
        (net["model"].startswith("plain"), net["batch_norm"]): net["error"][-1]
        for net in made["nets"]
        if net["state"] == "DONE"
    }
    assert (False, False) not in ends  # residual without BatchNorm met numbers too large
    assert ends[True, False] > 0.8  # learned nothing
    assert ends[False, True] < 0.1 < ends[True, True]
    plain = next(n for n in made["nets"] if n["model"].startswith("plain") and not n["batch_norm"])
    last = plain["norms"][plain["steps"].index(min(s for s in plain["steps"] if s >= 200))]
    for layer in (0, len(last) // 2, -1):
        assert last[layer] < plain["norms"][0][layer] / 100


def test_twins_and_surfaces_can_be_made_again(cli, tmp_path):
    random = np.random.default_rng(0)
    few = Dataset(
        "few", random.integers(0, 256, (36, 64, 64, 3), np.uint8), np.arange(36) % 6,
        random.integers(0, 256, (12, 64, 64, 3), np.uint8), np.arange(12) % 6,
        tuple(range(6)), True, "noise",
    )  # fmt: skip
    write_hdf5(few, tmp_path / "data")
    for command in (
        ["twins", "--depth", "8", "--epochs", "1"],
        ["surfaces", "--depth", "8", "--points", "3", "--epochs", "1"],
        ["two-by-two", "--depth", "8", "--epochs", "1"],
    ):
        ran = cli("record", *command, "--data", tmp_path / "data", "--out", tmp_path)
        assert ran.exit_code == 0, ran.output
    made = json.loads((tmp_path / "twins.json").read_text())
    start = "python -m resnet record twins --depth 8 --epochs 1 --data "
    assert made["command"].startswith(start)
    assert [len(net["without"]) for net in made["nets"]] == [8, 8]
    assert len(json.loads((tmp_path / "surfaces.json").read_text())["nets"][0]["losses"]) == 3
    assert len(json.loads((tmp_path / "two_by_two.json").read_text())["nets"]) == 4
