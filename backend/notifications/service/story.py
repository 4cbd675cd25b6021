"""What was tried when, and how it ended: for the person, for whoever calls, and for the export."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from backend.core import db
from backend.notifications.schemas import AttemptLine, DeliveryHeld

OF_MESSAGES = """SELECT message, channel, state, tries, reason, coalesce(ended, sent_at, created) AS at
    FROM notifications_delivery WHERE region = '000000' AND message = ANY ($1::uuid[]) ORDER BY created, id"""
OF_PERSON = """SELECT channel, state, created FROM notifications_delivery
    WHERE region = '000000' AND person = $1 ORDER BY id DESC LIMIT 5000"""


async def attempts(messages: Iterable[UUID]) -> dict[UUID, list[AttemptLine]]:
    """The attempts of some messages, in their order. Who may see a message is decided before."""
    found: dict[UUID, list[AttemptLine]] = {}
    for row in await db.fetch(OF_MESSAGES, list(messages)):
        found.setdefault(row["message"], []).append(_line(row))
    return found


async def deliveries_held(person: UUID) -> list[DeliveryHeld]:
    """Every attempt for the person's own eyes."""
    return [DeliveryHeld(**dict(row)) for row in await db.fetch(OF_PERSON, person)]


def _line(row: Any) -> AttemptLine:
    return AttemptLine(
        channel=row["channel"], state=row["state"], at=row["at"], tries=row["tries"], reason=row["reason"]
    )
