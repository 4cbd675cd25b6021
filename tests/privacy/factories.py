"""A person with a life behind them: rows in every table that is about people."""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from backend.appointments import service as appointments
from backend.consents import service as consents
from backend.consents.schemas import Giving
from backend.core import clock, db, events, register
from backend.core.actor import Actor
from backend.identity.schemas import PersonSummary
from tests.appointments.factories import MONDAY, open_hall, slots, wish
from tests.identity.factories import actor_for, operator, resident, token_for

TUESDAY = date(2026, 11, 24)


async def lived(name: str = "李秀兰", *, phone: str | None = None) -> PersonSummary:
    """Somebody who booked, was helped, agreed, signed in and was written to, on Monday."""
    with clock.frozen(MONDAY):
        hall, li, chen = await open_hall(), await resident(name=name, phone=phone), await operator()
        mine = actor_for(li)
        first = (await slots(hall, TUESDAY, mine))[0]
        await appointments.book(mine, wish(hall, first), key=f"lived-{li.id}")
        await appointments.mine(actor_for(chen, helping=li))
        await consents.give(mine, Giving(purpose="location-once", version=1))
        await consents.give(mine, Giving(purpose="public-reviews", version=1))
        await consents.withdraw(mine, "public-reviews")
        await consents.mine(actor_for(chen, helping=li))
        await token_for(li)
        await deliver()
    return li


async def deliver() -> None:
    """Let every announcement be heard."""
    while await events.relay():
        pass


def fresh(actor: Actor) -> Actor:
    """The actor a moment after proving who they are."""
    return msgspec.structs.replace(actor, proved_at=clock.now())


async def counts(tables: Iterable[str]) -> dict[str, int]:
    """How many rows each table has."""
    return {table: await db.fetchval(f"SELECT count(*) FROM {table}") for table in tables}


async def past(line: register.Held, at: timedelta = timedelta()) -> int:
    """How many rows of a table are past their term."""
    assert line.keep is not None
    cutoff = clock.now() - line.keep - at
    found: int = await db.fetchval(f"SELECT count(*) FROM {line.table} WHERE {line.since}::timestamptz < $1", cutoff)
    return found
