"""What a visit is for: one service, several of them, or none; and how a page or a statement asks for it."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from backend.appointments import rules
from backend.appointments.schemas import services
from backend.appointments.service import runs, sides
from backend.appointments.service.sharing import pool_for
from backend.catalogue import service as catalogue
from backend.core import clock
from backend.core.actor import Actor
from backend.core.memo import Memo
from backend.core.policy import within
from backend.core.problems import Conflict, Invalid
from backend.core.words import N_
from backend.places import service as places

_names: Memo[str, str] = Memo("catalogue")


class TooManyServices(Conflict):
    """One visit is for four services at most."""

    code, title = "too-many-services", N_("That is too much for one visit")


class Asked(NamedTuple):
    """A visit that somebody asks about at one side: the first eight arguments of the statements that read, the groups
    that they are to keep to, and its needs."""

    args: tuple[Any, ...]
    groups: list[UUID] | None
    needs: list[int | None]

    @property
    def several(self) -> bool:
        """Whether it may take several times one after the other."""
        return runs.several(self.needs)

    @property
    def run(self) -> tuple[tuple[Any, ...], list[UUID] | None, list[int | None]]:
        """What ``runs`` takes."""
        return self.args, self.groups, self.needs


async def asked(actor: Actor, hall: UUID, items: Sequence[str]) -> list[Asked]:
    """The places of the actor's share that a hall offers, its own first, for a visit that is for these services."""
    region = (await places.hall(actor, hall)).region
    pool, now, today = pool_for(actor), clock.now(), clock.today()
    checked(items)
    found = []
    for side in await sides.every(hall):
        args = (region, side.hall, pool, now, rules.LEAD, today, rules.HORIZON, list(items))
        found.append(Asked(args, side.groups, await runs.needs(region, side.hall, items)))
    return found


async def wanted(actor: Actor, item: str, items: Sequence[str]) -> list[str]:
    """The services that somebody books; a delegate's mandate must cover each, and ``item`` is one way to say it.

    Raises ``Invalid`` for what no counter knows: nobody is sent to a hall for it.
    """
    if item and items:
        raise Invalid({"items": N_("Name the services in one place: item for one, items for several")})
    found = checked(services(item, items))
    for each in found or [""]:
        within(actor, each)
    if len(await names(found)) < len(set(found)):
        raise Invalid({"items" if items else "item": N_("We do not know this service")})
    return found


async def names(items: Collection[str]) -> dict[str, str]:
    """What the services of visits are called; unknown ones are left out."""
    return await _names.many(items, catalogue.names)


def checked(items: Sequence[str]) -> list[str]:
    """At most four: a longer visit would keep its counter from all others."""
    if len(items) > rules.SERVICES:
        raise TooManyServices(
            N_("Up to {n} services fit into one visit. Book the others for another time."),
            values={"n": rules.SERVICES},
            next_step=("/appointments/new", N_("Choose a time")),
        )
    return list(items)


def hash_of(items: Sequence[str]) -> object:
    """How a wish is told from another: as ever for one service, or none."""
    return ",".join(items) if len(items) > 1 else (items[0] if items else None)


def query(hall: UUID | str, items: Sequence[str]) -> str:
    """The address at which the times for a visit are."""
    return f"/appointments/new?hall={hall}" + (f"&item={','.join(items)}" if items else "")
