"""A stored run as a Jupyter notebook: the same training in Keras alone, to run elsewhere."""

import inspect
from typing import Any

import keras

from resnet.data import augment, photo
from resnet.data.augment import AUGMENTATIONS, NONE
from resnet.data.classes import CLASSES
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.models.net_code import net_code
from resnet.notebook_cells import book, code, words
from resnet.store.records import Run
from resnet.training import batches
from resnet.training.recipes import RECIPES, build_net, optimizer_class, optimizer_settings
from resnet.training.spec import TrainingSpec, parse_spec

_READ = """import h5py
import numpy as np

# Put train_signs.h5 and test_signs.h5 beside this notebook; in Colab, upload them. Real SIGNS
# comes from the course; the lab's synthetic hands lie in its folder assets/synthetic.
def read(part):
    with h5py.File(f"{part}_signs.h5") as file:
        return file[f"{part}_set_x"][:], file[f"{part}_set_y"][:].ravel().astype(int)

(train_images, train_labels), (test_images, test_labels) = read("train"), read("test")
one_hot = np.eye(6, dtype="float32")
targets, test_targets = one_hot[train_labels], one_hot[test_labels]"""


def notebook(run: Run, images: int) -> str:
    """Return the .ipynb text of a run's training on so many training images.

    The net is written out layer by layer with the run's first weights; order and variations of the
    images are the lab's own code. On the same machine and versions its curves begin as the run's.
    LabError for a run on two data sets together.
    """
    spec = parse_spec(run.spec, stored=True)
    if spec.data == "both":
        raise LabError(_("A notebook holds one data set: train on SIGNS or on synthetic hands."))
    cells = [
        words(_title(run, spec)),
        words("## Data"),
        code(_READ),
        *_resizing(spec),
        words("## Net\n\nEvery layer by its name; the seeds give the run's own first weights."),
        code(f"{_seeding(spec)}\n{net_code(build_net(spec, len(CLASSES)))}\nmodel.summary()"),
        words("## Batches\n\nShuffled and varied by seed alone: every run sees the same images."),
        code(_batches(spec)),
        words("## Training"),
        code(_training(spec, images)),
        code("model.evaluate(as_float(test_images), test_targets)"),
    ]
    return book(cells)


def _title(run: Run, spec: TrainingSpec) -> str:
    lines = [
        f"# {run.title or spec.model}",
        "",
        f"Run {run.id} of ResNet Lab: net `{spec.model}`, recipe `{spec.recipe}`, data "
        f"`{spec.data}`, seed {spec.seed}, {spec.epochs} epochs.",
    ]
    if run.test_accuracy is not None:
        lines.append(
            f"It ended with {run.test_accuracy:.1%} on the test images, on {run.device}, with "
            + ", ".join(f"{name} {number}" for name, number in run.versions.items())
            + ". Its first losses come out alike here. Then rounding drifts apart, since the lab "
            "adds up in another order: a large net may end some points away (ResNet-50 after one "
            "epoch: 60.8 % and 51.7 %)."
        )
    return "\n".join(lines)


def _resizing(spec: TrainingSpec) -> list[dict[str, Any]]:
    """Return the cell that brings the images to the run's size, where SIGNS's own is another."""
    if spec.image_size == 64:
        return []
    program = (
        f"from PIL import Image\n\n\n{inspect.getsource(photo.scaled)}\n\ndef resized(all):\n"
        f"    return np.stack([scaled(Image.fromarray(one), {spec.image_size}) for one in all])"
        "\n\n\ntrain_images, test_images = resized(train_images), resized(test_images)"
    )
    return [code(program)]


def _seeding(spec: TrainingSpec) -> str:
    return f"import keras\n\nkeras.utils.set_random_seed({spec.seed})"


def _batches(spec: TrainingSpec) -> str:
    """Return the lab's own modules in one cell, without what they import of the lab."""
    parts = [inspect.getsource(photo.as_float), inspect.getsource(augment)]
    parts.append(inspect.getsource(batches.Batches))
    source = "\n\n".join(part.strip() + "\n" for part in parts)
    lines = [line for line in source.splitlines() if not line.startswith("from resnet")]
    how = AUGMENTATIONS[spec.augmentation] if spec.augmentation else _recipes_own(spec)
    name = next((name for name, known in AUGMENTATIONS.items() if known == how), "none")
    made = (
        f"batches = Batches(train_images, targets, {spec.batch_size}, {spec.seed}, "
        f'AUGMENTATIONS["{name}"])'
    )
    return "\n".join(["import math", "", "import numpy as np", "", "", *lines, "", "", made])


def _recipes_own(spec: TrainingSpec) -> augment.Augmentation:
    return RECIPES[spec.recipe].augmentation or NONE


def _training(spec: TrainingSpec, images: int) -> str:
    steps = -(-images // spec.batch_size)
    kind, settings = optimizer_class(spec.recipe).__name__, optimizer_settings(spec, steps)
    options = ", ".join(f"{name}={_option(value)}" for name, value in settings.items())
    smoothing = RECIPES[spec.recipe].label_smoothing
    return f"""model.compile(
    keras.optimizers.{kind}({options}),
    keras.losses.CategoricalCrossentropy(label_smoothing={smoothing}),
    metrics=["accuracy"],
)
history = model.fit(
    batches,
    epochs={spec.epochs},
    steps_per_epoch=batches.steps_per_epoch,
    validation_data=(as_float(test_images), test_targets),
    validation_batch_size={spec.batch_size},
    shuffle=False,
)"""


def _option(value: object) -> str:
    if isinstance(value, keras.optimizers.schedules.LearningRateSchedule):
        config = {name: v for name, v in value.get_config().items() if v is not None}
        options = ", ".join(f"{name}={v!r}" for name, v in config.items() if name != "name")
        return f"keras.optimizers.schedules.{type(value).__name__}({options})"
    return repr(value)
