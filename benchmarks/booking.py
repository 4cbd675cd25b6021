"""Booking against pgbench running the same statement on the same database with the same settings."""

import asyncio
import re
import subprocess
import uuid
from pathlib import Path

import asyncpg
import msgspec

from backend.core.embedded import binaries
from benchmarks.load import Result, post, press
from benchmarks.servers import portal
from benchmarks.table import Row, median
from benchmarks.world import database, populate, sessions

SETTLE = 5  # seconds after the start: first jobs and announcements are not bookings
PEOPLE = 12_000  # one person holds at most five places
# The function of a booking, for a random person and a random slot of the coming days; fresh ids and keys each time.
SCRIPT = """\\set person random(1, {people})
\\set slot random(1, {slots})
SELECT outcome FROM (SELECT p.id AS person, s.region, s.id AS slot
    FROM bench_person p, bench_slot s WHERE p.n = :person AND s.n = :slot) w,
  LATERAL appointments_book(w.region, gen_random_uuid(), w.slot, 'online', w.person, NULL, 'BENCH', w.person, 'self',
    'web', now(), interval '30 minutes', 1000000, sha256(gen_random_uuid()::text::bytea), '\\x00', gen_random_uuid());
"""
TABLES = """
CREATE UNLOGGED TABLE bench_person AS SELECT n, gen_random_uuid() AS id FROM generate_series(1, {people}) n;
CREATE UNLOGGED TABLE bench_slot AS SELECT row_number() OVER () AS n, s.region, s.id, s.hall_id FROM appointments_slot s
    WHERE s.starts_at > now() + interval '1 day' AND s.state = 'open' LIMIT 1000;
ALTER TABLE bench_person ADD PRIMARY KEY (n);
ALTER TABLE bench_slot ADD PRIMARY KEY (n);
UPDATE appointments_share SET capacity = 100000, granted = 100000
    WHERE pool = 'online' AND slot_id IN (SELECT id FROM bench_slot);
ANALYZE;
"""


def measure(folder: Path, rounds: int, seconds: float) -> list[Row]:
    """Bookings a second that one core of a worker carries, and what pgbench does with the same statement."""
    data = folder / "data"
    populate(data, 120_000)
    with database(data) as running:
        asyncio.run(_prepare(running.dsn))
        people = sessions(running.dsn, PEOPLE)
        slots = asyncio.run(_slots(running.dsn))
        script = folder / "book.sql"
        script.write_text(SCRIPT.format(people=PEOPLE, slots=len(slots)))
        ours, walls = [], []
        with portal(data, BACKGROUND="off") as server:
            asyncio.run(asyncio.sleep(SETTLE))
            for number in range(rounds):
                turn = list(people.values())[number * len(people) // rounds :]
                before = server.cpu()
                result = asyncio.run(_book(server.port, turn, slots, seconds))
                ours.append(result.statuses[201] / (server.cpu() - before))
                walls.append(result.statuses[201] / result.seconds)
        least = [_pgbench(running.dsn, script, seconds) for _ in range(rounds)]
    return [
        Row("bookings on 1,000 slots, by one worker core", "/s", median(ours), median(least), "≥ 0.60", rate=True),
        Row(
            "bookings on 1,000 slots, end to end",
            "/s",
            median(walls),
            note="load generator on the same two cores; announcements are delivered by another process",
        ),
    ]


async def _prepare(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(TABLES.format(people=PEOPLE))
    await connection.close()


async def _slots(dsn: str) -> list[tuple[str, str]]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("SELECT hall_id, id FROM bench_slot ORDER BY n")
    await connection.close()
    return [(str(row["hall_id"]), str(row["id"])) for row in rows]


async def _book(port: int, tokens: list[str], slots: list[tuple[str, str]], seconds: float) -> Result:
    """Each request is another person's wish for another slot; a person's fifth place is the last."""
    requests = []
    for number in range(int(seconds * 4000)):
        hall, slot = slots[number % len(slots)]
        body = msgspec.json.encode({"hall": hall, "slot": slot})
        token = tokens[number % len(tokens)]
        requests.append(
            post("/api/v1/appointments", body, authorization=f"Bearer {token}", idempotency_key=uuid.uuid4().hex)
        )
    return await press(port, requests, connections=16, seconds=seconds)


def _pgbench(dsn: str, script: Path, seconds: float) -> float:
    found = binaries.find(major=None, given=None)
    host = dsn.partition("host=")[2]
    command = [str(found.bin / "pgbench"), "-h", host, "-U", "linli", "-n", "-M", "prepared", "-c", "16", "-j", "1"]
    command += ["-T", str(max(1, round(seconds))), "-f", str(script), "linli"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    matched = re.search(r"tps = ([0-9.]+)", said)
    assert matched, said
    return float(matched.group(1))
