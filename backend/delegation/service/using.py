"""Acting under a mandate: beginning, what counts at the instant of an act, ending."""

from typing import Any
from uuid import UUID

import msgspec

from backend.consents import service as consents
from backend.core import clock, db, policy, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import ANY_SCOPE, PUBLIC, verb
from backend.core.problems import Conflict
from backend.core.words import N_
from backend.delegation import access, rules
from backend.delegation.events import LaidDown, TakenUp
from backend.delegation.schemas import Acting
from backend.delegation.service.steps import name_of
from backend.identity import service as identity

WARDS = f"""SELECT {access.COLUMNS} FROM delegation_mandate
    WHERE delegate = $1 AND state = 'accepted' ORDER BY id DESC LIMIT 50"""


class DoesNotCount(Conflict):
    """It has ended, has not begun, or is in its cooling-off."""

    code, title = "mandate-does-not-count", N_("You cannot act for this person at the moment")


@verb("delegation.take_up", N_("Begin to act for somebody"), "resident")
async def take_up(actor: Actor, row_id: UUID) -> None:
    """In this session, from now on: acting is I, the principal is whoever gave the mandate."""
    row = await access.mandate(actor, row_id)
    if row["delegate"] != actor.acting:
        raise access.NoSuchMandate()
    helped = await _acting(actor, row)
    if not helped.scopes:
        raise DoesNotCount(
            N_("It has ended, or the day in which the person can object is not over."),
            next_step=("/household", N_("See until when")),
        )
    async with db.transaction():
        await identity.turn_session(actor, row_id)
        purpose = N_("Acting for you")
        await trail.viewed(helped, region=PROVINCE, person=row["principal"], what="person", purpose=purpose)
        await announce(helped, TakenUp(region=PROVINCE, subject=row_id))


@verb("delegation.lay_down", N_("Stop acting for somebody"), PUBLIC)
async def lay_down(actor: Actor) -> None:
    """This session is about its owner's own matters again. Open to all: without a mandate nothing happens."""
    if actor.basis != "delegation" or actor.mandate is None:
        return
    async with db.transaction():
        await identity.turn_session(actor, None)
        await announce(actor, LaidDown(region=PROVINCE, subject=actor.mandate))


@verb("delegation.current", N_("See for whom I act"), PUBLIC)
async def current(actor: Actor) -> Acting | None:
    """Whom this session acts for; with no scopes and no name when the mandate has ended meanwhile."""
    if actor.basis != "delegation" or actor.mandate is None:
        return None
    row = await db.fetchrow(access.ONE, actor.mandate)
    if row is None:
        return None
    counts = access.counting(row)
    return Acting(
        mandate=row["id"], principal_name=actor.principal_name if counts else "", scopes=sorted(counts),
        items=sorted(row["items"]), last_day=rules.last_day(clock.local(row["ends"])),
    )  # fmt: skip


async def find(own: Actor, mandate: UUID) -> Actor | None:
    """The actor of a session that acts under a mandate.

    When it no longer counts, the session does not silently become its owner's own: a click that was meant for the
    mother must not book for the daughter. It speaks for the principal without any scope, and every act is refused,
    until its owner ends it.
    """
    row = await db.fetchrow(access.ONE, mandate)
    if row is None or row["delegate"] != own.acting:
        return None
    return await _acting(own, row)


async def holds(actor: Actor, scope: str) -> bool:
    """Whether the mandate covers the scope at this instant; its row is held until the running transaction ends."""
    row = await db.fetchrow(access.HELD, actor.mandate) if actor.mandate else None
    if row is None or (row["principal"], row["delegate"]) != (actor.principal, actor.acting):
        return False
    counts = _counting(row)
    return bool(counts) if scope == ANY_SCOPE else scope in counts


async def wards(actor: Actor) -> list[tuple[UUID, str]]:
    """(mandate, name) of those for whom the actor may act now."""
    rows = [row for row in await db.fetch(WARDS, actor.acting) if access.counting(row)]
    people = await identity.people([row["principal"] for row in rows])
    return [(row["id"], name_of(people, row["principal"])) for row in rows if row["principal"] in people]


def _counting(row: Any) -> frozenset[str]:
    """What counts now; a guardian's mandate also covers what only a guardian decides."""
    counts = access.counting(row)
    return counts | {consents.GUARDIAN} if counts and row["basis"] in rules.GUARDIANS else counts


async def _acting(own: Actor, row: Any) -> Actor:
    """Whose mandate no longer counts is not named: what the delegate may still know stands in their own list."""
    principal = (await identity.people([row["principal"]])).get(row["principal"])
    counts = _counting(row) if principal else frozenset()
    return msgspec.structs.replace(
        own, basis="delegation", principal=row["principal"], mandate=row["id"], items=frozenset(row["items"]),
        scopes=counts,
        principal_name=(principal.name or principal.phone_masked) if principal and counts else "",
        region=(principal.home[:6] if principal else "") or PROVINCE,
        assurance=principal.assurance if principal else "phone",
    )  # fmt: skip


identity.use_mandates(find)
identity.use_wards(wards)
policy.watch_mandates(holds)
