"""Checks are no test files, and yet a failed one shows its numbers."""

import pytest

from tests.claims.ledger import modules

pytest.register_assert_rewrite(*(f"tests.claims.{name}" for name in modules()))
