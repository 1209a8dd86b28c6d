"""The command line in this process, and a tiny data set for it."""

import numpy as np
import pytest
from click.testing import CliRunner, Result

from resnet.cli import lab
from resnet.data.signs import Dataset, write_hdf5


@pytest.fixture
def cli():
    """Run one command line, as `cli("summary", "fast")`."""

    def run(*arguments: object) -> Result:
        result = CliRunner().invoke(lab, [str(argument) for argument in arguments])
        unexpected = result.exception
        if unexpected is not None and not isinstance(unexpected, SystemExit):
            raise unexpected
        return result

    return run


@pytest.fixture
def one_line(cli):
    """Run a wrong command line; return the one line it must end with."""

    def run(*arguments: object, code: int) -> str:
        result = cli(*arguments)
        assert result.exit_code == code, result.output
        assert result.stdout == ""
        assert result.stderr.startswith("Error: ")
        assert result.stderr.count("\n") == 1
        return result.stderr

    return run


@pytest.fixture(scope="session")
def tiny_signs(tmp_path_factory):
    """A folder with 24 training and 12 test images of noise in SIGNS's layout."""
    rng = np.random.default_rng(0)
    folder = tmp_path_factory.mktemp("tiny_signs")

    def images(count: int) -> np.ndarray:
        return rng.integers(0, 256, (count, 64, 64, 3), np.uint8)

    labels = np.arange(24) % 6
    tiny = Dataset(
        "tiny", images(24), labels, images(12), labels[:12], tuple(range(6)), True, "noise"
    )
    write_hdf5(tiny, folder)
    return folder
