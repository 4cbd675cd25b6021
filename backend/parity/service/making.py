"""Making the reports of a month: counted in memory, covered, and only then written. Once; nothing is made anew."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from backend.appointments import service as appointments
from backend.core import cache, clock, db
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import inner, verb
from backend.core.suppression import Sum, hidden
from backend.core.words import N_
from backend.identity import service as identity
from backend.parity import rules
from backend.parity.events import ReportsMade
from backend.parity.schemas import Group, Report

EVERYWHERE = UUID(int=0)
BOUNDS = (18, 40, 60, 80)
MADE = "SELECT DISTINCT month FROM parity_report WHERE region = '000000'"
ADD = """INSERT INTO parity_report (region, month, hall_id, body, made_at) VALUES ($1, $2, $3, $4::jsonb, $5)
    ON CONFLICT (region, hall_id, month) DO NOTHING"""


@verb("parity.make_due", N_("Make the report of the month"), "system")
async def make_due(actor: Actor) -> list[date]:
    """The reports of every month that is over and has none; returns those months."""
    made = {row["month"] for row in await db.fetch(MADE)}
    due = rules.due_months(clock.today(), made)
    return [month for month in due if await _make(actor, month)]


async def _make(actor: Actor, month: date) -> bool:
    until = rules.month_after(month)
    facts = await _facts(actor, month, until)
    if not facts:
        return False
    await write_reports(actor, month, facts, await _offered(actor, month, until))
    return True


@inner
async def write_reports(
    actor: Actor, month: date, facts: Sequence[rules.Fact], offered: Mapping[str, Mapping[str, int]]
) -> None:
    """Write the reports of a month; counts that must not be shown are dropped before."""
    bodies = await asyncio.to_thread(reports, month, facts, offered)
    now = clock.now()
    rows = [(*key, msgspec.json.encode(body).decode(), now) for key, body in bodies.items()]
    async with db.transaction():
        await db.executemany(ADD, [(region, month, hall, body, at) for region, hall, body, at in rows])
        subject = uuid5(NAMESPACE_URL, f"linli:parity:{month}")
        await announce(actor, ReportsMade(region=PROVINCE, subject=subject, month=month, places=len(rows)))
        await cache.drop("parity")


async def _facts(actor: Actor, first: date, until: date) -> list[rules.Fact]:
    """Each person's first place with their age group; the ids end here."""
    found = await appointments.first_places(actor, first, until)
    ages = await identity.age_groups(actor, [each.person for each in found], on=first, bounds=BOUNDS)
    return [
        rules.Fact(
            each.region, str(each.hall), each.pool, rules.AGES[ages.get(each.person, len(BOUNDS) + 1)],
            max(0, each.days), each.came, each.helped,
        )
        for each in found
    ]  # fmt: skip


async def _offered(actor: Actor, first: date, until: date) -> dict[str, dict[str, int]]:
    """Places by place and channel."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(rules.CHANNELS, 0))
    for each in await appointments.places_offered(actor, first, until):
        for place in (rules.ALL, each.region, str(each.hall)):
            found[place][each.pool] += each.places
    return found


def reports(
    month: date, facts: Sequence[rules.Fact], offered: Mapping[str, Mapping[str, int]]
) -> dict[tuple[str, UUID], Report]:
    """What is published, by county (000000: the province) and hall. All places are covered together."""
    inside: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        inside[fact.region].add(fact.hall)
    halls = {county: sorted(inside[county]) for county in sorted(inside)}
    ways = rules.ways(facts, offered)
    counts = rules.counts(facts, ways)
    gone = hidden(counts, [Sum(*line) for line in rules.lines(halls, ways)], rules.LEAST)
    shown = {cell: n for cell, n in counts.items() if cell not in gone}
    edges = {
        place: dict.fromkeys((cell.channel, cell.age) for cell in rules.cells_of(place, ways[place])) for place in ways
    }
    by_county: dict[str, list[rules.Fact]] = defaultdict(list)
    for fact in facts:
        by_county[fact.region].append(fact)

    def one(place: str, among: Sequence[rules.Fact]) -> Report:
        waits = rules.waits(among, place)
        groups = [_group(place, *edge, shown, waits) for edge in edges[place]]
        return Report(
            month=month, groups=groups, offered=dict(offered.get(place, {})), least=rules.LEAST,
            older_days=rules.wait_of(among, place, rules.OLDER, shown),
            others_days=rules.wait_of(among, place, rules.OTHERS, shown),
        )  # fmt: skip

    made = {(PROVINCE, EVERYWHERE): one(rules.ALL, facts)}
    for county, below in halls.items():
        own = by_county[county]
        made[county, EVERYWHERE] = one(county, own)
        made |= {(county, UUID(hall)): one(hall, own) for hall in below}
    return made


def _group(
    place: str, channel: str, age: str, shown: Mapping[rules.Cell, int], waits: Mapping[tuple[str, str], float]
) -> Group:
    seen = {each: shown.get(rules.Cell(place, each, channel, age)) for each in rules.MEASURES}
    days = waits.get((channel, age)) if seen["people"] is not None else None
    return Group(channel=channel, age=age, days=days, **seen)
