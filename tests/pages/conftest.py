"""What every test of a page shares."""

import pytest

from pages.components import running


@pytest.fixture(autouse=True)
def asked_anew():
    """Every test has a store of its own, and pages keep theirs and what they asked it last."""
    running.store.clear()
    running.asked_again()
