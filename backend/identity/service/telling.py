"""Telling people: in their language, the way they asked to be told. One at a time or many, it is the same code.

Where many are told, in a round of the relay or to everybody of an area, what is known of them is read for all at once
(``ahead``) and what they get is written for all at once (``gathering``).
"""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from backend.core import ahead, db, gathering, masks
from backend.core.actor import Actor
from backend.core.ahead import Ahead
from backend.core.crypto import CannotOpen
from backend.core.log import logger
from backend.core.policy import inner
from backend.core.words import N_
from backend.identity.schemas import Telling
from backend.identity.sealed import unseal
from backend.identity.service.people import BY_IDS
from backend.notifications import service as notifications
from backend.notifications.schemas import Receiver, Template

AT_ONCE = 500  # people of one round of statements
BREATH = 20  # people, then other work of the process has its turn
ACTING = ("/household", N_("See what you may do"))


@inner
async def tell(
    actor: Actor,
    person_id: UUID,
    template: Template,
    values: dict[str, str],
    *,
    about: UUID,
    once: str,
    item: str = "",
    expires: datetime | None = None,
    by: str = "",
) -> None:
    """Send a person a message in their language, the way they asked to be told. ``once`` makes a repeat harmless.

    ``item`` is the service item that it is about, ``expires`` when it no longer matters. ``by="call"`` lets somebody
    ring whatever the person prefers: what needs an answer. Whoever the person wants to be told too, and a minor's
    guardian, gets a copy, as far as a mandate reaches.
    """
    wanted = Telling(
        actor=actor, person=person_id, template=template, values=values, about=about, once=once, item=item,
        expires=expires, by=by,
    )  # fmt: skip
    await gathering.do(_told, wanted)


@inner
async def tell_all(tellings: list[Telling]) -> None:
    """Tell many, each something: what is known of them is read at once, and what they get is written at once.

    One whom nobody can write to, for no key opens their number, holds back no other: not the rest of an area either,
    although the last page of it may be this one alone.
    """
    await _tell_all(tellings, alone=False)


async def _told(tellings: list[Telling]) -> None:
    """What was told one by one: where it was one alone, that nobody could write to them is an error."""
    await _tell_all(tellings, alone=len(tellings) == 1)


async def _tell_all(tellings: list[Telling], *, alone: bool) -> None:
    for number in range(0, len(tellings), AT_ONCE):
        some = tellings[number : number + AT_ONCE]
        with ahead.batch([each.person for each in some]):
            async with gathering.together():
                copies: list[Telling] = []
                for count, each in enumerate(some):
                    try:
                        copies += await _tell_with_copies(each)
                    except CannotOpen:
                        if alone:
                            raise
                        logger.log("error", "person cannot be told", id=str(each.person), template=each.template.id)
                    if count % BREATH == 0:  # nothing here waits for the database, so a call to a counter would
                        await asyncio.sleep(0)
        with ahead.batch([each.person for each in copies]):
            async with gathering.together():
                for each in copies:
                    await _tell(each)


async def _tell_with_copies(wanted: Telling) -> list[Telling]:
    """Tell one person; returns what others are to be told of it."""
    who = await _tell(wanted)
    if not who or not wanted.template.scope:
        return []
    plain = msgspec.structs.replace(wanted.template, next=ACTING, scope="", guard=False)
    return [
        msgspec.structs.replace(
            wanted, person=other, template=plain, once=f"{wanted.once}:{other.hex}", copy_of=who, by=""
        )
        for other in await notifications.copied(wanted.person, wanted.template.scope, wanted.item)
    ]


async def _tell(wanted: Telling) -> str:
    """Tell one person; returns how they are called, or nothing when there is no such account."""
    row = await _ROWS.of(wanted.person)
    if row is None:
        return ""
    digits = unseal("person", wanted.person, "phone", row["phone"])
    channel = (wanted.by or row["notice_by"]) if digits else "visit" if wanted.by else "sms"
    to = Receiver(
        person=wanted.person, phone=digits, lang=row["lang"], channel=channel, place=row["home"],
        plain=row["mode"] == "elder",
    )  # fmt: skip
    await notifications.send(
        wanted.actor, to, wanted.template, wanted.values, about=wanted.about, once=wanted.once, item=wanted.item,
        expires=wanted.expires, copy_of=wanted.copy_of,
    )  # fmt: skip
    return unseal("person", wanted.person, "name", row["name"]) or masks.phone(digits)


async def _rows(person_ids: list[UUID]) -> dict[UUID, Any]:
    return {row["id"]: row for row in await db.fetch(BY_IDS, person_ids)}


_ROWS = Ahead(_rows)
