"""Limits count from zero in each test."""

import pytest

from backend.core import rate


@pytest.fixture(autouse=True)
def no_limits_used() -> None:
    """Several tests of one process share one counter."""
    rate.reset()
