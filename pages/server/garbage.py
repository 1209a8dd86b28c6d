"""Spare the garbage collector what is here to stay, and give back what was big and is gone.

Keras's objects cost a collection 0.4 s. They are frozen when all is loaded; what comes later is
collected as in any Python program, whenever enough new objects were made. Streamlit's own
collection after every run of a page is off (.streamlit/config.toml).
"""

import gc
import time

from resnet.memory import give_memory_back

QUIET_SECONDS = 60.0


def spare_what_lives() -> None:
    """Collect what is garbage; no later collection walks what is left."""
    gc.collect()
    gc.freeze()


def keep_lean() -> None:
    """Give memory back again and again, forever: a server that is left alone makes no objects."""
    while True:
        time.sleep(QUIET_SECONDS)
        give_memory_back()
