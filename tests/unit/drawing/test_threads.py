"""A figure drawn while another thread is importing pandas waits for it instead of failing."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

RACE = """
import sys, threading
threading.Thread(target=lambda: __import__("pandas")).start()
while "pandas" not in sys.modules:
    pass
from resnet.drawing.palette import blank_figure
blank_figure("light")
"""


def test_a_figure_waits_for_a_pandas_in_the_making():
    ended = subprocess.run([sys.executable, "-c", RACE], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
