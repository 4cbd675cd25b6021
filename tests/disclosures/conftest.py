"""Limits start afresh for each test."""

from collections.abc import Iterator

import pytest

from backend.core import rate


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    rate.reset()
    yield
    rate.reset()
