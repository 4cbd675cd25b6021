"""Hooks of other slices are put back after each test."""

from collections.abc import Iterator

import pytest

from backend import slices
from backend.consents import service


@pytest.fixture(autouse=True)
def own_hooks() -> Iterator[None]:
    slices.awaken()
    hooks = (service._verification, service._guardian, service._child)
    kept = [each.copy() for each in hooks]
    yield
    for now, before in zip(hooks, kept, strict=True):
        now.clear()
        now.extend(before)  # type: ignore[arg-type]
