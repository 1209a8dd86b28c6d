"""What the workers do: module-level functions of plain arguments.

The pages import this module to name its functions; what they need is imported where they run.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from resnet.analysis.gradients import GradientNorms
    from resnet.analysis.training_cost import TrainingCost
    from resnet.data.crop import Square
    from resnet.models.block import Block, Shape
    from resnet.training.asking import Answer, Film
    from resnet.training.fine_tuning import Taught
    from resnet.training.four_steps import FourSteps

SHOWN_CHANNELS = 8


def train_run(run_id: str) -> None:
    """Train a queued run of the store; nothing when another worker has claimed it.

    While the store is away the run is left for the keeper to have it taken up again.
    """
    from resnet.store.run_store import RunStore, StoreUnavailable
    from resnet.training.train import run

    with suppress(StoreUnavailable):  # in the worker's log already
        run(run_id, RunStore())


def training_cost_of(
    model: str, recipe: str, batch_size: int, image_size: int, data: str, batch_norm: bool
) -> "TrainingCost":
    """Return what an epoch of a training will need on this worker; the fields are a spec's."""
    from resnet.data.signs import load
    from resnet.training.estimate import estimated
    from resnet.training.recipes import build_net
    from resnet.training.spec import parse_spec

    spec = parse_spec({
        "model": model, "recipe": recipe, "batch_size": batch_size, "image_size": image_size,
        "data": data, "batch_norm": batch_norm, "epochs": 1,
    })  # fmt: skip
    dataset = load(data)
    return estimated(spec, build_net(spec, len(dataset.classes)), len(dataset.train_images))


def gradient_norms_of(
    name: str,
    batch_norm: bool = True,
    initializer: str | None = None,
    seed: int = 0,
    data: str = "synthetic",
    image_size: int = 32,
    batch: int = 32,
) -> "GradientNorms":
    """Return the gradient norms of a fresh net on a random batch of a data set.

    seed decides the weights and the batch; data is what resnet.data.signs.load() takes.
    """
    import numpy as np

    from resnet.analysis.gradients import gradient_norms
    from resnet.data.photo import as_float
    from resnet.data.signs import load, resized
    from resnet.models.registry import build

    dataset = load(data)
    chosen = np.random.default_rng(seed).permutation(len(dataset.train_images))[:batch]
    images = as_float(resized(dataset.train_images[chosen], image_size))
    shape, classes = (image_size, image_size, 3), len(dataset.classes)
    model = build(name, shape, classes, batch_norm=batch_norm, initializer=initializer, seed=seed)
    return gradient_norms(model, images, dataset.train_labels[chosen])


def ask_about_photo(ref: str, pixels: bytes) -> "Answer":
    """Return the answer of a trained net (Net.ref) to one RGB image and where it looks.

    pixels: height × width × 3 bytes, the size of the net's input.
    """
    from resnet.training.asking import answer

    return answer(ref, _image_for(ref, pixels))


def film_of_photo(ref: str, pixels: bytes) -> "Film":
    """Return what a trained net would guess after each of its blocks; as ask_about_photo()."""
    from resnet.training.asking import film

    return film(ref, _image_for(ref, pixels))


def find_hand(ref: str, pixels: bytes, width: int, height: int) -> "Square":
    """Return the square of an RGB photo (height × width × 3 bytes) that a net is surest of."""
    from PIL import Image

    from resnet.training.looking import look
    from resnet.training.prediction import load_net

    return look(load_net(ref), Image.frombytes("RGB", (width, height), pixels)).square


def teach_net(ref: str, pixels: tuple[bytes, ...], labels: tuple[int, ...]) -> "Taught":
    """Return what teaching a copy of a net a few labelled photos changes; as ask_about_photo()."""
    import numpy as np

    from resnet.training.fine_tuning import fine_tune

    return fine_tune(ref, np.stack([_image_for(ref, p) for p in pixels]), np.array(labels))


def export_net(ref: str, form: str) -> bytes:
    """Return a trained net as one file; see resnet.training.export."""
    from resnet.training.export import exported

    return exported(ref, form)


def notebook_of(run_id: str) -> str:
    """Return a stored run's training as the text of a Jupyter notebook."""
    from resnet.data.signs import load
    from resnet.store.run_store import RunStore
    from resnet.training.notebook import notebook

    run = RunStore().get(run_id)
    return notebook(run, len(load(run.spec["data"]).train_images))


def four_steps(data: str, seed: int, rate: float, epochs: int) -> "FourSteps":
    """Return what building, fitting and evaluating a tiny net gives."""
    from resnet.training import four_steps as lesson

    return lesson.four_steps(data, seed, rate, epochs)


def _image_for(ref: str, pixels: bytes) -> "np.ndarray":
    import numpy as np

    from resnet.training.prediction import find_net

    return np.frombuffer(pixels, np.uint8).reshape(find_net(ref).card.input_shape)


def block_feature_maps(
    block: "Block", input_shape: "Shape", sign: int
) -> "list[tuple[str, np.ndarray]]":
    """Return what each layer of a fresh block makes of a test image of a sign.

    Pairs of the layer's name and its first SHOWN_CHANNELS maps (H, W, C).
    """
    import numpy as np

    from resnet.analysis.feature_maps import feature_maps, mixed_channels
    from resnet.data.photo import as_float
    from resnet.data.signs import find_signs, load, resized
    from resnet.models.blocks import block_model

    dataset = load("signs" if find_signs() else "synthetic")
    index = int(np.argmax(dataset.test_labels == sign))
    image = as_float(resized(dataset.test_images[index : index + 1], input_shape[0]))[0]
    model = block_model(block, input_shape, "he_normal")
    maps = feature_maps(model, mixed_channels(image, input_shape[2]))
    return [(name, values[..., :SHOWN_CHANNELS]) for name, values in maps]
