"""The only way to get hold of a mandate: its principal, its delegate, or whoever was asked. Others find nothing."""

import hmac
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.policy import SCOPES
from backend.core.problems import NotFound
from backend.core.words import N_
from backend.delegation import rules
from backend.delegation.sealed import code_indexes, unseal
from backend.identity import service as identity

COLUMNS = """id, principal, delegate, scopes, items, basis, evidence, relation, called, phone, phone_index, code, state,
    ended_why, invited_at, invited_until, accepted_at, sensitive_from, starts, ends, ended_at"""
ONE = f"SELECT {COLUMNS} FROM delegation_mandate WHERE region = '000000' AND id = $1"
BY_CODE = f"""SELECT {COLUMNS} FROM delegation_mandate
    WHERE region = '000000' AND code_index = ANY($1::bytea[]) AND state = 'invited'"""
# A share of the row: acts under the mandate go on side by side, a revocation waits for them, and they for it.
HELD = f"{ONE} FOR SHARE"


class NoSuchMandate(NotFound):
    """No mandate of this person has the id."""

    code, title = "no-such-mandate", N_("We do not find this")


class NoSuchInvitation(NotFound):
    """The same answer for a wrong code, one for somebody else, and one that has ended."""

    code, title = "no-such-invitation", N_("This code does not open an invitation")


async def mandate(actor: Actor, row_id: UUID, *, lock: bool = False) -> Any:
    """The row for one of its two people."""
    row = await db.fetchrow(f"{ONE} FOR UPDATE" if lock else ONE, row_id)
    if row is None or actor.person not in (row["principal"], row["delegate"]):
        raise NoSuchMandate(next_step=("/household", N_("Family and helpers")))
    return row


async def invitation(actor: Actor, row_id: UUID | None, code: str, *, lock: bool = False) -> Any:
    """An invitation for the owner of the number it was sent to, or, without a number, for whoever has the code."""
    ending = " FOR UPDATE" if lock else ""
    row = await (db.fetchrow(ONE + ending, row_id) if row_id else db.fetchrow(BY_CODE + ending, code_indexes(code)))
    if row is None or not await _may_answer(actor, row, code):
        raise NoSuchInvitation(
            N_("Please compare it with the one you were given. It works for seven days and once."),
            next_step=("/household/code", N_("Type it again")),
        )
    return row


def standing(row: Any, now: datetime | None = None) -> str:
    """How the row's mandate stands now."""
    return rules.standing(
        row["state"], now=now or clock.now(), starts=row["starts"], ends=row["ends"],
        invited_until=row["invited_until"], sensitive_from=row["sensitive_from"],
    )  # fmt: skip


def counting(row: Any) -> frozenset[str]:
    """The scopes of the row that count now."""
    return rules.counting(standing(row), row["scopes"], sensitive(row["scopes"]))


def sensitive(scopes: list[str]) -> list[str]:
    """Those of the scopes that wait a day."""
    return [name for name in scopes if name in SCOPES and SCOPES[name].sensitive]


async def _may_answer(actor: Actor, row: Any, code: str) -> bool:
    if standing(row) != "invited" or actor.person == row["principal"]:
        return False
    if row["phone_index"] is not None:
        return row["phone_index"] in await identity.fingerprints_of(actor.person)
    kept = unseal(row["id"], "code", row["code"])
    return bool(kept) and hmac.compare_digest(rules.tidy_code(code).encode(), kept.encode())
