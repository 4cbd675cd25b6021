"""Rows with the names that go with them."""

from typing import Any
from uuid import UUID

from backend.catalogue import service as catalogue
from backend.core import db
from backend.core.actor import Actor
from backend.places import service as places
from backend.queues.schemas import CounterView, TicketView

LABELS = "SELECT id, label FROM queues_counter WHERE region = $1 AND id = ANY($2::uuid[])"


async def shown(actor: Actor, rows: list[Any], *, token: str = "") -> list[TicketView]:
    """Tickets with the names of hall, service and counter: three queries, however many."""
    if not rows:
        return []
    halls = await places.halls_by_id(actor, list({row["hall_id"] for row in rows}))
    items = await catalogue.names({row["item_id"] for row in rows if row["item_id"]})
    labels = await labels_of(rows[0]["region"], [row["counter_id"] for row in rows if row["counter_id"]])
    return [
        TicketView(
            id=row["id"], hall=row["hall_id"], hall_name=halls[row["hall_id"]].name, number=row["number"],
            kind=row["kind"], state=row["state"], item=row["item_id"] or "", item_name=items.get(row["item_id"], ""),
            counter=labels.get(row["counter_id"], ""), since=row["since"], due=row["due"], calls=row["calls"],
            missed_at=row["missed_at"], token=token,
        )
        for row in rows
    ]  # fmt: skip


async def labels_of(region: str, counters: list[UUID]) -> dict[UUID, str]:
    """What the counters are called."""
    if not counters:
        return {}
    return {row["id"]: row["label"] for row in await db.fetch(LABELS, region, counters)}


def counter_view(row: Any) -> CounterView:
    """A counter as it is."""
    return CounterView(
        id=row["id"], region=row["region"], hall=row["hall_id"], label=row["label"], items=list(row["items"]),
        state=row["state"], staff=row["staff"], team=row["team"],
    )  # fmt: skip
