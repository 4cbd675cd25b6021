"""Limits count from zero in each test, and two scopes are known that no slice has."""

from collections.abc import Iterator

import pytest

from backend.core import rate
from backend.core.policy import SCOPES, scope
from tests.delegation.factories import PAPERS, PLAIN


@pytest.fixture(autouse=True)
def no_limits_used() -> None:
    """Several tests of one process share one counter."""
    rate.reset()


@pytest.fixture(autouse=True)
def scopes_of_the_tests() -> Iterator[None]:
    """A sensitive scope and a plain one; the published list of scopes must not keep them."""
    scope(PAPERS, "Appointments at halls", sensitive=True)
    scope(PLAIN, "Appointments at halls")
    yield
    del SCOPES[PAPERS], SCOPES[PLAIN]
