"""What stands, is worded or is counted in one test is forgotten before the next."""

from collections.abc import Iterator

import pytest

from backend.core import alerts, cache, rate
from backend.messaging.service import rewording, systems
from tests.notifications.conftest import gateways

__all__ = ["gateways"]


@pytest.fixture(autouse=True)
def nothing_stands() -> Iterator[None]:
    rate.reset()
    yield
    alerts.forget()
    for tag in (rewording.TAG, systems.TAG):
        cache.pages.drop(tag)
