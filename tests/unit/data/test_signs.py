"""The HDF5 reader: every way a file can be wrong, each told in one sentence."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from resnet.data.signs import (
    FILES,
    Dataset,
    check_folder,
    find_signs,
    load,
    load_signs,
    resized,
    write_hdf5,
)
from resnet.errors import LabError


def small_set(train: int = 12, test: int = 6, synthetic: bool = False) -> Dataset:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (train + test, 64, 64, 3), np.uint8)
    labels = np.arange(train + test, dtype=np.int64) % 6
    return Dataset(
        "small",
        images[:train],
        labels[:train],
        images[train:],
        labels[train:],
        (0, 1, 2, 3, 4, 5),
        synthetic,
        "made by the test",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_hdf5(small_set(), tmp_path)
    return tmp_path


def rewrite(folder: Path, key: str, **array: object) -> None:
    """Replace one array of the training file."""
    with h5py.File(folder / FILES["train"], "a") as file:
        del file[key]
        if array:
            file.create_dataset(key, **array)


def refusal(folder: Path) -> str:
    with pytest.raises(LabError) as caught:
        load(str(folder))
    return str(caught.value)


def test_what_is_written_is_read_again(folder: Path) -> None:
    made, read = small_set(), load(folder)
    np.testing.assert_array_equal(read.train_images, made.train_images)
    np.testing.assert_array_equal(read.test_labels, made.test_labels)
    assert read.train_images.dtype == np.uint8
    assert read.train_labels.dtype == np.int64
    assert read.classes == (0, 1, 2, 3, 4, 5)
    assert read.synthetic is False
    assert read.name == folder.name
    assert list(folder.glob("*.part")) == []


def test_a_synthetic_set_says_so_after_reading(tmp_path: Path) -> None:
    write_hdf5(small_set(synthetic=True), tmp_path)
    assert load(tmp_path).synthetic is True
    assert "synthetic" in check_folder(tmp_path)[0].text


def test_images_cannot_be_changed_by_accident(folder: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        load(folder).train_images[0] = 0


def test_a_file_without_the_list_of_classes_has_the_six_of_signs(folder: Path) -> None:
    rewrite(folder, "list_classes")
    assert load(folder).classes == (0, 1, 2, 3, 4, 5)


WRONG_ARRAYS = {
    "missing key": ("train_set_x", {}, "no array train_set_x"),
    "missing labels": ("train_set_y", {}, "no array train_set_y"),
    "float images": ("train_set_x", {"data": np.zeros((12, 64, 64, 3), "f4")}, "float32"),
    "float labels": ("train_set_y", {"data": np.zeros(12, "f8")}, "float64"),
    "images that are not numbers": (
        "train_set_x",
        {"data": np.full((12, 64, 64, 3), np.nan, "f4")},
        "float32",
    ),
    "endless images": ("train_set_x", {"data": np.full((12, 64, 64, 3), np.inf, "f8")}, "float64"),
    "labels that are not numbers": ("train_set_y", {"data": [0, 1, np.nan] * 4}, "float64"),
    "signed images": ("train_set_x", {"data": np.zeros((12, 64, 64, 3), "i1")}, "int8"),
    "text labels": ("train_set_y", {"data": [b"0"] * 12}, "int64"),
    "variable length": (
        "train_set_y",
        {"shape": (12,), "dtype": h5py.vlen_dtype(np.int64)},
        "int64",
    ),
    "objects": ("train_set_y", {"shape": (12,), "dtype": h5py.ref_dtype}, "int64"),
    "compound": ("train_set_y", {"data": np.zeros(12, [("a", "i8"), ("b", "i8")])}, "int64"),
    "rank": ("train_set_x", {"data": np.zeros((12, 64, 192), "u1")}, "(N, 64, 64, 3)"),
    "channels": ("train_set_x", {"data": np.zeros((12, 64, 64, 1), "u1")}, "(12, 64, 64, 1)"),
    "side": ("train_set_x", {"data": np.zeros((12, 32, 32, 3), "u1")}, "(12, 32, 32, 3)"),
    "label matrix": ("train_set_y", {"data": np.zeros((1, 12), "i8")}, "(1, 12)"),
    "scalar": ("train_set_y", {"data": 3}, "(N)"),
    "empty space": ("train_set_y", {"data": h5py.Empty("i8")}, "(N)"),
    "counts": ("train_set_y", {"data": np.zeros(11, "i8")}, "12 images but 11 labels"),
    "label too large": ("train_set_y", {"data": np.arange(12) % 7}, "from 0 to 5"),
    "label negative": ("train_set_y", {"data": np.arange(12) % 6 - 1}, "from -1 to 4"),
    "label beyond int64": (
        "train_set_y",
        {"data": np.full(12, 2**64 - 1, np.uint64)},
        "from 0 to 5",
    ),
    "no images": ("train_set_x", {"data": np.zeros((0, 64, 64, 3), "u1")}, "no rows"),
    "no labels": ("train_set_y", {"data": np.zeros(0, "i8")}, "no rows"),
    "classes with a gap": ("list_classes", {"data": [0, 2, 3, 4, 5, 6]}, "0, 2, 3"),
    "one class": ("list_classes", {"data": [0]}, "it begins 0:"),
    "seven classes": ("list_classes", {"data": np.arange(7)}, "it begins 0, 1, 2, 3, 4, 5, 6:"),
    "labels of one class": ("train_set_y", {"data": np.zeros(12, "i8")}, "none of 1, 2, 3, 4, 5"),
    "a class that never occurs": ("train_set_y", {"data": np.arange(12) % 6 % 5}, "none of 5"),
    "class names": ("list_classes", {"data": [b"cat", b"dog"]}, "int64"),
    "twelve terabytes": (
        "train_set_x",
        {"shape": (10**9, 64, 64, 3), "dtype": "u1", "chunks": (1, 64, 64, 3)},
        "declares 11718750 MB",
    ),
    "more than is stored": (
        "train_set_x",
        {"shape": (9000, 64, 64, 3), "dtype": "u1", "chunks": (1, 64, 64, 3)},
        "only 0 are stored",
    ),
    "giant chunk": (
        "train_set_x",
        {
            "shape": (12, 64, 64, 3),
            "maxshape": (None, 64, 64, 3),
            "dtype": "u1",
            "chunks": (10**5, 64, 64, 3),
        },
        "declares 1171 MB",
    ),
    "other packing": (
        "train_set_x",
        {"data": np.zeros((12, 64, 64, 3), "u1"), "compression": "lzf"},
        "packed in an unusual way",
    ),
}


@pytest.mark.parametrize("case", WRONG_ARRAYS)
def test_a_wrong_array_is_refused_in_one_sentence(folder: Path, case: str) -> None:
    key, array, words = WRONG_ARRAYS[case]
    rewrite(folder, key, **array)
    message = refusal(folder)
    assert words in message
    assert "train_signs.h5" in message
    assert message.endswith((".", "?"))
    assert "\n" not in message
    finding = check_folder(folder)[0]
    assert (finding.ok, finding.text) == (False, message)


def test_a_chunk_with_wrong_bytes_is_refused(folder: Path) -> None:
    path = folder / FILES["train"]
    with h5py.File(path) as file:
        place = file["train_set_x"].id.get_chunk_info(0).byte_offset
    content = bytearray(path.read_bytes())
    content[place : place + 64] = b"x" * 64
    path.write_bytes(content)
    assert "damaged" in refusal(folder)


def test_links_to_other_places_are_refused(folder: Path) -> None:
    path = folder / FILES["train"]
    for link in (h5py.SoftLink("/elsewhere"), h5py.ExternalLink(FILES["test"], "test_set_y")):
        rewrite(folder, "train_set_y")
        with h5py.File(path, "a") as file:
            file["train_set_y"] = link
        assert "must hold its values itself" in refusal(folder)


def test_a_group_in_an_arrays_place_is_refused(folder: Path) -> None:
    with h5py.File(folder / FILES["train"], "a") as file:
        del file["train_set_x"]
        file.create_group("train_set_x")
    assert "must hold its values itself" in refusal(folder)


def test_external_storage_is_refused(folder: Path) -> None:
    secret = folder / "secret"
    secret.write_bytes(bytes(range(96)))
    rewrite(folder, "train_set_y", shape=(12,), dtype="i8", external=[(str(secret), 0, 96)])
    assert "must hold its values itself" in refusal(folder)


def test_a_virtual_array_is_refused(folder: Path) -> None:
    layout = h5py.VirtualLayout((12,), "i8")
    layout[:6] = h5py.VirtualSource(str(folder / FILES["test"]), "test_set_y", (6,))
    with h5py.File(folder / FILES["train"], "a") as file:
        del file["train_set_y"]
        file.create_virtual_dataset("train_set_y", layout)
    assert "must hold its values itself" in refusal(folder)


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "not an HDF5 file"), (b"<html>404</html>", "not an HDF5 file")]
)
def test_a_file_of_another_kind_is_refused(folder: Path, content: bytes, words: str) -> None:
    (folder / FILES["train"]).write_bytes(content)
    assert words in refusal(folder)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.95])
def test_a_truncated_file_is_refused(folder: Path, kept: float) -> None:
    path = folder / FILES["train"]
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    assert "damaged or cut off" in refusal(folder)


def test_a_folder_in_a_files_place_is_refused(folder: Path) -> None:
    (folder / FILES["train"]).unlink()
    (folder / FILES["train"]).mkdir()
    assert "train_signs.h5 is missing" in refusal(folder)


@pytest.mark.parametrize("part", ["train", "test"])
def test_one_file_is_not_split_into_two(folder: Path, part: str) -> None:
    (folder / FILES[part]).unlink()
    assert f"{FILES[part]} is missing" in refusal(folder)


def of_odd_size(size: int) -> h5py.h5t.TypeIntegerID:
    """An integer type of HDF5 that NumPy has not."""
    kind = h5py.h5t.STD_I64LE.copy()
    kind.set_precision(8 * size)
    kind.set_size(size)
    return kind


@pytest.mark.parametrize("size", [3, 5, 6, 7])
@pytest.mark.parametrize("key", ["train_set_x", "train_set_y", "list_classes"])
def test_integers_that_numpy_has_not_are_refused(folder: Path, key: str, size: int) -> None:
    with h5py.File(folder / FILES["train"], "a") as file:
        space = file[key].id.get_space()
        del file[key]
        array = h5py.h5d.create(file.id, key.encode(), of_odd_size(size), space)
        array.write(h5py.h5s.ALL, h5py.h5s.ALL, np.zeros(space.shape, np.int64))
    assert "but its type is other" in refusal(folder)


@pytest.mark.parametrize(
    "kind", [h5py.h5t.UNIX_D32LE, h5py.h5t.UNIX_D64BE, of_odd_size(3)], ids=["t32", "t64", "i3"]
)
def test_a_mark_of_another_type_is_no_mark(folder: Path, kind: h5py.h5t.TypeID) -> None:
    with h5py.File(folder / FILES["train"], "a") as file:
        del file.attrs["synthetic"]
        h5py.h5a.create(file.id, b"synthetic", kind, h5py.h5s.create(h5py.h5s.SCALAR))
    assert load(folder).synthetic is False


def test_what_else_a_file_holds_changes_nothing(folder: Path) -> None:
    before = load(folder)
    with h5py.File(folder / FILES["train"], "a") as file:
        file["more"] = np.full(9, np.nan)
        file["train_set_y"].attrs["more"] = "words"
        file["group/train_set_x"] = h5py.ExternalLink("nowhere.h5", "secret")
        file.attrs["more"] = np.zeros(3)
    after = load(folder)
    np.testing.assert_array_equal(after.train_images, before.train_images)
    np.testing.assert_array_equal(after.train_labels, before.train_labels)
    assert (after.classes, after.synthetic) == (before.classes, before.synthetic)


def test_names_and_places_that_do_not_exist(tmp_path: Path, monkeypatch) -> None:
    with pytest.raises(LabError, match="no data set “sings”"):
        load("sings")
    with pytest.raises(LabError, match="holds neither"):
        load(tmp_path)
    monkeypatch.setenv("SIGNS_DIR", str(tmp_path))
    with pytest.raises(LabError, match="holds neither"):
        load("signs")


def test_where_signs_is_looked_for(folder: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("SIGNS_DIR", str(folder))
    assert find_signs() == folder
    assert load_signs().name == "signs"
    assert find_signs(tmp_path / "nowhere") is None
    monkeypatch.setattr("resnet.data.signs.WORKPLACE", tmp_path / "clone")
    monkeypatch.delenv("SIGNS_DIR")
    assert find_signs() is None
    with pytest.raises(LabError, match="data/signs"):
        load_signs()
    write_hdf5(small_set(), tmp_path / "clone" / "data" / "signs")
    assert find_signs() == tmp_path / "clone" / "data" / "signs"


def test_check_folder_tells_counts_and_shared_images(folder: Path) -> None:
    findings = check_folder(folder)
    assert [f.ok for f in findings] == [True, True, True]
    assert "12 real images" in findings[0].text
    assert "0: 2, 1: 2, 2: 2, 3: 2, 4: 2, 5: 2" in findings[0].text
    rewrite(folder, "train_set_x", data=np.repeat(small_set().test_images, 2, axis=0))
    assert (check_folder(folder)[-1].ok, "6 test images" in check_folder(folder)[-1].text) == (
        False,
        True,
    )


def test_shrinking_by_a_whole_factor_takes_the_mean_of_each_area() -> None:
    images = small_set().train_images
    mean = images.reshape(12, 32, 2, 32, 2, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(resized(images, 32), mean, atol=1)  # rounded twice


@pytest.mark.parametrize("size", [48, 64, 96])
def test_other_sizes_keep_plain_colours(size: int) -> None:
    images = np.full((2, 64, 64, 3), (10, 100, 200), np.uint8)
    assert resized(images, size).shape == (2, size, size, 3)
    np.testing.assert_array_equal(resized(images, size)[1, size // 2, 3], (10, 100, 200))


def test_both_sets_train_together_and_signs_alone_tests(folder: Path, monkeypatch) -> None:
    monkeypatch.setenv("SIGNS_DIR", str(folder))
    both, real, drawn = load("both"), load("signs"), load("synthetic")
    assert len(both.train_images) == len(real.train_images) + len(drawn.train_images)
    np.testing.assert_array_equal(both.train_labels[-5:], drawn.train_labels[-5:])
    np.testing.assert_array_equal(both.test_images, real.test_images)


@pytest.mark.signs
def test_the_real_signs_has_the_published_counts() -> None:
    real = load("signs")
    assert real.train_images.shape == (1080, 64, 64, 3)
    assert real.test_images.shape == (120, 64, 64, 3)
    np.testing.assert_array_equal(np.bincount(real.train_labels), [180] * 6)
    np.testing.assert_array_equal(np.bincount(real.test_labels), [20] * 6)
    assert not real.synthetic
    assert all(finding.ok for finding in check_folder(real.source))
