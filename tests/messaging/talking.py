"""The official Python client of GOV.UK Notify, unmodified, as tests talk through it."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from notifications_python_client import notifications as notifications_client

from backend.core import rate
from backend.core.actor import Actor
from backend.messaging.adapters import judging, pdf
from tests.messaging.factories import Through, a_service, admin, key

ORIGIN = "https://linli.test"
Client = Callable[[str], Any]


@pytest.fixture
def notify(client: httpx.AsyncClient) -> Iterator[Client]:
    """Makes clients for a key; their requests run in the test's own loop and transaction."""

    def made(whole: str) -> Any:
        found: Any = notifications_client.NotificationsAPIClient(whole, base_url=ORIGIN)  # type: ignore[no-untyped-call]
        found.request_session.adapters["https://"] = Through(client, asyncio.get_running_loop())
        return found

    rate.reset()
    yield made
    rate.reset()


async def started(notify: Client, kind: str = "normal") -> tuple[Actor, UUID, Any]:
    actor = await admin()
    one = await a_service(actor)
    return actor, one, notify(await key(actor, one, kind))


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """PDFs are read in this process: one of its own takes as long as ten of these tests (test_hostile_files has it)."""

    async def judge(kind: str, data: bytes) -> pdf.Judged:
        return msgspec.convert(judging.judged(kind, data), pdf.Judged)

    monkeypatch.setattr(pdf, "judge", judge)


def refused(error: pytest.ExceptionInfo[Any], status: int, kind: str, words: str) -> None:
    (found,) = error.value.message
    assert (error.value.status_code, found["error"]) == (status, kind)
    assert words in found["message"]
