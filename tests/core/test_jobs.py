"""Timed work: one process runs a job, a failure is noted, a missed run is made good."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest

from backend.core import clock, db, jobs
from backend.core.jobs import Job, daily, every

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai


async def nothing() -> None:
    """A job without work."""


@pytest.fixture(autouse=True)
def no_other_jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(jobs, "_jobs", {})
    yield


def test_a_daily_job_is_due_once_a_day_by_the_wall_clock_of_the_province() -> None:
    job = Job(name="x", work=nothing, at=time(0, 10))
    assert job.due(None, NOON)
    assert not job.due(NOON - timedelta(hours=1), NOON)
    assert job.due(NOON - timedelta(hours=12), NOON)
    assert not job.due(NOON - timedelta(hours=11), NOON)


def test_a_job_every_minute_is_due_after_a_minute() -> None:
    job = Job(name="x", work=nothing, seconds=60)
    assert not job.due(NOON - timedelta(seconds=59), NOON)
    assert job.due(NOON - timedelta(seconds=60), NOON)


async def test_a_job_runs_once_until_it_is_due_again() -> None:
    ran: list[datetime] = []

    @every(seconds=60)
    async def sweep() -> None:
        ran.append(clock.now())

    for offset in (0, 30, 61):
        with clock.frozen(NOON + timedelta(seconds=offset)):
            await jobs.run_due()
    assert len(ran) == 2


async def test_a_failing_job_leaves_a_note_and_does_not_stop_the_others() -> None:
    ran: list[str] = []

    @every(seconds=60)
    async def a_broken() -> None:
        await db.execute("SELECT 1/0")

    @daily(at="00:10")
    async def b_sound() -> None:
        ran.append("b")

    await jobs.run_due()
    rows = {
        row["name"].split(".")[-1]: row["problem"] for row in await db.fetch("SELECT name, problem FROM core_timer")
    }
    assert ran == ["b"]
    assert (rows["a_broken"], rows["b_sound"]) == ("DivisionByZeroError", None)


@pytest.mark.parametrize("job", [Job(name="x", work=nothing, seconds=30), Job(name="x", work=nothing, at=time(0, 10))])
def test_a_clock_that_went_back_stops_no_job(job: Job) -> None:
    assert job.due(NOON + timedelta(days=1), NOON)
    assert not job.due(NOON + timedelta(seconds=20), NOON), "another machine's clock may be a little ahead"
