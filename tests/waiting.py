"""Wait for what other processes do."""

import threading
import time
from collections.abc import Callable
from typing import Any


def until(condition: Callable[[], Any], seconds: float = 120, pause: float = 0.1) -> Any:
    """Look again and again until the condition holds; return what it gave."""
    waiting, deadline = threading.Event(), time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        waiting.wait(pause)
    return found
