"""The collector is spared what lives, and still finds by itself what has died."""

import gc
import tomllib
import weakref

from streamlit import config

from pages.server import garbage
from resnet.settings import PROJECT
from tests.waiting import until


class Knot:
    def __init__(self):
        self.itself = self


def test_what_died_after_the_freezing_is_collected_without_being_asked():
    until(gc.isenabled)  # it is not while a page of the test before has Keras loaded behind it
    garbage.spare_what_lives()
    assert gc.get_freeze_count() > 10_000
    knots = [Knot() for _ in range(10)]
    gone = [weakref.ref(knot) for knot in knots]
    del knots
    kept = [[] for _ in range(100_000)]  # new objects: these wake the collector
    assert not any(knot() for knot in gone)
    assert len(kept) == 100_000


def test_streamlit_leaves_collecting_to_python():
    """A hidden option: with a Streamlit that no longer knows it, each click pays for it again."""
    assert config.get_option("runner.postScriptGC") is not None
    settings = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())
    assert settings["runner"]["postScriptGC"] is False
