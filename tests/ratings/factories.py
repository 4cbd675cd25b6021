"""A visit that is over: somebody of the street or with a name, a clerk who served, and the link in the message."""

import re
from typing import Any
from uuid import UUID

import msgspec

from backend.core import clock, db, events, rate
from backend.core.actor import Actor
from backend.identity.schemas import PersonSummary
from backend.notifications import service as notifications
from backend.places.schemas import Hall
from backend.queues import service as queues
from backend.queues.schemas import TicketRequest, TicketView
from backend.queues.service.presence import digits
from backend.ratings import service
from backend.ratings.schemas import RatingRequest
from tests.identity.factories import actor_for, manager, resident
from tests.queues.factories import open_counter, the_hall, ticket

HAPPY = RatingRequest(level=5)
UNHAPPY = RatingRequest(level=1, reasons=["waited", "papers"], note="等了两个小时", call_back=True)


class Over(msgspec.Struct):
    """What a test needs of it."""

    hall: Hall
    clerk: Actor
    ticket: TicketView
    visit: UUID
    person: PersonSummary | None = None

    @property
    def slip(self) -> str:
        """The token on the slip."""
        return self.ticket.token

    @property
    def me(self) -> Actor:
        """The person."""
        assert self.person is not None
        return actor_for(self.person)


async def deliver() -> None:
    """Let everything be heard; the clock of the tests may stand in the past."""
    await db.execute("UPDATE core_announcement SET next_try = at WHERE delivered_at IS NULL")
    while await events.relay():
        pass


async def served(*, named: bool = True, at: Hall | None = None, label: str = "1", **facts: Any) -> Over:
    """Somebody took a number, was called, and is done."""
    rate.reset()
    hall = at or await the_hall()
    person = await resident(**facts) if named else None
    if person is None:
        taken = await ticket(hall)
    else:
        wanted = TicketRequest(hall=hall.id, presence=digits(hall.id))
        taken = await queues.take_ticket(actor_for(person), wanted, key=f"key-of-{person.id}")
    clerk, counter = await open_counter(hall, label)
    called = await queues.call_next(clerk, counter)
    await queues.finish(clerk, called.id)
    await deliver()
    visit = await db.fetchval("SELECT id FROM ratings_visit WHERE ticket_id = $1", called.id)
    return Over(hall, clerk, taken, visit, person)


async def low(*, named: bool = True, label: str = "1", **facts: Any) -> Over:
    """The same, and they were not satisfied."""
    over = await served(named=named, label=label, **facts)
    await service.rate(Actor(), over.slip, UNHAPPY, device="phone")
    return over


async def told(template: str) -> list[str]:
    """The messages of one kind, the newest first."""
    return [each.body for each in await notifications.latest() if each.template == template]


def token_in(text: str) -> str:
    """The token of the link in a message."""
    found = re.search(r"/r/([\w-]+)", text)
    assert found is not None, text
    return found[1]


async def boss(region: str = "230103") -> Actor:
    """A manager of the county."""
    return actor_for(await manager(region=region))


async def state_of(visit: UUID) -> str:
    """Where a case stands."""
    return str(await db.fetchval("SELECT state FROM ratings_case WHERE id = $1", visit))


def today() -> str:
    """The date as messages say it."""
    return clock.today().isoformat()
