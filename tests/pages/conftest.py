"""What every test of a page shares."""

import pytest

from pages.components import running


@pytest.fixture(autouse=True)
def asked_anew():
    """Pages ask the store once a second for all; every test has a store of its own."""
    running.asked_again()
