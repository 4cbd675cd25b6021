"""Hooks of other slices are put back after each test."""

from collections.abc import Iterator

import pytest

from backend import slices
from backend.consents import service


@pytest.fixture(autouse=True)
def own_hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    slices.awaken()
    for name in ("_verification", "_guardian", "_child"):
        monkeypatch.setattr(service, name, list(getattr(service, name)))
    yield
