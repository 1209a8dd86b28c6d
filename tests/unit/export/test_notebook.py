"""A run's notebook, executed elsewhere, trains the same net to the same numbers."""

import json
import os
import subprocess
import sys

import pytest

from resnet.errors import LabError
from resnet.export.notebook import notebook
from resnet.store.run_store import RunStore
from resnet.training.stored_run import run

pytestmark = pytest.mark.slow

PRINTED = "\nimport json\nprint(json.dumps(history.history))\n"


@pytest.mark.parametrize("recipe", ["fast", pytest.param("notebook", marks=pytest.mark.soak)])
def test_the_notebook_repeats_the_run(tiny_spec, colours_folder, recipe):
    store = RunStore()
    size = 16 if recipe == "fast" else 64
    spec = tiny_spec(recipe=recipe, image_size=size, model="resnet8", seed=5)
    run_id = store.create(spec.model_dump())
    run(run_id, store)
    book = json.loads(notebook(store.get(run_id), images=64))
    assert (book["nbformat"], len({cell["id"] for cell in book["cells"]})) == (
        4,
        len(book["cells"]),
    )
    code = "\n".join(cell["source"] for cell in book["cells"] if cell["cell_type"] == "code")
    assert "resnet." not in code
    done = subprocess.run(
        [sys.executable, "-c", code + PRINTED],
        cwd=colours_folder,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"], "TF_ENABLE_ONEDNN_OPTS": "1"},
    )
    history = json.loads(done.stdout.splitlines()[-1])
    curves = store.metrics(run_id)
    for ours, theirs in (("train_loss", "loss"), ("test_loss", "val_loss")):
        assert history[theirs] == pytest.approx(curves[ours].values, rel=1e-3)
    assert history["val_accuracy"] == pytest.approx(curves["test_accuracy"].values)


def test_a_run_on_two_data_sets_has_no_notebook(tiny_spec):
    store = RunStore()
    run_id = store.create({**tiny_spec().model_dump(), "data": "both"})
    with pytest.raises(LabError, match="one data set"):
        notebook(store.get(run_id), images=64)
