"""What all steps share: the row that says who took it and when, the names, the mandate as its people see it."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from backend.core import clock, db, ids
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import SCOPES
from backend.core.problems import Conflict, Forbidden, Invalid
from backend.core.words import N_
from backend.delegation import access, rules
from backend.delegation.events import MandateEnded
from backend.delegation.schemas import Mandate
from backend.delegation.sealed import seal, unseal
from backend.identity import service as identity
from backend.identity.schemas import PersonSummary

PEOPLE = ("resident", "operator", "clerk")
STEP = """INSERT INTO delegation_step (region, id, mandate, kind, at, acting, person, basis, channel, assistance, why)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""
END = """UPDATE delegation_mandate
    SET state = 'ended', ended_why = $2, ended_at = $3, code = NULL, code_index = NULL
    WHERE region = '000000' AND id = $1 AND state <> 'ended'"""


class NotPossibleNow(Conflict):
    """The mandate stands in a way in which this step has no meaning."""

    code, title = "mandate-not-so", N_("This is no longer possible")


async def record(actor: Actor, mandate: UUID, kind: str, *, why: str = "") -> None:
    """Leave the row of a step, with the assistance in which somebody was verified for it."""
    new = ids.new()
    await db.execute(
        STEP, new, mandate, kind, clock.now(), actor.acting, actor.principal, actor.basis, actor.channel,
        await assistance_of(actor), seal(new, "why", why, table="mandate-step"),
    )  # fmt: skip


async def end(actor: Actor, row: Any, kind: str, why: str) -> None:
    """End a mandate: its row, its step, its announcement. Sessions that act under it are refused from now on."""
    await db.execute(END, row["id"], why, clock.now())
    await record(actor, row["id"], kind)
    event = MandateEnded(region=PROVINCE, subject=row["id"], person=row["principal"], delegate=row["delegate"], why=why)
    await announce(actor, event)


def offered(scopes: list[str]) -> None:
    """Raise ``Invalid`` unless all of them are scopes that a mandate can name."""
    if not all(name in SCOPES and SCOPES[name].offered for name in scopes):
        raise Invalid({"scopes": N_("Please choose one of the answers")})


def check(row: Any, kind: str) -> None:
    """Raise ``NotPossibleNow`` when the step cannot follow how the mandate stands."""
    if not rules.may_step(kind, access.standing(row)):
        raise NotPossibleNow(
            N_("It has ended, or was answered already."), next_step=("/household", N_("Family and helpers"))
        )


async def assistance_of(actor: Actor) -> UUID | None:
    """The assistance in which the person was verified; staff without one may not consent for anybody."""
    if actor.basis != "assisted":
        return None
    running = await identity.current_assistance(actor)
    if running is None:
        raise Forbidden(N_("Begin helping the person first; how they were verified is part of the consent."))
    return running.id


def end_of(day: date, basis: str, starts: datetime, birth: date | None) -> datetime:
    """The end of the last day, not beyond what the basis allows; raises ``Invalid``."""
    latest = rules.latest_end(basis, starts, birth)
    if not clock.local(starts).date() <= day <= clock.local(latest).date():
        raise Invalid({"until": _too_long(basis)})
    return min(clock.at(day + timedelta(days=1), time.min), latest)


def _too_long(basis: str) -> str:
    if basis == "one-time":
        return N_("A helper for one errand helps for three days at most")
    if basis == "guardian":
        return N_("Choose a day until the 18th birthday")
    return N_("Choose a day from today until a year from now")


async def seen(actor: Actor, rows: list[Any]) -> list[Mandate]:
    """Mandates with names, as the actor's person sees them."""
    me = actor.person
    people = await identity.people(
        sorted({each for row in rows for each in (row["principal"], row["delegate"]) if each})
    )
    return [_seen(row, me, people) for row in rows]


def _seen(row: Any, me: UUID, people: dict[UUID, PersonSummary]) -> Mandate:
    mine, stands = row["principal"] == me, access.standing(row)
    digits = unseal(row["id"], "phone", row["phone"]) if mine else ""
    return Mandate(
        id=row["id"], mine=mine, principal=row["principal"], principal_name=name_of(people, row["principal"]),
        delegate=row["delegate"], delegate_name=name_of(people, row["delegate"]),
        relation=unseal(row["id"], "relation", row["relation"]) if mine else "",
        called=unseal(row["id"], "called", row["called"]) if not mine else "",
        scopes=list(row["scopes"]), items=list(row["items"]), basis=row["basis"], standing=stands,  # type: ignore[arg-type]
        ended_why=row["ended_why"] or ("expired" if stands == "ended" else ""), starts=row["starts"],
        ends=row["ends"], counts_from=row["sensitive_from"] if stands == "cooling" else None,
        last_day=rules.last_day(clock.local(row["ends"])), days_left=max(0, (row["ends"] - clock.now()).days),
        to_phone=f"{digits[:3]}****{digits[-4:]}" if digits else "",
        code=unseal(row["id"], "code", row["code"]) if mine and stands == "invited" and not digits else "",
        invited_until=row["invited_until"],
    )  # fmt: skip


def name_of(people: dict[UUID, PersonSummary], person: UUID | None) -> str:
    """The name to show; until one was given, the masked number."""
    found = people.get(person) if person else None
    return (found.name or found.phone_masked) if found else ""
