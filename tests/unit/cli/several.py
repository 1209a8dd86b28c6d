"""Several command lines in one process: to start Python and the lab's modules costs a second."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence

from resnet.settings import PROJECT

PATIENCE = 300  # seconds until a test gives up, on any machine
END = b"\x1e"
PROGRAM = """
import json, sys
from resnet.cli import main
for line in json.loads(sys.argv[1]):
    sys.argv[1:] = line
    try:
        main()
    except SystemExit as end:
        code = end.code or 0
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        stream.buffer.write(b"\\x1e")
        stream.flush()
    print(code, end="\\x1e", file=sys.stderr, flush=True)
"""


def several(
    lines: Sequence[Sequence[object]], environment: dict[str, str] = os.environ
) -> list[subprocess.CompletedProcess[bytes]]:
    """Run each command line after the other; return what each wrote and how it ended."""
    asked = json.dumps([list(map(str, line)) for line in lines])
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, asked],
        cwd=PROJECT,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        env=environment,
    )
    assert ran.returncode == 0, ran.stderr
    results, (*told, _last) = ran.stdout.split(END), ran.stderr.split(END)
    return [
        subprocess.CompletedProcess(list(line), int(code), out, error)
        for line, out, error, code in zip(lines, results, told[::2], told[1::2], strict=False)
    ]
