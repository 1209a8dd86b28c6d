"""What ships with the lessons says how it was made, and can be made again."""

import json

import numpy as np
import pytest

from pages.components.recordings import EXPERIMENTS, recording
from resnet.analysis.cost import model_cost
from resnet.course.literature import IMAGENET_ERRORS, MILESTONES
from resnet.data.signs import Dataset, write_hdf5
from resnet.models.registry import architectures, build

pytestmark = pytest.mark.slow


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


TINY = ("--depth", "8", "--epochs", "1")
FEW = ("--layers", "2", "--steps", "20")


def made_again(cli, folder, name, *options):
    """Record something from the fewest photos; return what was written."""
    random = np.random.default_rng(0)
    few = Dataset(
        "few",
        random.integers(0, 256, (36, 64, 64, 3), np.uint8),
        np.arange(36) % 6,
        random.integers(0, 256, (12, 64, 64, 3), np.uint8),
        np.arange(12) % 6,
        tuple(range(6)),
        True,
        "noise",
    )
    write_hdf5(few, folder / "data")
    ran = cli("record", name, *options, "--data", folder / "data", "--out", folder)
    assert ran.exit_code == 0, ran.output
    return json.loads((folder / f"{name.replace('-', '_')}.json").read_text())


def test_the_four_trainings_go_on_where_they_ended(cli, tmp_path):
    made = made_again(cli, tmp_path, "two-by-two", *FEW, "--seeds", 1)
    assert len(made["runs"]) == 2 * 2 * 2 * len(made["learning_rates"])
    assert [len(run["error"]) for run in made["runs"] if run["state"] == "DONE"]
    file = tmp_path / "two_by_two.json"
    kept = made | {"runs": made["runs"][1:]}
    file.write_text(json.dumps(kept))
    again = made_again(cli, tmp_path, "two-by-two", *FEW, "--seeds", 1)
    assert again["runs"][:-1] == kept["runs"]  # those that were there are not made anew
    same = [run | {"seconds": 0} for run in (again["runs"][-1], made["runs"][0])]
    assert same[0] == same[1]


@pytest.mark.soak
def test_twins_can_be_made_again(cli, tmp_path):
    made = made_again(cli, tmp_path, "twins", *TINY, "--seeds", 1)
    start = "python -m resnet record twins --depth 8 --image-size 16 --epochs 1 --seeds 1 --data "
    assert made["command"].startswith(start)
    assert [len(run["without"]) for run in made["runs"]] == [8, 8]


@pytest.mark.soak
def test_surfaces_can_be_made_again(cli, tmp_path):
    made = made_again(cli, tmp_path, "surfaces", *TINY, "--points", 3)
    assert len(made["nets"][0]["losses"]) == 3
