"""Flip bytes of SIGNS's files and let the quarantine's own program read each: ``… EXAMPLES``.

Each input is read by a fork that has loaded everything, within the quarantine's limits. It ends
with code 0 where each was right, or refused in one line, or ended the fork by a signal, as a bug
of the HDF5 library may: the quarantine then says one sentence. It prints how many did what.
"""

import json
import os
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resnet.data import quarantine, sent_signs
from resnet.data.hdf5 import Split, write_split
from resnet.data.signs import FILES

TRACEBACK = 70  # the code of a fork that ended in an error nobody foresaw


def main(examples: str) -> None:
    """Try so many inputs, the same ones each time."""
    with tempfile.TemporaryDirectory() as place:
        folder, log = Path(place), Path(place) / "log"
        for part, file in FILES.items():
            images = np.full((6, 64, 64, 3), 7, np.uint8)
            images[:, 0, 0, 0] = 2 * np.arange(6) + (part == "test")  # no image is in both
            write_split(folder / file, part, Split(images, np.arange(6), tuple(range(6)), True))
        whole = (folder / FILES["train"]).read_bytes()
        assert _ended(folder, log) == "right"
        ends: Counter[str] = Counter()
        places = st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255))

        @settings(
            max_examples=int(examples),
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(places, min_size=1, max_size=6), st.integers(0, len(whole)))
        def try_one(flips: list[tuple[int, int]], lost: int) -> None:
            content = bytearray(whole)
            for where, byte in flips:
                content[where] = byte
            kept = content[: len(whole) - lost] if lost % 8 == 1 else content
            (folder / FILES["train"]).write_bytes(kept)
            ends[_ended(folder, log)] += 1

        try_one()
    print(json.dumps(ends))


def _ended(folder: Path, log: Path) -> str:
    """Read the folder in a fork; return how it ended, AssertionError for an unforeseen error."""
    child = os.fork()
    if not child:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        code = TRACEBACK
        try:
            code = sent_signs.main(str(folder), quarantine.MEMORY, quarantine.SECONDS)
            sys.stdout.flush()
        except BaseException:
            traceback.print_exc(file=sys.stdout)
            sys.stdout.flush()
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    logged = log.read_text()
    assert code != TRACEBACK, logged
    if code < 0:
        return "ended by a signal"
    assert logged.count("\n") == 1, logged
    assert bool(logged.strip()) == bool(code)
    return "refused" if code else "right"


if __name__ == "__main__":
    main(*sys.argv[1:])
