"""Where somebody stands, what the hall's screen shows, what the manager counts."""

from datetime import date
from typing import Any
from uuid import UUID

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.policy import PUBLIC, verb
from backend.core.words import N_
from backend.places import service as places
from backend.queues import access, rules
from backend.queues.schemas import Board, BoardLine, Position, TicketView
from backend.queues.service.numbers import told
from backend.queues.service.pace import minutes_of
from backend.queues.service.presence import HERE, digits
from backend.queues.service.showing import labels_of, shown

WAITING = f"""SELECT {access.COLUMNS} FROM queues_ticket
    WHERE region = $1 AND hall_id = $2 AND day = $3 AND state = 'waiting'
    ORDER BY greatest(since, due), since LIMIT 300"""
ASIDE = f"""SELECT {access.COLUMNS} FROM queues_ticket
    WHERE region = $1 AND hall_id = $2 AND day = $3 AND state IN ('held', 'parked', 'missed')
    ORDER BY since LIMIT 100"""
CALLS = """SELECT number, counter_id, called_at FROM queues_ticket
    WHERE region = $1 AND hall_id = $2 AND day = $3 AND called_at IS NOT NULL AND state IN ('called', 'serving', 'done')
    ORDER BY called_at DESC LIMIT 5"""
STREAK = "SELECT streak FROM queues_line WHERE region = $1 AND hall_id = $2 AND day = $3"
OPEN = "SELECT count(*) FROM queues_counter WHERE region = $1 AND hall_id = $2 AND state = 'open'"
STOPPED = """SELECT reason FROM queues_stop
    WHERE region = $1 AND hall_id = $2 AND day = $3 AND resumed_at IS NULL"""


@verb("queues.waiting", N_("See who waits"), *access.STAFF)
async def waiting(actor: Actor, hall_id: UUID) -> tuple[list[TicketView], list[TicketView]]:
    """The line of today in the order of arrival, and those who stepped aside. Numbers only, no names."""
    hall = await access.hall(actor, hall_id, *access.STAFF)
    keys = hall.region, hall_id, clock.today()
    return await shown(actor, await db.fetch(WAITING, *keys)), await shown(actor, await db.fetch(ASIDE, *keys))


@verb("queues.position", N_("See where a number stands"), PUBLIC)
async def position(actor: Actor, token: str) -> Position:
    """For whoever holds the slip: how many are before, and from when to when it may take."""
    row = await access.ticket_of_token(token)
    hall = await places.hall(actor, row["hall_id"])
    keys = row["region"], row["hall_id"], row["day"]
    waits = row["state"] == "waiting"
    ahead = _before(row["id"], _line(await db.fetch(WAITING, *keys)), await streak_of(*keys)) if waits else 0
    least, most = rules.range_of_wait(ahead, await db.fetchval(OPEN, *keys[:2]), await minutes_of(*keys))
    labels = await labels_of(row["region"], [row["counter_id"]] if row["counter_id"] else [])
    return Position(
        number=row["number"], hall_name=hall.name, hall_english=hall.english, state=row["state"],
        counter=labels.get(row["counter_id"], ""), ahead=ahead, least=least, most=most, taken_at=row["taken_at"],
        hall=row["hall_id"], stopped=await db.fetchval(STOPPED, *keys) or "",
    )  # fmt: skip


@verb("queues.board", N_("See the screen of a hall"), PUBLIC)
async def board(actor: Actor, hall_id: UUID) -> Board:
    """What everybody may read: numbers and counters, how many wait and for how long about.

    The four digits prove that somebody stands in the hall, so only the hall's own screens, machines and staff get them.
    """
    hall = await places.hall(actor, hall_id)
    keys = hall.region, hall_id, clock.today()
    calls = await db.fetch(CALLS, *keys)
    labels = await labels_of(hall.region, [row["counter_id"] for row in calls if row["counter_id"]])
    line, counters = _line(await db.fetch(WAITING, *keys)), await db.fetchval(OPEN, *keys[:2])
    minutes, streak = await minutes_of(*keys), await streak_of(*keys)
    return Board(
        hall_name=hall.name, hall_english=hall.english, counters=counters,
        presence=digits(hall_id) if actor.covers(hall.seat, *HERE) else "",
        numbers=await told(actor, hall, minutes=minutes),
        calls=[
            BoardLine(number=row["number"], counter=labels.get(row["counter_id"], ""), at=row["called_at"])
            for row in calls
        ],
        waits=[
            (kind, count, *rules.range_of_wait(_newcomer(kind, line, streak), counters, minutes))
            for kind in rules.KINDS
            if (count := sum(1 for row in line if row.kind == kind))
        ],
    )  # fmt: skip


def _line(rows: list[Any]) -> list[rules.Waiting]:
    return [rules.Waiting(each["id"], each["kind"], each["since"], each["due"], each["passed"]) for each in rows]


async def streak_of(region: str, hall: UUID, day: date) -> int:
    """How many priority calls stand in a row at this moment: where the rule goes on from."""
    return await db.fetchval(STREAK, region, hall, day) or 0


def _before(ticket: object, line: list[rules.Waiting], streak: int) -> int:
    """How many would be called first if nobody else came: the rule itself, played on to the end."""
    order = rules.order(line, streak, clock.now())
    return next((nth for nth, each in enumerate(order) if each.id == ticket), len(order))


def _newcomer(kind: rules.Kind, line: list[rules.Waiting], streak: int) -> int:
    """How many would be before somebody of this kind who came now."""
    return _before("", [*line, rules.Waiting("", kind, clock.now(), clock.now())], streak)
