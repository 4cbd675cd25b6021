"""The verbs of places. Reading is open to everybody; a hall is corrected by its own city only."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from backend.core import clock, db
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import PUBLIC, inner, verb
from backend.core.problems import Invalid, NotFound
from backend.core.schemas import Page
from backend.core.words import N_
from backend.places import queries, rules
from backend.places.events import CalendarLoaded, HallBookingChanged, HallConfirmed
from backend.places.names import region_name as region_name  # known at start: no query
from backend.places.schemas import (
    CalendarDay,
    Day,
    Division,
    Hall,
    HallConfirmation,
    NearDivision,
    NearHall,
    Point,
)

CALENDAR = uuid5(NAMESPACE_URL, "linli:places:calendar")
STAFF = ("manager", "city")
SEARCH_METRES = (3_000, 15_000, 60_000)  # circles tried one after the other around a position
CALENDAR_SPAN = 800  # days that may be asked for at once


class NoSuchPlace(NotFound):
    """The code is in no list."""

    code, title = "no-such-place", N_("We do not know this place")


class NoSuchHall(NotFound):
    """No hall has this id."""

    code, title = "no-such-hall", N_("We do not know this hall")


class OutsideProvince(NotFound):
    """A position far from every division that we have a point for."""

    code, title = "outside-province", N_("This position is not in the province")


# --- divisions -------------------------------------------------------------------------------------------------------


@verb("places.division", N_("See a division"), PUBLIC)
async def division(actor: Actor, code: str) -> Division:
    """One division by its 2 to 12-digit code."""
    found = await queries.divisions([rules.full_code(code)])
    if not found:
        raise NoSuchPlace(N_("It may have been renamed or merged."), next_step=("/places/pick", N_("Choose a place")))
    return found[0]


@verb("places.path", N_("See what a division belongs to"), PUBLIC)
async def path(actor: Actor, code: str) -> list[Division]:
    """The division and all above it, from the province down."""
    whole = rules.full_code(code)
    found = await queries.divisions(rules.ancestors(whole))
    if not found or found[-1].code != whole:
        await division(actor, code)
    return found


@verb("places.children", N_("See what lies below a division"), PUBLIC)
async def children(actor: Actor, code: str) -> list[Division]:
    """The divisions right below, by code; at most 200 (the most a county or township has is under that)."""
    return await queries.division_page(rules.full_code(code), 0, "", 200)


@verb("places.divisions", N_("See the list of divisions"), PUBLIC)
async def divisions(
    actor: Actor, *, parent: str = "", level: int = 0, q: str = "", after: str = "", limit: int = 20
) -> Page[Division]:
    """A piece of the list. With ``q`` the best matches, without a next piece."""
    if q:
        return Page(items=await queries.named(q, parent, limit))
    found = await queries.division_page(rules.full_code(parent) if parent else "", level, after, limit + 1)
    return Page(items=found[:limit], next=found[limit - 1].code if len(found) > limit else None)


@verb("places.find", N_("Find a division by name"), PUBLIC)
async def find(actor: Actor, q: str, *, home: str = "", limit: int = 20) -> list[Division]:
    """Divisions called so in Han characters, pinyin or initials; those in the home county first."""
    return await queries.named(q, home, limit)


@verb("places.named_in", N_("Find the division that an address names"), PUBLIC)
async def named_in(actor: Actor, address: str, county: str) -> str:
    """The code of the street, town, community or village of a county that a written address names; empty when none."""
    return rules.named_in(address, await queries.names_below(rules.region(county)))


@verb("places.nearest_divisions", N_("Find the divisions around a position"), PUBLIC)
async def nearest_divisions(actor: Actor, lat: float, lng: float, *, limit: int = 5) -> list[NearDivision]:
    """The divisions whose points are nearest. A point is not a border: the resident is asked whether it is right."""
    here = Point(lat=lat, lng=lng)
    found: list[NearDivision] = []
    for metres in SEARCH_METRES:
        around = await queries.divisions_around(here, metres)
        found = [
            NearDivision(division=each, metres=round(rules.haversine(here, each.point)))
            for each in around
            if each.point
        ]
        found = sorted((near for near in found if near.metres <= metres), key=lambda near: near.metres)
        if any(near.division.level >= 4 for near in found):
            break
    if not found:
        raise OutsideProvince(
            N_("The nearest place we know is more than 60 km away."),
            next_step=("/places/pick", N_("Choose from the list")),
        )
    return found[:limit]


@verb("places.nearest_division", N_("Find the division of a position"), PUBLIC)
async def nearest_division(actor: Actor, lat: float, lng: float) -> NearDivision:
    """The division whose point is nearest to a WGS-84 position."""
    return (await nearest_divisions(actor, lat, lng, limit=1))[0]


# --- halls -----------------------------------------------------------------------------------------------------------


@verb("places.hall", N_("See a hall"), PUBLIC)
async def hall(actor: Actor, hall_id: UUID) -> Hall:
    """One hall."""
    found = await queries.hall(hall_id)
    if found is None:
        raise NoSuchHall(N_("It may have moved or closed."), next_step=("/halls", N_("See all halls")))
    return found


@verb("places.halls_by_id", N_("See several halls"), PUBLIC)
async def halls_by_id(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Hall]:
    """Several halls at once; unknown ids are left out."""
    return {each.id: each for each in await queries.halls(ids)}


@inner
async def serves(actor: Actor, region: str, hall_id: UUID, *roles: str) -> bool:
    """Whether one of the actor's posts covers a hall of the county ``region``: the county, or the hall's own township.

    Only for posts smaller than a county is the hall looked up.
    """
    if actor.covers(region, *roles):
        return True
    below = any(division.startswith(region) for division in actor.divisions(*roles))
    return below and actor.covers((await hall(actor, hall_id)).seat, *roles)


@verb("places.hall_ids", N_("See which halls there are"), PUBLIC)
async def hall_ids(actor: Actor) -> list[UUID]:
    """Every hall, for lists of all pages."""
    return await queries.hall_ids()


@verb("places.halls", N_("See the list of halls"), PUBLIC)
async def halls(
    actor: Actor, *, division: str = "", level: str = "", derived: bool | None = None, after: str = "", limit: int = 20
) -> Page[Hall]:
    """A piece of the list of halls, optionally inside one division."""
    found = await queries.hall_page(_prefix(division), level, derived, after, limit + 1)
    return Page(items=found[:limit], next=found[limit - 1].code if len(found) > limit else None)


@verb("places.nearest_halls", N_("Find the halls for a place"), PUBLIC)
async def nearest_halls(actor: Actor, place: str, *, limit: int = 5) -> list[NearHall]:
    """The halls for somebody who lives at ``place``: own township, county, prefecture, province, then by distance."""
    return await queries.halls_for(await path(actor, place or "23"), limit)


@verb("places.confirm_hall", N_("Correct what is known of a hall"), *STAFF)
async def confirm_hall(actor: Actor, hall_id: UUID, facts: HallConfirmation) -> Hall:
    """Replace what we know of a hall by what its city says. From then on a reload of reference data leaves it alone."""
    if facts.opens >= facts.closes:
        raise Invalid({"closes": N_("The closing time must be after the opening time")})
    if (facts.lat is None) != (facts.lng is None):
        raise Invalid({"lng": N_("Give both latitude and longitude, or neither")})
    async with db.transaction():
        known = await _own_hall(actor, hall_id)
        await db.execute(
            """UPDATE places_hall SET name = $3, address = $4, phone = $5, opens = $6, closes = $7, lat = $8, lng = $9,
                status = 'confirmed', source = 'confirmed_by_city', edited_at = $10 WHERE region = $1 AND id = $2""",
            known.region, known.id, facts.name or known.name, facts.address, facts.phone, facts.opens, facts.closes,
            facts.lat, facts.lng, clock.now(),
        )  # fmt: skip
        await announce(actor, HallConfirmed(region=known.region, subject=known.id))
    return await hall(actor, hall_id)


@verb("places.set_bookable", N_("Say whether a hall can be booked"), *STAFF)
async def set_bookable(actor: Actor, hall_id: UUID, *, bookable: bool) -> None:
    """Say whether places can be booked at a hall; whoever opens or closes its booking calls this."""
    async with db.transaction():
        known = await _own_hall(actor, hall_id)
        if known.bookable != bookable:
            await db.execute(
                "UPDATE places_hall SET bookable = $3 WHERE region = $1 AND id = $2", known.region, known.id, bookable
            )
            await announce(actor, HallBookingChanged(region=known.region, subject=known.id, bookable=bookable))


async def _own_hall(actor: Actor, hall_id: UUID) -> Hall:
    """The hall, locked, if the actor's post covers it: the same county, its prefecture, or the province."""
    known = await queries.hall(hall_id, lock=True)
    if known is None or not actor.covers(known.region, *STAFF, "system"):
        raise NoSuchHall()
    return known


def _prefix(code: str) -> str:
    """The digits shared by everything inside a division: 230103001000 → 230103001, 230100 → 2301, 000000 → all."""
    if code == PROVINCE:
        return ""
    for length in (2, 4, 6, 9):
        if len(code) <= length or not code[length:].strip("0"):
            return code[:length]
    return code


# --- days ------------------------------------------------------------------------------------------------------------


@verb("places.calendar", N_("See the working calendar"), PUBLIC)
async def calendar(actor: Actor, first: date, last: date) -> list[Day]:
    """The days of the working calendar from ``first`` to ``last``."""
    if last < first or (last - first).days > CALENDAR_SPAN:
        raise Invalid({"to": N_("Ask for at most 800 days, the last not before the first")})
    rows = await db.fetch(
        "SELECT day, kind, holiday, status FROM places_day WHERE day BETWEEN $1 AND $2 ORDER BY day", first, last
    )
    return [Day(**row, working=row["kind"] in {"workday", "makeup_workday"}) for row in rows]


@verb("places.is_open_day", N_("See whether offices work on a day"), PUBLIC)
async def is_open_day(actor: Actor, day: date) -> bool:
    """Whether offices work that day; a day outside the calendar counts by its weekday."""
    return rules.working(day, await _kinds(day, day))


@verb("places.open_days", N_("See the working days"), PUBLIC)
async def open_days(actor: Actor, first: date, last: date) -> list[date]:
    """The working days from ``first`` to ``last``."""
    kinds = await _kinds(first, last)
    span = ((first + timedelta(days=n)) for n in range((last - first).days + 1))
    return [day for day in span if rules.working(day, kinds)]


@verb("places.working_days", N_("Count working days"), PUBLIC)
async def working_days(actor: Actor, start: date, n: int) -> date:
    """The n-th working day after ``start``, by the calendar (工作日)."""
    return rules.add_working_days(start, n, await _kinds(start, start + timedelta(days=n * 2 + 30)))


@verb("places.load_calendar", N_("Put a working calendar in force"), "city")
async def load_calendar(actor: Actor, days: list[CalendarDay]) -> int:
    """Put days of a newly published arrangement in force; they stay when reference data is reloaded."""
    if not days:
        raise Invalid({"file": N_("The file has no days")})
    async with db.transaction():
        await db.executemany(
            """INSERT INTO places_day (day, kind, holiday, status, edited_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (day) DO UPDATE SET kind = excluded.kind, holiday = excluded.holiday,
                status = excluded.status, edited_at = excluded.edited_at""",
            [(each.day, each.kind, each.holiday, each.status, clock.now()) for each in days],
        )
        first, last = min(each.day for each in days), max(each.day for each in days)
        event = CalendarLoaded(
            region=PROVINCE, subject=CALENDAR, first=first.isoformat(), last=last.isoformat(), days=len(days)
        )
        await announce(actor, event)
    return len(days)


async def _kinds(first: date, last: date) -> dict[date, str]:
    rows = await db.fetch("SELECT day, kind FROM places_day WHERE day BETWEEN $1 AND $2", first, last)
    return {row["day"]: row["kind"] for row in rows}
