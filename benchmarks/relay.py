"""Telling: announcement → message → delivery → mark, by one worker process, against the same rows by pgbench.

And whether a call to a counter waits while everybody is told news, or warned.
"""

import asyncio
import os
import re
import signal
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import asyncpg

from backend.core import bells
from backend.core.embedded import binaries
from benchmarks.gateway import Gateway, gateway
from benchmarks.servers import ROOT, process_cpu
from benchmarks.table import Row
from benchmarks.world import database, populate

T = TypeVar("T")
CALLS, EVERY = 60, 0.25  # calls to a counter in a warning, and the seconds between them
# Nobody sleeps: at night a benchmark would otherwise measure quiet hours.
AWAKE = """INSERT INTO notifications_preference (region, person, otherwise, quiet_from, quiet_to, lang, texts, changed)
    SELECT '000000', id, 'call', '00:00', '00:00', '', true, now() FROM identity_person
    WHERE region = '000000' AND phone_index IS NOT NULL ON CONFLICT DO NOTHING"""
ANNOUNCE = """INSERT INTO core_announcement (region, id, name, subject, at, basis, channel, body)
    SELECT '230103', uuidv7(), 'BenchNotice', id, now(), 'system', 'web',
        jsonb_build_object('region', '230103', 'subject', id, 'what', 'number', 'soon', $2::bool)
    FROM (SELECT id FROM identity_person WHERE region = '000000' AND phone_index IS NOT NULL LIMIT $1) AS p"""
ONE = """INSERT INTO core_announcement (region, id, name, subject, at, basis, channel, body)
    SELECT '230103', uuidv7(), 'BenchNotice', id, now(), 'system', 'web',
        jsonb_build_object('region', '230103', 'subject', id, 'what', $1::text, 'soon', true)
    FROM (SELECT id FROM identity_person WHERE region = '000000' AND phone_index IS NOT NULL
        ORDER BY id DESC OFFSET $2 LIMIT 1) AS p"""
BROADCAST = """INSERT INTO messaging_broadcast (region, id, kind, hazard, drill, division, hours, title,
        texts, state, total, made_by, made, decided, until)
    VALUES ('230000', $1, $2, $3, $4, '230000', 12, 'Storm', '{"zh_CN/standard": "Stay at home"}',
        'running', 1, $1, now(), now(), now() + interval '12 hours')"""
STOP = "UPDATE messaging_broadcast SET state = 'stopped' WHERE state = 'running'"
TOLD = "SELECT told, extract(epoch FROM moved - decided)::float AS seconds FROM messaging_broadcast WHERE kind = $1"
MARKED = """SELECT (SELECT count(*) FROM core_announcement WHERE name = 'BenchNotice' AND delivered_at IS NULL)
    + (SELECT count(*) FROM notifications_delivery
        WHERE state = 'queued' AND channel NOT IN ('call', 'visit'))"""
# What became of them. Who has asked for calls gets no text; that notice stands on the call list.
BECAME = """SELECT string_agg(format('%s %s %s', n, channel, state), ', ' ORDER BY n DESC) FROM (
    SELECT d.channel, d.state, count(*) AS n FROM notifications_delivery d
        JOIN notifications_message m ON m.region = d.region AND m.id = d.message
        WHERE m.template = 'bench-plain' GROUP BY d.channel, d.state) AS t"""
SAME = """CREATE TABLE bench_announcement (LIKE core_announcement INCLUDING ALL);
CREATE TABLE bench_message (LIKE notifications_message INCLUDING ALL);
CREATE TABLE bench_delivery (LIKE notifications_delivery INCLUDING ALL);
CREATE TABLE bench_a AS SELECT * FROM core_announcement WHERE name = 'BenchNotice' LIMIT 1;
CREATE TABLE bench_m AS SELECT * FROM notifications_message WHERE template = 'bench-plain' LIMIT 1;
CREATE TABLE bench_d AS SELECT d.* FROM notifications_delivery d JOIN bench_m m ON m.id = d.message LIMIT 1;"""
# The same three rows, as few statements as can be: written, marked, deleted, each in one transaction.
SCRIPT = """SELECT gen_random_uuid() AS id \\gset
BEGIN;
INSERT INTO bench_announcement SELECT r.* FROM bench_a a,
    jsonb_populate_record(a, jsonb_build_object('id', ':id'::text)) r;
INSERT INTO bench_message SELECT r.* FROM bench_m m,
    jsonb_populate_record(m, jsonb_build_object('id', ':id'::text, 'once', ':id'::text)) r;
INSERT INTO bench_delivery SELECT r.* FROM bench_d d,
    jsonb_populate_record(d, jsonb_build_object('id', ':id'::text, 'message', ':id'::text)) r;
COMMIT;
BEGIN;
UPDATE bench_announcement SET delivered_at = now() WHERE region = '230103' AND id = ':id';
UPDATE bench_message SET state = 'sent', sent_at = now() WHERE region = '000000' AND id = ':id';
UPDATE bench_delivery SET state = 'sent', sent_at = now(), provider = 'x' WHERE region = '000000' AND id = ':id';
COMMIT;
BEGIN;
DELETE FROM bench_announcement WHERE region = '230103' AND id = ':id';
DELETE FROM bench_message WHERE region = '000000' AND id = ':id';
DELETE FROM bench_delivery WHERE region = '000000' AND id = ':id';
COMMIT;
"""


def measure(folder: Path, notices: int, seconds: float) -> list[Row]:
    """Notices a second of one worker, then a counter's call alone and in a warning to everybody."""
    data = folder / "data"
    populate(data, notices * 5 // 4)  # who has no number gets no text
    with database(data) as running, gateway() as phones:
        asyncio.run(_run(running.dsn, _awake))
        with _worker(data, phones) as process:
            asyncio.run(_run(running.dsn, lambda one: _warm(one, phones)))
            before, began = process_cpu(process.pid), time.perf_counter()
            messages = asyncio.run(_run(running.dsn, lambda one: _tell(one, notices)))
            cpu, wall = process_cpu(process.pid) - before, time.perf_counter() - began
            became = asyncio.run(_run(running.dsn, lambda one: one.fetchval(BECAME)))
            quiet = asyncio.run(_run(running.dsn, lambda one: _calls(one, phones, "quiet")))
            during = {
                kind: asyncio.run(_run(running.dsn, lambda one, kind=kind: _meanwhile(one, phones, kind)))  # type: ignore[misc]
                for kind in ("news", "emergency")
            }
        asyncio.run(_run(running.dsn, lambda one: one.execute(SAME)))
        least = _pgbench(running.dsn, folder, seconds * 3)
    load = f"load {os.getloadavg()[0]:.1f}"
    return [
        Row(
            f"{messages:,} notices told, one worker", "/s", messages / wall, least, "", rate=True,
            note=f"worker CPU {1e6 * cpu / messages:,.0f} µs each; {became}; {load}",
        ),
        *_called("a counter's call reaches the gateway", quiet, ""),
        *_called("the same while everybody is told news", *during["news"]),
        *_called("the same while everybody is warned", *during["emergency"]),
    ]  # fmt: skip


def _called(what: str, taken: list[float], note: str) -> list[Row]:
    return [
        Row(f"{what}, p50", "ms", statistics.median(taken), note=note),
        Row(f"{what}, p99", "ms", _p99(taken), note=f"{len(taken)} of {CALLS} came"),
    ]


async def _run(dsn: str, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    connection = await asyncpg.connect(dsn)
    try:
        return await work(connection)
    finally:
        await connection.close()


@contextmanager
def _worker(data: Path, phones: Gateway) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ, "DATA_DIR": str(data), "DEMO": "on", "LOG_LEVEL": "error",
        "SMS_GATEWAY_URL": f"http://127.0.0.1:{phones.port}/",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.relay_worker"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(100)  # it ends what it has begun


async def _awake(one: asyncpg.Connection) -> None:
    await one.execute(AWAKE)
    await one.execute("UPDATE core_announcement SET delivered_at = now() WHERE delivered_at IS NULL")
    await one.execute("ANALYZE")


async def _warm(one: asyncpg.Connection, phones: Gateway) -> None:
    """Until the worker works."""
    await one.execute(ONE, "warm", 0)
    await _until(lambda: _is(bool(phones.marked)), 120)


async def _tell(one: asyncpg.Connection, notices: int) -> int:
    """So many announcements; until the last one is marked. Returns how many there were."""
    messages = int((await one.execute(ANNOUNCE, notices, False)).rpartition(" ")[2])
    await one.execute(f"NOTIFY {bells.CHANNEL}, 'announced'")
    await _until(lambda: _marked(one), 3600)
    return messages


async def _calls(one: asyncpg.Connection, phones: Gateway, name: str) -> list[float]:
    """Milliseconds from the commit of a call to a counter until its text is at the gateway."""
    sent: dict[str, float] = {}
    for number in range(CALLS):
        what = f"{name}-{number}"
        await one.execute(ONE, what, number)
        sent[what] = time.perf_counter()
        await one.execute(f"NOTIFY {bells.CHANNEL}, 'announced'")
        await asyncio.sleep(EVERY)
    with suppress(TimeoutError):
        await _until(lambda: _is(set(sent) <= set(phones.marked)), 30)
    return [(phones.marked[each] - at) * 1000 for each, at in sent.items() if each in phones.marked]


async def _meanwhile(one: asyncpg.Connection, phones: Gateway, kind: str) -> tuple[list[float], str]:
    """Calls while everybody of the province is told something; then that is stopped, and what waits is let go."""
    before, began = phones.taken, time.perf_counter()
    await one.execute(BROADCAST, uuid.uuid4(), kind, "storm" if kind == "emergency" else "", kind == "emergency")
    await one.execute(f"NOTIFY {bells.CHANNEL}, 'mailing'")
    found = await _calls(one, phones, kind)
    texts = (phones.taken - before) / (time.perf_counter() - began)
    row = await one.fetchrow(TOLD, kind)
    assert row is not None
    told, seconds = row["told"], row["seconds"]
    note = f"{told:,} people in {seconds:.1f} s ({told / seconds:,.0f}/s); {texts:,.0f} texts/s left while calls came"
    await one.execute(STOP)
    await _until(lambda: _marked(one), 600)
    return found, note


async def _marked(one: asyncpg.Connection) -> bool:
    return not await one.fetchval(MARKED)


async def _until(true: Callable[[], Awaitable[bool]], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not await true():  # noqa: ASYNC110 – what is awaited happens in another process
            await asyncio.sleep(0.1)


async def _is(true: bool) -> bool:
    return true


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def _pgbench(dsn: str, folder: Path, seconds: float) -> float:
    script = folder / "tell.sql"
    script.write_text(SCRIPT)
    found = binaries.find(major=None, given=None)
    command = [str(found.bin / "pgbench"), "-h", dsn.partition("host=")[2], "-U", "linli", "-n", "-c", "4", "-j", "1"]
    command += ["-T", str(max(1, round(seconds))), "-f", str(script), "linli"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    matched = re.search(r"tps = ([0-9.]+)", said)
    assert matched, said
    return float(matched.group(1))
