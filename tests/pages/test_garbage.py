"""The collector is spared what lives, and still finds what has died."""

import gc
import weakref

from pages.components import garbage


class Knot:
    def __init__(self):
        self.itself = self


def test_a_frozen_cycle_is_collected_once_it_is_dead():
    knot = Knot()
    gone = weakref.ref(knot)
    try:
        garbage.sweep()
        assert gc.get_freeze_count() > 10_000
        del knot
        gc.collect()
        assert gone() is not None  # frozen: an ordinary collection does not look at it
        garbage.sweep()
        assert gone() is None
    finally:
        gc.unfreeze()
