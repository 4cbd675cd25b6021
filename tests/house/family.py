"""What the walk over all operations needs of delegation: mandates, invitations and an act of each side's resident."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from backend.appointments import service as appointments
from backend.core import clock, db
from backend.delegation import service
from backend.delegation.schemas import AcceptanceRequest, MandateRequest
from backend.identity.schemas import PersonSummary
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, slots, wish
from tests.delegation.factories import now_of, proved
from tests.identity import factories

UNTIL = (MONDAY.date() + timedelta(days=30)).isoformat()
PHONES = {"A": "13700000001", "B": "13700000002"}  # of each side's resident, to be asked by
OF = {
    "GET /mandates/{row_id}": "given", "POST /mandates/{row_id}/acceptance": "asked",
    "POST /mandates/{row_id}/refusal": "asked", "POST /mandates/{row_id}/withdrawal": "waiting",
    "POST /mandates/{row_id}/veto": "given", "POST /mandates/{row_id}/revocation": "given",
    "POST /mandates/{row_id}/resignation": "held", "POST /mandates/{row_id}/extension": "given",
    "POST /mandates/{row_id}/turn": "held",
}  # fmt: skip


def _one(which: str) -> Callable[[Any], Any]:
    return lambda side: side.family[which]


PARAMETERS = {
    **{f"{name} row_id": _one(which) for name, which in OF.items()},
    "act_id": lambda side: side.family["act"],
}
BODIES = {
    "POST /mandates": lambda side: {"scopes": ["appointments"], "until": UNTIL},
    "POST /mandates/invitation": lambda side: {"code": side.family["code"]},
    "POST /mandates/acceptance": lambda side: {"code": side.family["code"]},
    "POST /mandates/refusal": lambda side: {"code": side.family["code"]},
    "POST /mandates/{row_id}/extension": lambda side: {"until": UNTIL},
    "POST /guardianships": lambda side: {
        "ward": str(side.agreed), "kind": "guardian", "scopes": ["appointments"], "until": UNTIL, "evidence": "户口簿",
    },
}  # fmt: skip
SHARED = {
    "POST /mandates/invitation": "whoever was given the code may read what it asks",
    "POST /mandates/acceptance": "whoever was given the code may agree; both are told",
    "POST /mandates/refusal": "whoever was given the code may decline",
    "POST /guardianships": "a family may come to any counter; who wrote it down is kept",
}
UNREACHED = {"POST /mandates/{row_id}/veto": "no scope is sensitive yet; tests/delegation has one of its own"}


async def build(resident: PersonSummary, phone: str, hall: Hall) -> dict[str, Any]:
    """Ids of what the resident gave, was asked for, holds and waits for, and of an act that was done for them."""
    daughter, mother = await factories.resident(name="女儿"), await factories.resident(name="母亲")
    given = await _agreed(resident, daughter)
    delegate, revoked = await _turned(daughter, given), await _revoked(resident, daughter)
    actor = await now_of(delegate)
    free = (await slots(hall, MONDAY.date() + timedelta(days=2)))[0]
    booked = await appointments.book(actor, wish(hall, free), key=str(uuid4()))
    sql = "SELECT id FROM core_announcement WHERE subject = $1 AND basis = 'delegation'"
    waiting = await _asked(resident)
    return {
        "given": given, "held": await _agreed(mother, resident), "asked": (await _asked(mother, phone)).id,
        "waiting": waiting.id, "code": waiting.code, "act": await db.fetchval(sql, booked.id),
        "delegate": delegate, "revoked": revoked,
    }  # fmt: skip


async def _turned(delegate: PersonSummary, mandate: Any) -> str:
    """The token of a session that acts under a mandate."""
    token = await factories.token_for(delegate)
    await service.take_up(await now_of(token), mandate)
    return token


async def _revoked(principal: PersonSummary, delegate: PersonSummary) -> str:
    """The token of a session whose mandate was taken back meanwhile."""
    mandate = await _agreed(principal, delegate)
    token = await _turned(delegate, mandate)
    await service.revoke(factories.actor_for(principal), mandate)
    return token


async def _asked(principal: PersonSummary, phone: str = "") -> Any:
    until = clock.today() + timedelta(days=20)
    wanted = MandateRequest(scopes=["appointments"], until=until, phone=phone)
    return await service.invite(proved(factories.actor_for(principal)), wanted, key=str(uuid4()))


async def _agreed(principal: PersonSummary, delegate: PersonSummary) -> Any:
    asked = await _asked(principal)
    await service.accept(factories.actor_for(delegate), None, AcceptanceRequest(code=asked.code))
    return asked.id
