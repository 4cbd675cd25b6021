"""What counts when a message goes out: the person's wishes, and the numbers where they are reached."""

from datetime import time
from uuid import UUID

import msgspec

from backend.core import db
from backend.notifications import rules
from backend.notifications.sealed import unseal

OF_PERSON = """SELECT otherwise, quiet_from, quiet_to, lang, changed FROM notifications_preference
    WHERE region = '000000' AND person = $1"""
PHONES = """SELECT id, phone, first FROM notifications_phone
    WHERE region = '000000' AND person = $1 AND confirmed IS NOT NULL ORDER BY first DESC, id"""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """The wishes of somebody who may have said nothing."""

    otherwise: str = "call"
    quiet_from: time = rules.QUIET[0]
    quiet_to: time = rules.QUIET[1]
    lang: str = ""

    @property
    def quiet(self) -> tuple[time, time]:
        """When the person is not disturbed."""
        return self.quiet_from, self.quiet_to


NONE = Wish()


async def wish_of(person: UUID) -> Wish:
    """The person's wishes, or what holds for everybody who said nothing."""
    row = await db.fetchrow(OF_PERSON, person)
    if row is None:
        return NONE
    return Wish(otherwise=row["otherwise"], quiet_from=row["quiet_from"], quiet_to=row["quiet_to"], lang=row["lang"])


async def first_phone(person: UUID) -> str:
    """The number that messages go to before the account's own; empty when there is none."""
    rows = [row for row in await db.fetch(PHONES, person) if row["first"]]
    return unseal(rows[0]["id"], "phone", rows[0]["phone"], "notice-phone") if rows else ""


async def all_phones(person: UUID) -> list[str]:
    """The confirmed further numbers in full, for whoever calls."""
    return [unseal(row["id"], "phone", row["phone"], "notice-phone") for row in await db.fetch(PHONES, person)]
