"""What the walk over all operations needs of ratings: visits of one person, rated and not, and cases at each step."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from backend.core import clock, crypto, db, ids
from backend.core.actor import Actor
from backend.identity.schemas import PersonSummary
from backend.places import service as places
from backend.ratings import access, service
from backend.ratings.schemas import RatingRequest, Work
from tests.appointments.factories import SYSTEM
from tests.identity.factories import actor_for

UNHAPPY = {"level": 1, "reasons": ["waited"]}
WORK = {"text": "已经打过电话"}
SETTLED = {"settled": True}
PARAMETERS = {
    "link": lambda side: side.rated["link"],
    "POST /ratings/links/{link}/answer link": lambda side: side.rated["answered link"],
    "visit": lambda side: side.rated["visit"],
    "POST /me/visits/{visit}/answer visit": lambda side: side.rated["answered"],
    "case_id": lambda side: side.rated["received"],
    "POST /rectifications/{case_id}/completion case_id": lambda side: side.rated["contacted"],
}
BODIES = {
    "POST /ratings/links/{link}": lambda side: UNHAPPY,
    "POST /ratings/links/{link}/answer": lambda side: SETTLED,
    "POST /halls/{hall}/ratings": lambda side: {"level": 5, "number": side.rated["number"]},
    "POST /me/visits/{visit}/rating": lambda side: UNHAPPY,
    "POST /me/visits/{visit}/answer": lambda side: SETTLED,
    "POST /rectifications/{case_id}/contact": lambda side: WORK,
    "POST /rectifications/{case_id}/completion": lambda side: WORK,
}
UNREACHED = {
    "GET /parity": "needs a month of places that is over: tests/parity/test_pages.py",
    "POST /halls/{hall}/ratings": "takes a machine, which has no session: tests/ratings/test_pages.py",
}
VISIT = """INSERT INTO ratings_visit (region, id, hall_id, ticket_id, person_id, number, happened_at, invite_at,
        invited_at) VALUES ($1, $2, $3, $2, $4, $5, $6, $6, $6)"""
LINK = "INSERT INTO ratings_link (region, id, visit_id, token_hash, expires) VALUES ($1, $2, $3, $4, $5)"


async def build(person: PersonSummary, hall_id: UUID) -> dict[str, Any]:
    """Ids and tokens by what they are for."""
    region, me = (await places.hall(SYSTEM, hall_id)).region, actor_for(person)
    office = Actor(basis="official", roles=frozenset({"manager", "system"}), region=region)
    visits = {
        name: await _visit(region, hall_id, person.id, name) for name in ("visit", "received", "contacted", "answered")
    }
    for name in ("received", "contacted", "answered"):
        await service.rate_visit(me, visits[name][0], RatingRequest(level=1, reasons=["waited"]))
    for name in ("contacted", "answered"):
        await service.contact(office, visits[name][0], Work(text=WORK["text"]))
    await service.rectify(office, visits["answered"][0], Work(text=WORK["text"]))
    found: dict[str, Any] = {name: row for name, (row, _) in visits.items()}
    return found | {"link": visits["visit"][1], "answered link": visits["answered"][1], "number": "R-VISIT"}


async def _visit(region: str, hall_id: UUID, person: UUID, name: str) -> tuple[UUID, str]:
    new, token, now = ids.new(), crypto.token(), clock.now()
    await db.execute(VISIT, region, new, hall_id, person, f"R-{name}".upper(), now - timedelta(minutes=1))
    await db.execute(LINK, region, ids.new(), new, access.token_hash(token), now + timedelta(days=30))
    return new, token
