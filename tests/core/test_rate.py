"""Limits count exactly, tell the truth about waiting, and hold when Redis is gone."""

import asyncio
from collections.abc import Iterator

import pytest

from backend.core import rate
from backend.core.problems import TooMany
from backend.core.rate import Limiter, SharedLimiter


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    rate.reset()
    yield
    rate.reset()


def test_five_in_an_hour_are_five() -> None:
    limiter = Limiter()
    assert [limiter.wait("k", 5, 3600, now=100.0) for _ in range(5)] == [0.0] * 5
    assert limiter.wait("k", 5, 3600, now=100.0) == pytest.approx(720)
    assert limiter.wait("k", 5, 3600, now=100.0 + 719) > 0
    assert limiter.wait("k", 5, 3600, now=100.0 + 720) == 0


def test_keys_do_not_disturb_each_other_and_old_ones_are_forgotten() -> None:
    limiter = Limiter(kept=3)
    for key in "abcd":
        assert limiter.wait(key, 1, 60, now=1.0) == 0
    assert limiter.wait("d", 1, 60, now=1.0) > 0
    assert limiter.wait("a", 1, 60, now=1.0) == 0


@pytest.mark.no_database
async def test_the_answer_says_when_to_come_back() -> None:
    await rate.check("code", "x", limit=1, per=60)
    with pytest.raises(TooMany) as refused:
        await rate.check("code", "x", limit=1, per=60)
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 61


@pytest.mark.no_database
async def test_two_processes_count_together_on_redis(redis_url: str) -> None:
    one, other = SharedLimiter(redis_url), SharedLimiter(redis_url)
    waits = await asyncio.gather(*(each.wait("shared", 100, 3600) for _ in range(75) for each in (one, other)))
    assert sum(wait == 0 for wait in waits) == 100
    await one.close()
    await other.close()


@pytest.mark.no_database
async def test_without_redis_the_limit_holds_here() -> None:
    shared = rate.use_redis("redis://127.0.0.1:1")
    for _ in range(2):
        await rate.check("code", "y", limit=2, per=60)
    with pytest.raises(TooMany):
        await rate.check("code", "y", limit=2, per=60)
    await shared.close()
