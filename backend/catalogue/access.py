"""The only way to an adoption. Who does not govern a county gets "forbidden"; what is not there is "not found"."""

import msgspec
from asyncpg import Record

from backend.catalogue.schemas import Adoption, Essential, LocalValues
from backend.core import db
from backend.core.actor import Actor
from backend.core.problems import Forbidden, NotFound
from backend.core.words import N_

ROLES = ("city", "system")
ADOPTION = "region, id, item, state, essential, version, local::text AS local, live_version, effective_from, updated_at"


class NoSuchItem(NotFound):
    """No item has this id."""

    code, title = "no-such-item", N_("We do not know this service")


class NotAdopted(NotFound):
    """The county has not taken the item up."""

    code, title = "not-adopted", N_("This county has not taken up this service")


def may_govern(actor: Actor, region: str) -> None:
    """Only the city operator (市级运营) of the county, its prefecture or the province sets local values."""
    if not governs(actor, region):
        raise Forbidden()


def governs(actor: Actor, region: str) -> bool:
    """Whether the actor sets local values of a county."""
    return actor.covers(region, *ROLES)


async def essential(item: str) -> Essential:
    """Which gate an item is under; raises when there is no such item."""
    found: Essential | None = await db.fetchval("SELECT essential FROM catalogue_item WHERE id = $1", item)
    if found is None:
        raise NoSuchItem(N_("It may have been renamed or merged."), next_step=("/services", N_("See all services")))
    return found


async def adoption(region: str, item: str, *, lock: bool = False) -> Adoption | None:
    """A county's adoption of an item."""
    row = await db.fetchrow(
        f"SELECT {ADOPTION} FROM catalogue_adoption WHERE region = $1 AND item = $2" + (" FOR UPDATE" if lock else ""),
        region, item,
    )  # fmt: skip
    return adoption_of(row) if row else None


async def own_adoption(region: str, item: str, *, lock: bool = False) -> Adoption:
    """As ``adoption``, which must be there."""
    await essential(item)
    found = await adoption(region, item, lock=lock)
    if found is None:
        raise NotAdopted(next_step=(f"/desk/catalogue/{item}?region={region}", N_("Take it up")))
    return found


def adoption_of(row: Record) -> Adoption:
    """The struct of a row."""
    values = {name: row[name] for name in Adoption.__struct_fields__}
    values["local"] = msgspec.json.decode(row["local"], type=LocalValues)
    return Adoption(**values)
