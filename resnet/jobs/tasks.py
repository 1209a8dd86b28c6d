"""What the workers do: module-level functions of plain arguments.

The pages import this module to name its functions; what they need is imported where they run.
"""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from resnet.analysis.favourites import Learned
    from resnet.analysis.gradients import GradientNorms
    from resnet.analysis.identity_layers import Growth
    from resnet.analysis.training_cost import TrainingCost
    from resnet.course.four_steps import FourSteps
    from resnet.inference.finding import FoundHand
    from resnet.inference.fine_tuning import Taught
    from resnet.inference.learning_phase import Phases
    from resnet.inference.photo_prediction import GuessesByBlock, PhotoPrediction
    from resnet.models.block import Block, Shape

SHOWN_CHANNELS = 8


@contextmanager
def resting_afterwards() -> Iterator[None]:
    """Have this worker give its memory back when the block ends, however it does.

    One that stays too large all the same makes room for a new one.
    """
    from resnet import backend, memory
    from resnet.jobs.renewal import renew_worker

    try:
        yield
    except Exception as error:
        traceback.clear_frames(error.__traceback__)  # they hold the nets that it was about
        raise
    finally:
        small = memory.rest(keep=backend.device_name() != "CPU")
        if not small:
            renew_worker()


def probed(task: Callable[..., Any], *args: Any) -> Any:
    """Return what a short task gives, and give its memory back."""
    with resting_afterwards():
        return task(*args)


def train_run(run_id: str) -> None:
    """Train a queued run of the store; nothing when another worker has claimed it.

    While the store is away the run is left for the keeper to have it taken up again.
    """
    from resnet.store.run_store import RunStore, StoreUnavailable
    from resnet.training.stored_run import run

    # The store's silence is in the worker's log already.
    with suppress(StoreUnavailable), resting_afterwards():
        run(run_id, RunStore())


def training_cost_of(
    model: str, recipe: str, batch_size: int, image_size: int, data: str, batch_norm: bool
) -> "TrainingCost":
    """Return what an epoch of a training will need on this worker; the fields are a spec's."""
    from resnet.backend import without_values
    from resnet.data.signs import load
    from resnet.training.estimate import estimated
    from resnet.training.recipes import build_net
    from resnet.training.spec import parse_spec

    spec = parse_spec(
        {
            "model": model,
            "recipe": recipe,
            "batch_size": batch_size,
            "image_size": image_size,
            "data": data,
            "batch_norm": batch_norm,
            "epochs": 1,
        }
    )
    dataset = load(data)
    net = without_values(build_net, spec, len(dataset.classes))
    return estimated(spec, net, len(dataset.train_images))


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
    shape, classes = (image_size, image_size, 3), len(dataset.classes)
    # First: it refuses a size that no image can be brought to.
    model = build(name, shape, classes, batch_norm=batch_norm, initializer=initializer, seed=seed)
    images = as_float(resized(dataset.train_images[chosen], image_size))
    return gradient_norms(model, images, dataset.train_labels[chosen])


def grown_net(weights: str, depth: int, data: str) -> "Growth":
    """Return what identity layers change of a trained plain net, up to a depth.

    weights: the path of its file below assets/; data: what resnet.data.signs.load() takes.
    """
    from resnet.analysis.identity_layers import growth
    from resnet.data.photo import as_float
    from resnet.data.signs import load, resized
    from resnet.inference.prediction import load_net
    from resnet.settings import ASSETS

    net, dataset = load_net(ASSETS / weights), load(data)
    size = net.input_shape[1]
    parts = {
        "train": (dataset.train_images, dataset.train_labels),
        "test": (dataset.test_images, dataset.test_labels),
    }
    images = {part: (as_float(resized(seen, size)), asked) for part, (seen, asked) in parts.items()}
    return growth(net, depth, images)


def predict_photo(ref: str, pixels: bytes) -> "PhotoPrediction":
    """Return a trained net's (Net.ref) class probabilities of one hand, and where it looks.

    pixels: one or more RGB pictures of it, each height × width × 3 bytes, the net's input.
    """
    from resnet.inference.photo_prediction import predict_photo

    return predict_photo(ref, _pictures_for(ref, pixels))


def guesses_by_block(ref: str, pixels: bytes) -> "GuessesByBlock":
    """Return what a trained net would guess after each of its blocks; as predict_photo()."""
    from resnet.inference.photo_prediction import guesses_by_block

    return guesses_by_block(ref, _pictures_for(ref, pixels))


def what_a_net_learned(ref: str, trained: bool) -> "tuple[Learned, str]":
    """Return what a trained net's channels answer to; see resnet.inference.photo_prediction."""
    from resnet.inference.photo_prediction import learned

    return learned(ref, trained)


def find_hand(pixels: bytes, width: int, height: int) -> "FoundHand | None":
    """Return where a hand is in an RGB photo (height × width × 3 bytes), if one is."""
    from PIL import Image

    from resnet.inference.finding import find_hand

    return find_hand(Image.frombytes("RGB", (width, height), pixels))


def teach_net(ref: str, pixels: tuple[bytes, ...], labels: tuple[int, ...]) -> "Taught":
    """Return what teaching a copy of a net a few labelled photos changes; as predict_photo()."""
    import numpy as np

    from resnet.inference.fine_tuning import fine_tune

    return fine_tune(ref, _pictures_for(ref, b"".join(pixels)), np.array(labels))


def export_net(ref: str, form: str) -> bytes:
    """Return a trained net as one file; see resnet.export.keras_file."""
    from resnet.export.keras_file import exported

    return exported(ref, form)


def notebook_of(run_id: str) -> str:
    """Return a stored run's training as the text of a Jupyter notebook."""
    from resnet.data.signs import load
    from resnet.export.notebook import notebook
    from resnet.store.run_store import RunStore

    run = RunStore().get(run_id)
    return notebook(run, len(load(run.spec["data"]).train_images))


def four_steps(data: str, seed: int, rate: float, epochs: int) -> "FourSteps":
    """Return what building, fitting and evaluating a tiny net gives."""
    from resnet.course import four_steps as lesson

    return lesson.four_steps(data, seed, rate, epochs)


def learning_phases() -> "Phases":
    """Return what a shipped net says of one photo in both modes, by the photos beside it."""
    from resnet.inference.learning_phase import phases

    return phases()


def _pictures_for(ref: str, pixels: bytes) -> "np.ndarray":
    import numpy as np

    from resnet.inference.prediction import find_net

    return np.frombuffer(pixels, np.uint8).reshape(-1, *find_net(ref).card.input_shape)


def block_feature_maps(
    block: "Block", input_shape: "Shape", sign: int
) -> "list[tuple[str, np.ndarray]]":
    """Return what each layer of a fresh block makes of a test image of a sign.

    Pairs of the layer's name and its first SHOWN_CHANNELS maps (H, W, C).
    """
    import numpy as np

    from resnet.analysis.feature_maps import feature_maps, mixed_channels
    from resnet.data.photo import as_float
    from resnet.data.signs import data_here, load, resized
    from resnet.models.blocks import block_model

    dataset = load(data_here())
    index = int(np.argmax(dataset.test_labels == sign))
    image = as_float(resized(dataset.test_images[index : index + 1], input_shape[0]))[0]
    model = block_model(block, input_shape, "he_normal")
    maps = feature_maps(model, mixed_channels(image, input_shape[2]))
    return [(name, values[..., :SHOWN_CHANNELS]) for name, values in maps]
