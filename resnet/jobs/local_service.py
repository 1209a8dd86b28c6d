"""Start and end the local cluster's process (service.py) as a child of this one."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from resnet.logs import make_room
from resnet.settings import PROJECT

if TYPE_CHECKING:
    from distributed.security import Security

HANDSHAKE_SECONDS = 120
ENDING_SECONDS = 8
KEPT_LOGS = 10


class LocalService:
    """A running service; it ends with end(), and by itself when this process dies."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        path = os.pathsep.join(filter(None, (str(PROJECT), environment.get("PYTHONPATH"))))
        log.parent.mkdir(parents=True, exist_ok=True)
        make_room(log.parent.glob("cluster-*.log"), KEPT_LOGS)
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "resnet.jobs.service"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                env={**environment, "PYTHONPATH": path},
                start_new_session=True,  # Ctrl-C is for the app, which then ends the service
            )

    @property
    def pid(self) -> int:
        """Id of the service's process; its workers are its children."""
        return self._process.pid

    def address(self) -> tuple[str, "Security"]:
        """Wait for the scheduler's address and keys.

        OSError when the service ends first, as it must when it says nothing for too long.
        """
        from distributed.security import Security

        assert self._process.stdout is not None
        too_late = threading.Timer(HANDSHAKE_SECONDS, self.kill)
        too_late.daemon = True
        too_late.start()
        line = self._process.stdout.readline()
        too_late.cancel()
        if not line:
            raise OSError(f"the service ended with code {self._process.wait()}")
        keys = json.loads(line)
        return keys.pop("address"), Security(require_encryption=True, **keys)

    def alive(self) -> bool:
        """True while the process runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the service at once; its workers end when they miss it."""
        self._process.kill()

    def end(self) -> None:
        """End the service and its workers, and wait for it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
