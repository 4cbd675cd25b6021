"""Timed work, and work that begins when a bell rings.

A job calls a verb; one process runs it, chosen by an advisory lock, and a missed run is made good. A watch looks when
its bell rings, and every second; several processes may run it at once, so what it takes must be claimed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, time, timedelta

import msgspec

from backend.core import bells, clock, db, outbound
from backend.core.log import logger

Work = Callable[[], Awaitable[object]]
AHEAD = timedelta(minutes=5)  # by which clocks of several machines may differ


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What runs when: every so many seconds, or daily at a wall-clock time in Asia/Shanghai."""

    name: str
    work: Work
    seconds: float = 0
    at: time | None = None
    run_at_start: bool = False

    def due(self, last: datetime | None, now: datetime) -> bool:
        """Whether it should run now, given when it ran last."""
        if last is None or last - now > AHEAD:  # the clock was wrong when it ran: nothing waits until it is right
            return True
        if self.at is None:
            return now - last >= timedelta(seconds=self.seconds)
        today = clock.at(clock.local(now).date(), self.at)
        latest = today if today <= now else today - timedelta(days=1)
        return last < latest


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """What runs when its bell rings. It commits by itself, piece by piece."""

    name: str
    work: Work
    bell: bells.Kind
    pause: float


_jobs: dict[str, Job] = {}
_watches: dict[str, Watch] = {}


def every(*, seconds: float, run_at_start: bool = False) -> Callable[[Work], Work]:
    """Run a function every so many seconds."""
    return lambda work: _register(Job(name=_name(work), work=work, seconds=seconds, run_at_start=run_at_start))


def daily(*, at: str, run_at_start: bool = False) -> Callable[[Work], Work]:
    """Run a function daily at ``HH:MM`` in Asia/Shanghai."""
    moment = time.fromisoformat(at)
    return lambda work: _register(Job(name=_name(work), work=work, at=moment, run_at_start=run_at_start))


def whenever(bell: bells.Kind, *, pause: float = 1.0) -> Callable[[Work], Work]:
    """Run a function when a bell rings, and every ``pause`` seconds: a bell may be missed."""

    def register(work: Work) -> Work:
        made = Watch(name=_name(work), work=work, bell=bell, pause=pause)
        _watches[made.name] = made
        return work

    return register


def registered() -> list[Job]:
    """All jobs, by name."""
    return [_jobs[name] for name in sorted(_jobs)]


async def run_due(*, starting: bool = False) -> list[str]:
    """Run what is due; returns the names. Other processes skip a job that this one holds."""
    last = {row["name"]: row["ran_at"] for row in await db.fetch("SELECT name, ran_at FROM core_timer")}
    ran = []
    for job in registered():
        wanted = (starting and job.run_at_start) or job.due(last.get(job.name), clock.now())
        if wanted and await _run(job):
            ran.append(job.name)
    return ran


async def run_jobs(stopping: asyncio.Event, *, pause: float = 5.0) -> None:
    """Look for due jobs until stopped."""
    starting = True
    while not stopping.is_set():
        try:
            await run_due(starting=starting)
            starting = False
        except Exception as error:
            logger.log("error", "jobs cannot be read", error=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause)


async def run_watches(stopping: asyncio.Event) -> None:
    """Keep all watches until stopped, side by side: one that is busy holds back no other."""
    try:
        await asyncio.gather(*(_keep(each, stopping) for each in _watches.values()))
    finally:
        await outbound.close_kept()


async def _keep(watch: Watch, stopping: asyncio.Event) -> None:
    with bells.waiting_for(watch.bell) as bell:
        while not stopping.is_set():
            bell.clear()
            try:
                await watch.work()
            except Exception as error:
                logger.log("error", "watch failed", watch=watch.name, error=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), watch.pause)


async def _run(job: Job) -> bool:
    """Run one job in its own transaction; a failure is logged and noted, and the job is due again next time."""
    problem = None
    async with db.transaction():
        if not await db.fetchval("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 7))", f"job:{job.name}"):
            return False
        try:
            async with db.transaction():
                await db.execute("SET LOCAL statement_timeout = '5min'")
                await job.work()
        except Exception as error:
            problem = type(error).__name__
            logger.log("error", "job failed", job=job.name, error=problem)
        await db.execute(
            """INSERT INTO core_timer (name, ran_at, problem) VALUES ($1, $2, $3)
            ON CONFLICT (name) DO UPDATE SET ran_at = excluded.ran_at, problem = excluded.problem""",
            job.name, clock.now(), problem,
        )  # fmt: skip
    return True


def _name(work: Work) -> str:
    return f"{work.__module__.removeprefix('backend.')}.{getattr(work, '__name__', 'job')}"


def _register(job: Job) -> Work:
    _jobs[job.name] = job
    return job.work
