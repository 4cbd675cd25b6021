"""What counts when a message goes out: the person's wishes, what reaches them, and what arrived before."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

import msgspec

from backend.core import clock, db
from backend.core.ahead import Ahead
from backend.notifications import adapters, rules
from backend.notifications.sealed import legible

OF_PERSON = """SELECT otherwise, quiet_from, quiet_to, lang, texts, texts_at, texts_how, changed
    FROM notifications_preference
    WHERE region = '000000' AND person = $1"""
OF_PEOPLE = """SELECT person, otherwise, quiet_from, quiet_to, lang, texts, texts_at, texts_how
    FROM notifications_preference
    WHERE region = '000000' AND person = ANY ($1::uuid[])"""
PHONES = """SELECT person, id, phone, first FROM notifications_phone
    WHERE region = '000000' AND person = ANY ($1::uuid[]) AND confirmed IS NOT NULL ORDER BY first DESC, id"""
ATTEMPTS = """SELECT p.person, d.channel, d.state, d.at FROM unnest($1::uuid[]) AS p (person) CROSS JOIN LATERAL
    (SELECT channel, state, coalesce(ended, sent_at, created) AS at FROM notifications_delivery
        WHERE region = '000000' AND person = p.person AND state IN ('delivered', 'read', 'failed')
            AND channel <> ALL ($2) ORDER BY id DESC LIMIT 30) AS d"""
BY_PEOPLE = ["call", "visit"]


MAILS = """SELECT person, first, news FROM notifications_email
    WHERE region = '000000' AND person = ANY ($1::uuid[]) AND confirmed IS NOT NULL"""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """The wishes of somebody who may have said nothing. ``texts_at`` and ``texts_how`` are when texts were last ended
    or asked for again, and by what way.
    """

    otherwise: str = "call"
    quiet_from: time = rules.QUIET[0]
    quiet_to: time = rules.QUIET[1]
    lang: str = ""
    texts: bool = True
    texts_at: datetime | None = None
    texts_how: str = ""

    @property
    def quiet(self) -> tuple[time, time]:
        """When the person is not disturbed."""
        return self.quiet_from, self.quiet_to


NONE = Wish()
NOBODY = Wish(quiet_from=time.min, quiet_to=time.min)  # a bare number: whoever asks for a code waits for it


async def wish_of(person: UUID) -> Wish:
    """The person's wishes, or what holds for everybody who said nothing."""
    return await _WISHES.of(person) or NONE


async def means_of(
    person: UUID | None, phone: str, *, wish: Wish, first: str, machines: bool = False, many: bool = False
) -> rules.Means:
    """What reaches somebody. A bare number is told by machines only. ``many``: not where news were unsubscribed."""
    ways = await adapters.ways(person, phone)
    if person is None:
        return rules.Means(ways=ways & {"voice" if first == "call" else "sms"}, person=False, otherwise="")
    mail = await _MAILS.of(person) if "email" in ways else None
    if mail is not None and many and not mail["news"]:
        ways -= {"email"}
    proven: tuple[str, ...] = ()
    deaf: frozenset[str] = frozenset()
    if len(ways) > 1:  # with one way there is nothing to choose
        proven, deaf = rules.facts(
            [
                rules.Attempt(channel=row["channel"], arrived=row["state"] != "failed", at=row["at"])
                for row in await _ATTEMPTS.of(person) or ()
            ],
            clock.now(),
        )
    return rules.Means(
        ways=ways, first=first, otherwise=wish.otherwise, proven=proven, deaf=deaf, texts=wish.texts,
        person=not machines, mail=mail is not None and mail["first"],
    )  # fmt: skip


async def reachable(person: UUID, phone: str) -> bool:
    """Whether a machine can tell this person something now: a number, or what needs none; not a letter."""
    return bool(phone or await first_phone(person) or await adapters.ways(person, "") & rules.QUICK)


async def by_person(person: UUID, phone: str, wanted: str) -> bool:
    """Whether only a person or a letter tells this one, because they want it so or no machine has an address.

    Who has no number wanted nothing: an account without one is kept with "letter".
    """
    return wanted != "sms" if phone else not await reachable(person, phone)


async def gets_mail(person: UUID) -> bool:
    """Whether the person proved an e-mail address."""
    return await _MAILS.of(person) is not None


async def first_phone(person: UUID) -> str:
    """The number that messages go to before the account's own; empty when there is none."""
    rows = [row for row in await _PHONES.of(person) or () if row["first"]]
    return legible(rows[0]["id"], "phone", rows[0]["phone"], "notice-phone") if rows else ""


async def all_phones(person: UUID) -> list[str]:
    """The confirmed further numbers in full, for whoever calls."""
    rows = await _PHONES.of(person) or ()
    found = [legible(row["id"], "phone", row["phone"], "notice-phone") for row in rows]
    return [each for each in found if each]


async def _wishes(people: list[UUID]) -> dict[UUID, Wish]:
    return {
        row["person"]: Wish(
            otherwise=row["otherwise"], quiet_from=row["quiet_from"], quiet_to=row["quiet_to"], lang=row["lang"],
            texts=row["texts"], texts_at=row["texts_at"], texts_how=row["texts_how"] or "",
        )
        for row in await db.fetch(OF_PEOPLE, people)
    }  # fmt: skip


def _by_person(rows: list[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row["person"], []).append(row)
    return found


async def _phones(people: list[UUID]) -> dict[UUID, list[Any]]:
    return _by_person(await db.fetch(PHONES, people))


async def _mails(people: list[UUID]) -> dict[UUID, Any]:
    return {row["person"]: row for row in await db.fetch(MAILS, people)}


async def _attempts(people: list[UUID]) -> dict[UUID, list[Any]]:
    return _by_person(await db.fetch(ATTEMPTS, people, BY_PEOPLE))


# Read for all at once where many are told.
_WISHES, _PHONES, _MAILS, _ATTEMPTS = Ahead(_wishes), Ahead(_phones), Ahead(_mails), Ahead(_attempts)
