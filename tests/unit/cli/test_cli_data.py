"""`data check`, `data synthetic`."""

import pytest

from resnet.data.signs import Dataset, load_signs, write_hdf5


def test_check_says_what_the_files_hold(cli, tiny_signs):
    result = cli("data", "check", tiny_signs)
    assert result.exit_code == 0
    assert "24 synthetic images" in result.stdout
    assert "12 synthetic images" in result.stdout


@pytest.mark.signs
def test_check_of_real_signs(cli):
    from resnet.data.signs import find_signs

    result = cli("data", "check", find_signs())
    assert result.exit_code == 0
    assert "1080 real images" in result.stdout


def test_check_of_broken_files_is_one_line(one_line, tmp_path):
    (tmp_path / "train_signs.h5").write_bytes(b"no HDF5")
    line = one_line("data", "check", tmp_path, code=1)
    assert "train_signs.h5 is not an HDF5 file" in line
    assert "test_signs.h5 is missing" in line


def test_check_of_no_folder(one_line, tmp_path):
    assert "does not exist" in one_line("data", "check", tmp_path / "nowhere", code=2)


def test_synthetic_writes_files_that_pass_the_check(cli, tmp_path):
    folder = tmp_path / "hands"
    written = cli("data", "synthetic", "--out", folder, "--seed", 3, "--train", 12, "--test", 6)
    assert written.exit_code == 0, written.output
    assert cli("data", "check", folder).exit_code == 0
    dataset = load_signs(folder)
    assert dataset.synthetic
    assert (len(dataset.train_images), len(dataset.test_images)) == (12, 6)


def test_synthetic_never_overwrites_photos(one_line, tiny_signs, tmp_path):
    tiny = load_signs(tiny_signs)
    photos = Dataset(
        "photos",
        tiny.train_images,
        tiny.train_labels,
        tiny.test_images,
        tiny.test_labels,
        tiny.classes,
        synthetic=False,
        source="",
    )
    write_hdf5(photos, tmp_path)
    before = (tmp_path / "train_signs.h5").read_bytes()
    assert "real photos" in one_line("data", "synthetic", "--out", tmp_path, code=1)
    assert (tmp_path / "train_signs.h5").read_bytes() == before
