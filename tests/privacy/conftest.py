"""The register and the holdings of all slices are at hand, and limits start afresh for each test."""

from collections.abc import Iterator

import pytest

from backend import slices
from backend.core import rate


@pytest.fixture(autouse=True)
def awake() -> Iterator[None]:
    slices.awaken()
    rate.reset()
    yield
    rate.reset()
