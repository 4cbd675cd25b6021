"""Whoever waits is woken after commit: here by a bell, elsewhere by NOTIFY, and still looks when neither comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from backend.core import bells, db, events, ids, jobs
from backend.core.actor import Actor
from backend.core.events import Announcement, Event, announce, on

pytestmark = pytest.mark.no_database  # commits must be real; nothing is written but where a test has its own database
PID = "SELECT pid FROM pg_stat_activity WHERE application_name = 'linli bells' AND datname = current_database()"


class Struck(Event, frozen=True, kw_only=True):
    times: int


struck: asyncio.Queue[int] = asyncio.Queue()


@on(Struck)
async def listen(event: Struck, row: Announcement) -> None:
    struck.put_nowait(event.times)


class Elsewhere:
    """Another process: a connection of its own that hears and tells."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.heard: asyncio.Queue[str] = asyncio.Queue()

    async def tell(self, kinds: str) -> None:
        await self.connection.execute("SELECT pg_notify($1, $2)", bells.CHANNEL, kinds)


@asynccontextmanager
async def exchanging(dsn: str) -> AsyncIterator[Elsewhere]:
    """Our exchange at work, and another process beside it."""
    stopping = asyncio.Event()
    other = Elsewhere(await asyncpg.connect(dsn))
    await other.connection.add_listener(bells.CHANNEL, lambda *heard: other.heard.put_nowait(str(heard[3])))
    with bells.waiting_for("announced") as ready:
        work = asyncio.create_task(bells.exchange(dsn, stopping, pause=0.001))
        await asyncio.wait_for(ready.wait(), 10)  # it rings once when it begins to hear
    try:
        yield other
    finally:
        stopping.set()
        await asyncio.wait_for(work, 10)
        await other.connection.close()


async def test_a_bell_rings_when_the_transaction_is_committed_and_not_before(database: str) -> None:
    with bells.waiting_for("announced") as bell:
        async with db.transaction():
            async with db.transaction():
                bells.ring("announced")
            assert not bell.is_set()
        assert bell.is_set()


async def test_what_was_rolled_back_rings_no_bell(database: str) -> None:
    with bells.waiting_for("announced") as bell:
        with pytest.raises(ZeroDivisionError):
            async with db.transaction():
                bells.ring("announced")
                raise ZeroDivisionError
        assert not bell.is_set()
        bells.ring("announced")  # outside of any transaction: committed already
        assert bell.is_set()


async def test_each_kind_has_its_own_bell() -> None:
    with bells.waiting_for("announced") as one, bells.waiting_for("queued") as other:
        bells.ring("queued")
        assert (one.is_set(), other.is_set()) == (False, True)


async def test_other_processes_are_told_once_for_a_rush(database: str) -> None:
    async with exchanging(database) as other:
        for _ in range(100):
            bells.ring("announced")
            bells.ring("queued")
        assert await asyncio.wait_for(other.heard.get(), 10) == "announced queued"
        bells.ring("queued")
        assert await asyncio.wait_for(other.heard.get(), 10) == "queued"
        assert other.heard.empty()


async def test_what_rings_while_others_are_being_told_is_told_again(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell, told = asyncpg.Connection.execute, 0

    async def slowly(self: asyncpg.Connection, query: str, *args: object, **options: float) -> str:
        nonlocal told
        answer = str(await tell(self, query, *args, **options))
        if "pg_notify" in query and (told := told + 1) == 1:
            bells.ring("queued")  # after the database has told it, before we know
        return answer

    async with exchanging(database) as other:
        monkeypatch.setattr(asyncpg.Connection, "execute", slowly)
        bells.ring("queued")
        assert [await asyncio.wait_for(other.heard.get(), 10) for _ in range(2)] == ["queued", "queued"]


async def test_what_another_process_tells_rings_here_and_is_not_told_on(database: str) -> None:
    async with exchanging(database) as other:
        with bells.waiting_for("queued") as bell:
            await other.tell("queued unknown")
            await asyncio.wait_for(bell.wait(), 10)
        assert await asyncio.wait_for(other.heard.get(), 10) == "queued unknown"  # its own words
        bells.ring("announced")
        assert await asyncio.wait_for(other.heard.get(), 10) == "announced"  # and nothing in between


async def test_a_lost_connection_is_made_anew_and_rings_for_what_was_missed(database: str) -> None:
    async with exchanging(database) as other:
        with bells.waiting_for("announced") as missed:
            await other.connection.execute(f"SELECT pg_terminate_backend(pid) FROM ({PID}) AS found")
            await asyncio.wait_for(missed.wait(), 10)
        bells.ring("queued")
        assert await asyncio.wait_for(other.heard.get(), 10) == "queued"


async def test_without_a_database_it_goes_on_trying_and_bells_still_ring_here() -> None:
    stopping = asyncio.Event()
    work = asyncio.create_task(bells.exchange("postgresql://127.0.0.1:1/none", stopping, pause=0.001))
    with bells.waiting_for("queued") as bell:
        bells.ring("queued")
        assert bell.is_set()
    stopping.set()
    await asyncio.wait_for(work, 10)


async def test_a_relay_wakes_for_what_another_process_committed(own_database: str) -> None:
    stopping = asyncio.Event()
    async with exchanging(own_database) as other:
        work = asyncio.create_task(events.run_relay(stopping, pause=600))
        await _committed_elsewhere(other, 1)
        assert await asyncio.wait_for(struck.get(), 10) == 1
        await _committed_elsewhere(other, 2)
        assert await asyncio.wait_for(struck.get(), 10) == 2
        stopping.set()
        events.wake()
        await asyncio.wait_for(work, 10)


async def test_several_relays_deliver_each_announcement_once(own_database: str) -> None:
    async with db.transaction():
        for number in range(60):
            await announce(Actor.system("test"), Struck(region="230103", subject=ids.new(), times=number))
    while any(await asyncio.gather(*(events.relay(10) for _ in range(4)))):
        pass
    assert sorted(struck.get_nowait() for _ in range(struck.qsize())) == list(range(60))


async def test_a_watch_works_when_its_bell_rings_and_outlives_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_watches", {})
    worked: asyncio.Queue[int] = asyncio.Queue()

    @jobs.whenever("queued", pause=600)
    async def work() -> None:
        worked.put_nowait(1)
        raise OSError

    stopping = asyncio.Event()
    watching = asyncio.create_task(jobs.run_watches(stopping))
    assert await asyncio.wait_for(worked.get(), 10)
    bells.ring("queued")
    assert await asyncio.wait_for(worked.get(), 10)
    stopping.set()
    bells.ring("queued")
    await asyncio.wait_for(watching, 10)


async def _committed_elsewhere(other: Elsewhere, times: int) -> None:
    body = f'{{"region": "230103", "subject": "{ids.new()}", "times": {times}}}'
    await other.connection.execute(
        """INSERT INTO core_announcement (region, id, name, subject, at, basis, channel, body)
        VALUES ('230103', $1, 'Struck', $1, now(), 'system', 'web', $2)""", ids.new(), body,
    )  # fmt: skip
    await other.tell("announced")
