"""Ours, by its API, as the portal serves it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.booking import SETTLE
from benchmarks.load import get, post
from benchmarks.rivals.environment import WORKERS
from benchmarks.rivals.rival import PLACES, SLOTS, Rival, query
from benchmarks.servers import portal
from benchmarks.world import sessions

PEOPLE = 9_000
# The coming days begin empty, as the rivals' do; all places are online, so that none flow in from other channels.
EMPTY = (
    "DELETE FROM appointments_appointment WHERE state = 'booked'",
    "DELETE FROM appointments_further",
    """UPDATE appointments_share SET taken = 0, issued = 0
        WHERE slot_id IN (SELECT id FROM appointments_slot WHERE starts_at > now())""",
)
PREPARE = (
    """CREATE UNLOGGED TABLE rival_slot AS SELECT row_number() OVER () - 1 AS n, region, id, hall_id
        FROM appointments_slot WHERE starts_at > now() + interval '1 day' AND state = 'open' LIMIT {slots}""",
    """UPDATE appointments_share h SET granted = NULL,
            capacity = CASE WHEN h.pool <> 'online' THEN 0 WHEN r.n = 0 THEN {hot} ELSE {places} END
        FROM rival_slot r WHERE h.region = r.region AND h.slot_id = r.id""",
)
SLOT = "SELECT hall_id, id FROM rival_slot ORDER BY n"
HELD = """SELECT r.n, a.person_id FROM appointments_appointment a
    JOIN rival_slot r ON r.region = a.region AND r.id = a.slot_id WHERE a.state = 'booked'"""


@contextmanager
def ours(folder: Path, environments: Path, dsn: str, hot: int) -> Iterator[Rival]:
    """As many workers as the rivals have; announcements wait, as the rivals' tasks do."""
    people = sessions(dsn, PEOPLE)
    tokens, number = list(people.values()), {person: nth for nth, person in enumerate(people)}
    for statement in (*EMPTY, *PREPARE):
        query(dsn, "linli", statement.format(slots=SLOTS, hot=hot, places=PLACES))
    slots = [(str(row["hall_id"]), str(row["id"])) for row in query(dsn, "linli", SLOT)]
    assert len(slots) == SLOTS

    def book(slot: int, wish: int, key: str) -> bytes:
        hall, row = slots[slot]
        body = msgspec.json.encode({"hall": hall, "slot": row})
        headers = {"authorization": f"Bearer {tokens[wish]}", "idempotency_key": key}
        return post("/api/v1/appointments", body, **headers)

    def calendar(day: int) -> bytes:
        return get(f"/api/v1/halls/{slots[day % SLOTS][0]}/days")

    def held() -> list[tuple[int, int]]:
        return [(row["n"], number[row["person_id"]]) for row in query(dsn, "linli", HELD)]

    with portal(folder / "data", BACKGROUND="off", WORKERS=str(WORKERS)) as server:
        time.sleep(SETTLE)
        yield Rival("ours", server.port, book, calendar, held)
