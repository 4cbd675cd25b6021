"""A county takes an item up, sets its own values, opens it to residents, takes it down. Every step is a version."""

from datetime import date
from uuid import UUID

import msgspec

from backend.catalogue import access, rules
from backend.catalogue.events import ServiceAdopted, ServicePublished, ServiceWithdrawn
from backend.catalogue.schemas import (
    Adoption,
    AdoptionRequest,
    LocalValues,
    PublicationRequest,
    WithdrawalRequest,
)
from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, Invalid
from backend.core.words import N_

VERSION = """INSERT INTO catalogue_adoption_version
    (region, id, adoption, version, step, essential, local, effective_from, at, by, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11)"""


class OfflineWayMissing(Conflict):
    """无障碍环境建设法第三十九条: health, social insurance, civil affairs and payment keep a way without a screen."""

    code, title = "offline-way-missing", N_("An offline way is missing")


class ChangedMeanwhile(Conflict):
    """Somebody else changed the working copy after it was looked at."""

    code, title = "changed-meanwhile", N_("Somebody has changed this meanwhile")


class NotPublished(Conflict):
    """There is nothing to take down."""

    code, title = "not-published", N_("This is not open to residents")


@verb("catalogue.adopt", N_("Take a service up for a county"), "city")
async def adopt(actor: Actor, item: str, asked: AdoptionRequest) -> Adoption:
    """Take an item up for a county, or change the working copy. Residents see nothing of it before ``publish``.

    The same values again change nothing, so a repeated request is harmless.
    """
    access.may_govern(actor, asked.region)
    if (asked.local.promised_days is None) != (asked.local.promised_unit is None):
        raise Invalid({"local.promised_days": N_("Give both the number and the unit, or neither")})
    async with db.transaction():
        essential = await access.essential(item)
        known = await access.adoption(asked.region, item, lock=True)
        if known is not None and known.local == asked.local:
            return known
        adoption_id, version = (known.id, known.version + 1) if known else (ids.new(), 1)
        step = "edited" if known else "adopted"
        await db.execute(
            """INSERT INTO catalogue_adoption (region, id, item, state, essential, version, local, updated_at)
            VALUES ($1, $2, $3, 'draft', $4, $5, $6::jsonb, $7) ON CONFLICT (region, id) DO UPDATE
            SET version = excluded.version, local = excluded.local, updated_at = excluded.updated_at""",
            asked.region, adoption_id, item, essential, version, _json(asked.local), clock.now(),
        )  # fmt: skip
        await _version(actor, asked.region, adoption_id, version, step, essential, asked.local, None, asked.reason)
        event = ServiceAdopted(region=asked.region, subject=adoption_id, item=item, version=version)
        await announce(actor, event)
    return await _read(asked.region, item)


@verb("catalogue.publish", N_("Open a service to residents"), "city")
async def publish(actor: Actor, item: str, asked: PublicationRequest) -> Adoption:
    """Open the working copy to residents from a day on. An essential item needs an offline way that is really there."""
    access.may_govern(actor, asked.region)
    start = asked.effective_from or clock.today()
    async with db.transaction():
        known = await access.own_adoption(asked.region, item, lock=True)
        if known.live_version is not None and known.live_version == known.version:
            return known
        if known.version != asked.version:
            raise ChangedMeanwhile(N_("Please look at the newest version first."), next_step=_desk(known))
        if not rules.may_publish(known.essential, known.local):
            raise OfflineWayMissing(
                N_("Enter a counter with address and hours, a telephone number, or how to ask for a home visit."),
                next_step=_desk(known),
            )
        version = known.version + 1
        await db.execute(
            """UPDATE catalogue_adoption SET state = 'published', version = $3, live_version = $3, effective_from = $4,
                updated_at = $5 WHERE region = $1 AND id = $2""",
            known.region, known.id, version, start, clock.now(),
        )  # fmt: skip
        await _version(
            actor, known.region, known.id, version, "published", known.essential, known.local, start, asked.reason
        )
        event = ServicePublished(region=known.region, subject=known.id, item=item, version=version)
        await announce(actor, event)
    return await _read(asked.region, item)


@verb("catalogue.withdraw", N_("Take a service down"), "city")
async def withdraw(actor: Actor, item: str, asked: WithdrawalRequest) -> Adoption:
    """Take a county's values down; the guide shows the province list again."""
    access.may_govern(actor, asked.region)
    async with db.transaction():
        known = await access.own_adoption(asked.region, item, lock=True)
        if known.state != "published":
            raise NotPublished(next_step=_desk(known))
        version = known.version + 1
        await db.execute(
            """UPDATE catalogue_adoption SET state = 'withdrawn', version = $3, live_version = NULL,
                effective_from = NULL, updated_at = $4 WHERE region = $1 AND id = $2""",
            known.region, known.id, version, clock.now(),
        )  # fmt: skip
        await _version(
            actor, known.region, known.id, version, "withdrawn", known.essential, known.local, None, asked.reason
        )
        event = ServiceWithdrawn(region=known.region, subject=known.id, item=item, version=version)
        await announce(actor, event)
    return await _read(asked.region, item)


@verb("catalogue.adoption", N_("See a county's working copy of a service"), "city")
async def adoption(actor: Actor, region: str, item: str) -> Adoption | None:
    """A county's adoption with its working copy, for who governs the county."""
    access.may_govern(actor, region)
    await access.essential(item)
    return await access.adoption(region, item)


@verb("catalogue.adoptions", N_("See which services a county has taken up"), "city")
async def adoptions(actor: Actor, region: str) -> list[tuple[Adoption, str]]:
    """What a county has taken up, newest change first, with the names of the items; at most 200."""
    access.may_govern(actor, region)
    rows = await db.fetch(
        f"""SELECT {access.ADOPTION}, (SELECT name FROM catalogue_item i WHERE i.id = a.item) AS name
        FROM catalogue_adoption a WHERE region = $1 ORDER BY updated_at DESC, id LIMIT 200""",
        region,
    )
    return [(access.adoption_of(row), row["name"] or row["item"]) for row in rows]


async def _read(region: str, item: str) -> Adoption:
    return await access.own_adoption(region, item)


async def _version(
    actor: Actor, region: str, adoption_id: UUID, version: int, step: str, essential: str,
    local: LocalValues, start: date | None, reason: str,
) -> None:  # fmt: skip
    await db.execute(
        VERSION, region, ids.new(), adoption_id, version, step, essential, _json(local), start, clock.now(),
        actor.acting, reason,
    )  # fmt: skip


def _json(local: LocalValues) -> str:
    return msgspec.json.encode(local).decode()


def _desk(known: Adoption) -> tuple[str, str]:
    return f"/desk/catalogue/{known.item}?region={known.region}", N_("Open the working copy")
