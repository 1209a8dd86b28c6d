"""Keep SIGNS's two files that someone sent, once a process of its own has found them right.

Run as `python -m resnet.data.sent_signs DIR BYTES SECONDS`.
"""

import sys
import tempfile
from pathlib import Path

from resnet.data.folder import written
from resnet.data.hdf5 import Part
from resnet.data.quarantine import confine, run_apart, tell
from resnet.data.signs import FILES, check_folder
from resnet.errors import LabError
from resnet.language import translate as _

LARGEST_UPLOAD = 64 * 2**20  # bytes of a file


def keep_signs(files: dict[Part, bytes], folder: Path) -> None:
    """Put SIGNS's two files into a folder once a child process has found them right.

    Raises LabError with one sentence for files that are not; nothing is kept then.
    """
    if max(map(len, files.values())) > LARGEST_UPLOAD:
        raise LabError(
            _("The file is too large: SIGNS's own files are below {limit} MB; use those.").format(
                limit=LARGEST_UPLOAD >> 20
            )
        )
    with written(folder), tempfile.TemporaryDirectory(prefix="upload-", dir=folder) as place:
        for part, content in files.items():
            (Path(place) / FILES[part]).write_bytes(content)
        check_apart(Path(place))
        for part in files:
            (Path(place) / FILES[part]).replace(folder / FILES[part])


def check_apart(folder: Path) -> None:
    """Check a folder in a process of its own; LabError says what is wrong with its files."""
    run_apart(
        "resnet.data.sent_signs",
        folder,
        too_long=_("Reading the files takes too long: use SIGNS's own two files."),
        ended=_("Reading the files ends the HDF5 library: use SIGNS's own two files."),
    )


def main(folder: str, memory: int, seconds: int) -> int:
    """Check a folder within limits, bytes and seconds of the processor; 1 if something is wrong."""
    confine(memory, seconds)
    return tell(finding.text for finding in check_folder(folder) if not finding.ok)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
