"""Open files that someone sent in a process of its own, with little memory and time.

The HDF5 library has had memory-safety bugs: what crashes or hangs here ends this process alone.
Run as `python -m resnet.data.quarantine DIR BYTES SECONDS`; prints what check_folder() finds wrong,
a line each, as words that the page can say in its reader's language.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from resnet.data.hdf5 import Part
from resnet.data.signs import FILES, check_folder
from resnet.errors import LabError
from resnet.language import restored, stored
from resnet.language import translate as _

MEMORY = 4 * 2**30  # bytes
SECONDS = 30
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
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="upload-", dir=folder) as place:
        for part, content in files.items():
            (Path(place) / FILES[part]).write_bytes(content)
        _check(Path(place))
        for part in files:
            (Path(place) / FILES[part]).replace(folder / FILES[part])


def _check(folder: Path) -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "resnet.data.quarantine", folder, str(MEMORY), str(SECONDS)],
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise LabError(_("Reading the files takes too long: use SIGNS's own two files.")) from None
    if done.returncode:
        raise LabError(
            _told(done.stdout)
            or _("Reading the files ends the HDF5 library: use SIGNS's own two files.")
        )


def _told(lines: str) -> str:
    """Return what the child found wrong in the reader's language; nothing if it ended in a word."""
    try:
        return " ".join(map(restored, lines.splitlines()))
    except (ValueError, KeyError):
        return ""


def main(folder: str, memory: int, seconds: int) -> int:
    """Check a folder within limits, bytes and seconds of the processor; 1 if something is wrong."""
    if sys.platform != "win32":  # which knows no such limits; the time limit holds everywhere
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faults = [finding.text for finding in check_folder(folder) if not finding.ok]
    print(*map(stored, faults), sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
