"""办事指南: one item as a resident of a place needs it."""

from datetime import date

import msgspec
from asyncpg import Record

from backend.catalogue import rules, shelves
from backend.catalogue.schemas import (
    Guide,
    HallLine,
    Item,
    LawBasis,
    Limit,
    LocalValues,
    OfflineWay,
    Origin,
    SourceNote,
)
from backend.catalogue.service.reading import events_of, item
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.policy import PUBLIC, verb
from backend.core.problems import NotFound
from backend.core.words import N_
from backend.places import service as places
from backend.places.schemas import NearHall
from backend.settings import settings

HALLS = 3
# The version residents see: the newest published one whose day has come, while the adoption is open.
LIVE = """SELECT v.local::text AS local, v.effective_from FROM catalogue_adoption a
    JOIN catalogue_adoption_version v ON v.region = a.region AND v.adoption = a.id
    WHERE a.region = $1 AND a.item = $2 AND a.state = 'published' AND v.step = 'published' AND v.effective_from <= $3
    ORDER BY v.version DESC LIMIT 1"""


@verb("catalogue.guide", N_("Read a guide"), PUBLIC)
async def guide(actor: Actor, item_id: str, place: str = "") -> Guide:
    """The guide for somebody who lives at ``place`` (a division code, or empty)."""
    found = await item(actor, item_id)
    region = place[:6] if len(place) >= 6 else ""
    live = await db.fetchrow(LIVE, region, item_id, clock.today()) if region else None
    local = msgspec.json.decode(live["local"], type=LocalValues) if live else LocalValues()
    halls = await _halls(actor, place)
    limit, origin = rules.limit_of(found, local)
    ready, final = await _ready(actor, limit)
    delegate = shelves.delegate_answer(found.name, found.main_item or "")
    charged = shelves.law_answer("fee", found.name, found.main_item or "")
    facts = rules.facts_of(found, local, delegate[0] if delegate else None, charged is not None)
    return Guide(
        item=found, english=shelves.english().get(item_id, ""), source=_source(found),
        themes=[shelves.themes()[slug] for slug in found.themes if slug in shelves.themes()],
        adopted=live is not None, region=region, local=local, effective_from=_from(live), facts=facts,
        limit=limit, limit_origin=origin, ready_on=ready, calendar_final=final,
        materials=local.materials or found.materials or [],
        materials_origin=_origin(found, bool(local.materials), bool(found.materials)),
        condition=local.condition or found.condition or "",
        condition_origin=_origin(found, bool(local.condition), bool(found.condition)),
        delegate=local.delegate or (delegate[0] if delegate else None),
        delegate_basis=_delegate_basis(found, local, delegate[1] if delegate else None),
        fee_basis=_fee_basis(found, local, charged[1] if charged else None),
        laws=_laws(found), halls=halls,
        offline=rules.offline_of(local, [_counter(hall) for hall in halls], settings().help_phone),
        events=events_of(item_id),
    )  # fmt: skip


async def _ready(actor: Actor, limit: Limit | None) -> tuple[date | None, bool]:
    """The day it would be ready when handed in today, and whether the calendar up to it is final.

    The day of handing in does not count (行政许可法第八十二条, 民法典第二百零一条).
    """
    if limit is None or limit.unit == "immediate" or limit.days == 0:
        return None, True
    today = clock.today()
    plain = rules.ready_plain(limit, today)
    if plain is not None:
        return plain, True
    ready = await places.working_days(actor, today, limit.days)
    days = await places.calendar(actor, today, min(ready, date.fromordinal(today.toordinal() + places.CALENDAR_SPAN)))
    return ready, bool(days) and days[-1].day >= ready and all(each.status == "final" for each in days)


async def _halls(actor: Actor, place: str) -> list[HallLine]:
    """The halls for the place; nobody has said where they live: none, the page asks."""
    if not place:
        return []
    try:
        found = await places.nearest_halls(actor, place, limit=HALLS)
    except NotFound:  # the chosen place has been merged away since
        return []
    return [_hall(near) for near in found]


def _hall(near: NearHall) -> HallLine:
    hall = near.hall
    hours = hall.known_hours
    return HallLine(
        id=str(hall.id), name=hall.name, english=hall.english, address=hall.address,
        hours=f"{hours[0]:%H:%M}–{hours[1]:%H:%M}" if hours else "", phone=hall.phone, derived=hall.derived,
        metres=near.metres,
    )  # fmt: skip


def _counter(hall: HallLine) -> OfflineWay:
    return OfflineWay(
        kind="counter",
        name=hall.name,
        english=hall.english,
        where=hall.address,
        hours=hall.hours,
        phone=hall.phone,
        href=f"/halls/{hall.id}",
    )


def _source(found: Item) -> SourceNote:
    """Where the row comes from; a source of an import is described by the row itself."""
    known = shelves.sources().get(found.source)
    if known is not None:
        return msgspec.structs.replace(known, region_zh=found.source_region, as_of=found.as_of)
    return SourceNote(
        code=found.source, title_zh=found.source, title_en=found.source, region_zh=found.source_region,
        region_en=found.source_region, as_of=found.as_of, licence="", origin="", national=False,
    )  # fmt: skip


def _origin(found: Item, local: bool, listed: bool) -> Origin:
    if local:
        return "local"
    if not listed:
        return "unknown"
    return "law" if found.source == rules.NATIONAL else "reference"


def _delegate_basis(found: Item, local: LocalValues, by_law: LawBasis | None) -> LawBasis | None:
    if local.delegate:
        return None
    return by_law or (rules.PERMIT_DELEGATE if found.type == rules.PERMIT else None)


def _fee_basis(found: Item, local: LocalValues, by_law: LawBasis | None) -> LawBasis | None:
    if local.fee or found.fee:
        return None
    return by_law or (rules.PERMIT_FEE if found.type == rules.PERMIT else None)


def _laws(found: Item) -> list[LawBasis]:
    if not (found.law and found.article and found.quote):
        return []
    return [LawBasis(law=found.law, article=found.article, quote=found.quote, version=found.law_version or "")]


def _from(live: Record | None) -> date | None:
    return live["effective_from"] if live else None
