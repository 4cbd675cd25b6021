"""Messages for tests: sent through the verb, at an hour when one may disturb; and a gateway that takes them, or not."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from backend.core import db, ids
from backend.core.actor import Actor
from backend.identity import service as identity
from backend.identity.schemas import PersonSummary, StaffPost
from backend.notifications.schemas import Template
from tests.identity.factories import actor_for

NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)  # 12:00 in Heilongjiang
EVENING = NOON + timedelta(hours=10)  # 22:00
PLAIN = Template(
    id="plain", text="{what} 请带上", title="Your appointment was cancelled", next=("/appointments/{about}", "See it"),
    scope="appointments",
)  # fmt: skip
URGENT = Template(id="urgent", text="{what} 燃气泄漏，请马上离开", urgent=True)
GUARD = Template(id="guard", text="新设备 {what}", guard=True)
SYSTEM = Actor.system("tests")


async def told(person: PersonSummary, template: Template = PLAIN, what: str = "身份证", **more: Any) -> UUID:
    """Tell the person something; the id of the message."""
    about = ids.new()
    await identity.tell(SYSTEM, person.id, template, {"what": what}, about=about, once=f"{about}", **more)
    found: UUID = await db.fetchval(
        "SELECT id FROM notifications_message WHERE about = $1 AND person = $2", about, person.id
    )
    return found


async def row(message: UUID) -> Any:
    """The message as it is kept."""
    return await db.fetchrow("SELECT * FROM notifications_message WHERE id = $1", message)


def fresh(who: PersonSummary | StaffPost, now: datetime = NOON, **more: Any) -> Actor:
    """Somebody who has just proved to be themselves."""
    return msgspec.structs.replace(actor_for(who, **more), proved_at=now)


async def deliveries(message: UUID) -> list[tuple[str, str]]:
    """What was tried, and how it ended."""
    sql = "SELECT channel, state FROM notifications_delivery WHERE message = $1 ORDER BY created, id"
    return [(each["channel"], each["state"]) for each in await db.fetch(sql, message)]


def counting(patch: pytest.MonkeyPatch) -> list[str]:
    """Every statement from now on, but for the wordings of a city: those are kept for a minute."""
    said: list[str] = []
    for name in ("fetch", "fetchrow", "fetchval", "execute", "executemany"):

        async def noted(sql: str, *args: Any, true: Callable[..., Any] = getattr(db, name)) -> Any:
            if "messaging_rewording" not in sql:
                said.append(sql)
            return await true(sql, *args)

        patch.setattr(db, name, noted)
    return said


class Gateway:
    """The city's gateway for everything: takes messages, or not. The same key again is not a second message."""

    def __init__(self, *statuses: int, says: dict[str, Any] | None = None) -> None:
        self.statuses = list(statuses)
        self.says = says or {}
        self.taken: list[dict[str, str]] = []
        self.keys: list[str] = []
        self.headers: list[httpx.Headers] = []

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    @property
    def shown(self) -> dict[str, dict[str, str]]:
        """What reached a phone: one for each key."""
        return {each["id"]: each for each in self.taken}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        status = self.statuses.pop(0) if self.statuses else 202
        self.keys.append(request.headers["idempotency-key"])
        self.headers.append(request.headers)
        if status == 0:
            raise httpx.ConnectTimeout("nobody there")
        if status < 300:
            self.taken.append(json.loads(request.content))
        return httpx.Response(status, json=self.says)
