"""The state a run goes on from: kept whole, and left alone where it is anything else."""

import io
import tracemalloc
import zipfile

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resnet.inference.checkpoint import keep_state, restore_state
from resnet.training.train import prepare

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model():
    """A net of two kernels with an optimizer, as small as can be."""
    net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(2)])
    net.compile(keras.optimizers.Adam(), "mse")
    net.optimizer.build(net.trainable_variables)
    return net


@pytest.fixture
def kept(model, tmp_path):
    """The file of the model's state after two epochs."""
    keep_state(model, 2, tmp_path)
    return tmp_path / "state-2.npz"


def variables(model) -> list[np.ndarray]:
    return [variable.numpy() for variable in (*model.weights, *model.optimizer.variables)]


def assert_starts_anew(model, folder) -> None:
    """Nothing of the folder's state gets into the net."""
    before = variables(model)
    assert restore_state(model, folder) == 0
    for one, other in zip(before, variables(model), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_state_comes_back_bit_for_bit(model, kept):
    before = variables(model)
    for variable in (*model.weights, *model.optimizer.variables):
        variable.assign(keras.ops.ones_like(variable))
    assert restore_state(model, kept.parent) == 2
    for one, other in zip(before, variables(model), strict=True):
        np.testing.assert_array_equal(one, other)


def test_an_older_state_serves_where_the_newest_is_cut_off(model, kept):
    (kept.parent / "state-3.npz").write_bytes(kept.read_bytes()[:-200])
    assert restore_state(model, kept.parent) == 2


def member(content: bytes):
    """Return what puts other content in the place of a state's first array."""

    def change(file):
        with zipfile.ZipFile(file) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, held in (members | {"0.npy": content}).items():
                archive.writestr(name, held)

    return change


def npy(array: np.ndarray, **options) -> bytes:
    content = io.BytesIO()
    np.save(content, array, **options)
    return content.getvalue()


def header(shape: str) -> bytes:
    text = "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }" % shape  # noqa: UP031
    return b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little") + text.ljust(117).encode() + b"\n"


KERNEL = np.zeros((4, 3), np.float32)
DAMAGES = {
    "an empty file": lambda file: file.write_bytes(b""),
    "words": lambda file: file.write_bytes(b"cut off"),
    "a bare array": lambda file: file.write_bytes(npy(KERNEL)),
    "an archive of nothing": lambda file: zipfile.ZipFile(file, "w").close(),
    "an empty member": member(b""),
    "an array of 300 GB": member(header("(300, 1000, 1000, 250)") + bytes(48)),
    "a bomb of zeros": member(npy(KERNEL)[:128] + bytes(10**8)),
    "a header of nonsense": member(header("(4, 3")),
    "a header without an end": member(b"\x93NUMPY\x01\x00\xff\xff{"),
    "another shape": member(npy(KERNEL.T)),
    "another type": member(npy(KERNEL.astype(np.float64))),
    "objects": member(npy(np.array([print] * 12, object), allow_pickle=True)),
    "too little": member(npy(KERNEL)[:-4]),
    "not a number": member(npy(KERNEL * np.nan)),
    "infinite": member(npy(KERNEL + np.inf)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_is_no_state_starts_the_run_anew(model, kept, damage):
    damage(kept)
    tracemalloc.start()
    try:
        assert_starts_anew(model, kept.parent)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_the_state_of_another_net_starts_the_run_anew(kept, tiny_spec, colours):
    assert_starts_anew(prepare(tiny_spec(), colours), kept.parent)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_state_with_bytes_changed_is_the_state_or_none(model, tmp_path, data):
    keep_state(model, 2, tmp_path)
    file = tmp_path / "state-2.npz"
    content = bytearray(file.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=5)):
        content[place] = data.draw(st.integers(0, 255))
    file.write_bytes(content)
    assert restore_state(model, tmp_path) in (0, 2)
