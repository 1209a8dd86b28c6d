"""A trained net on disk: its weights, and a card that says which architecture they fit."""

import errno
import io
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from resnet.errors import LabError
from resnet.language import translate as _
from resnet.settings import runs_place

if TYPE_CHECKING:
    import keras

WEIGHTS = ".weights.h5"
CARD = ".json"
NET = "model"
STATE, ARRAYS = "state-", ".npz"
# What a file that is no archive, or a damaged one, makes of its reading.
_UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    EOFError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
)


class Card(BaseModel):
    """What it takes to build a net again, and where its weights come from.

    classes: the labels in the order of the outputs; spec: the training spec; run: its id.
    temperature: of calibration.py; unsure_below: the probability under which the net should say
    that it is not sure; accuracies: measured, by the name of the test set.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    architecture: str
    input_shape: tuple[int, int, int]
    classes: tuple[int, ...]
    shortcut: bool | None = None
    batch_norm: bool = True
    data: str = ""
    synthetic: bool = False
    test_accuracy: float | None = None
    run: str = ""
    spec: dict[str, Any] = {}
    versions: dict[str, str] = {}
    temperature: float = 1.0
    unsure_below: float = 0.0
    accuracies: dict[str, float] = {}


def run_folder(run_id: str) -> Path:
    """Return the folder of a run's files."""
    if not re.fullmatch(r"[0-9A-Za-z_-]+", run_id):
        raise LabError(_("“{run}” is not a run's id: choose one from the list.").format(run=run_id))
    return runs_place() / run_id


def save_net(model: "keras.Model", card: Card, folder: Path, name: str = NET) -> None:
    """Write weights and card, each beside its place first: a kill leaves the earlier ones whole."""
    write_net(weights_as_bytes(model), card, folder, name)


def weights_as_bytes(model: "keras.Model") -> bytes:
    """Return the content of a file of a net's weights."""
    import keras

    with TemporaryDirectory() as folder:
        path = Path(folder) / f"net{WEIGHTS}"
        # A model of the same layers has no optimizer, whose state would be twice the weights.
        keras.Model(model.inputs, model.outputs).save_weights(path)
        return path.read_bytes()


def write_net(weights: bytes, card: Card, folder: Path, name: str = NET) -> None:
    """Write a net's weights and card, each beside its place first and then renamed."""
    _put(weights, folder, f"{name}{WEIGHTS}")
    _put((card.model_dump_json(indent=1) + "\n").encode(), folder, f"{name}{CARD}")


def _put(content: bytes, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not isinstance(folder, Path):  # an object store shows a file whole or not at all
        (folder / name).write_bytes(content)
        return
    partial = folder / f"partial-{name}"
    try:
        partial.write_bytes(content)
        partial.replace(folder / name)
    except OSError:  # on a full disk it would keep the disk full
        partial.unlink(missing_ok=True)
        raise


def content_of(path: Path) -> bytes:
    """Return what a file holds; OSError also for what is none, such as a pipe nobody writes to."""
    _refuse_special(path)
    return path.read_bytes()


def _refuse_special(path: Path) -> None:
    if isinstance(path, Path) and path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a regular file", str(path))


@contextmanager
def on_disk(path: Path) -> Iterator[Path]:
    """Give a file as one of this machine's disk, where Keras can read it."""
    if isinstance(path, Path):
        _refuse_special(path)
        yield path
        return
    with TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(path.read_bytes())
        yield copy


def net_archive(weights: bytes, card: bytes) -> bytes:
    """Return a zip of a net's two files, as `predict` finds them after unpacking."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(f"{NET}{WEIGHTS}", weights)
        archive.writestr(f"{NET}{CARD}", card)
    return content.getvalue()


def keep_state(model: "keras.Model", epochs: int, folder: Path) -> None:
    """Keep all that training goes on from after so many epochs: weights and optimizer.

    As bare arrays in their order: Keras's own file takes ten times as long, a fifteenth of an epoch
    of the fast net.
    """
    kept, content = _states(folder), io.BytesIO()
    arrays: dict[str, Any] = {
        str(place): np.asarray(variable.numpy(), order="C")
        for place, variable in enumerate(_variables(model))
    }
    np.savez(content, **arrays)
    _put(content.getvalue(), folder, f"{STATE}{epochs}{ARRAYS}")
    for old in kept - {epochs}:
        (folder / f"{STATE}{old}{ARRAYS}").unlink(missing_ok=True)


def _variables(model: "keras.Model") -> list["keras.Variable"]:
    return [*model.weights, *model.optimizer.variables]


def restore_state(model: "keras.Model", folder: Path) -> int:
    """Bring a built and compiled net to its newest kept state; return how many epochs it has had.

    0 where there is none, or none that can be read and is this net's: training starts anew.
    """
    variables = _variables(model)
    for epochs in sorted(_states(folder), reverse=True):
        try:
            with on_disk(folder / f"{STATE}{epochs}{ARRAYS}") as file:
                arrays = _arrays_of(file, [variable.numpy() for variable in variables])
        except _UNREADABLE:
            continue
        for variable, array in zip(variables, arrays, strict=True):
            variable.assign(array)
        return epochs
    return 0


def _arrays_of(file: Path, like: list[np.ndarray]) -> list[np.ndarray]:
    """Return the arrays of a kept state, one like each; ValueError where one is not.

    Nothing in the file decides how much is read: not more than the net itself takes.
    """
    with zipfile.ZipFile(file) as archive:
        if len(archive.namelist()) != len(like):
            raise ValueError("other variables")
        return [_array_of(archive, f"{place}.npy", array) for place, array in enumerate(like)]


def _array_of(archive: zipfile.ZipFile, name: str, like: np.ndarray) -> np.ndarray:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(like))
    start = header.getvalue()
    with archive.open(name) as member:
        content = member.read(len(start) + like.nbytes + 1)
    if not content.startswith(start):
        raise ValueError("another kind of array")
    array = np.frombuffer(content, like.dtype, offset=len(start)).reshape(like.shape)
    if not np.isfinite(array).all():  # no training goes on from there
        raise ValueError("not a number")
    return array


def forget_state(folder: Path) -> None:
    """Remove what training would go on from."""
    for epochs in _states(folder):
        (folder / f"{STATE}{epochs}{ARRAYS}").unlink(missing_ok=True)


def kept_epochs(folder: Path) -> int:
    """Return after how many epochs training could go on from here; 0 where nothing is kept."""
    return max(_states(folder), default=0)


def copy_state(source: Path, target: Path) -> None:
    """Give another run all that training would go on from."""
    name = f"{STATE}{kept_epochs(source)}{ARRAYS}"
    _put(content_of(source / name), target, name)


def remove_files(folder: Path) -> None:
    """Remove a run's folder with all that is in it."""
    if isinstance(folder, Path) and folder.is_symlink():
        folder.unlink()  # what lies elsewhere is its owner's
    elif isinstance(folder, Path):
        shutil.rmtree(folder, ignore_errors=True)
    elif folder.exists():
        folder.rmdir(recursive=True)


def _states(folder: Path) -> set[int]:
    found = folder.iterdir() if folder.exists() else ()
    names = (path.name for path in found if path.name.startswith(STATE))
    numbers = (name.removeprefix(STATE).removesuffix(ARRAYS) for name in names)
    return {int(number) for number in numbers if number.isdecimal()}


def read_card(path: Path) -> Card:
    """Read a card; LabError when it is missing or not one."""
    try:
        return Card.model_validate_json(content_of(path))
    except OSError as error:
        raise LabError(
            _(
                "Weights need their card beside them: {path} cannot be read ({error}); copy both "
                "files of the run."
            ).format(path=path, error=error.strerror)
        ) from error
    except ValidationError as error:
        raise LabError(
            _("{path} is not the card of a trained net: copy it anew from its run.").format(
                path=path
            )
        ) from error
