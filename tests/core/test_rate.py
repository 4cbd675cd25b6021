"""Limits count exactly, tell the truth about waiting, and hold when Redis is gone."""

import asyncio
from collections.abc import Iterator

import pytest
from redis.asyncio import Redis

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
    one, other = (SharedLimiter(redis_url, patience=30.0) for _ in range(2))
    waits = await asyncio.gather(*(each.wait("shared", 100, 3600) for _ in range(75) for each in (one, other)))
    assert None not in waits
    assert sum(wait == 0 for wait in waits) == 100
    await one.close()
    await other.close()


@pytest.mark.no_database
async def test_a_burst_opens_a_few_connections_not_one_for_each(redis_url: str) -> None:
    limiter = SharedLimiter(redis_url, patience=30.0)
    await asyncio.gather(*(limiter.wait(f"burst{n}", 1, 3600) for n in range(100)))
    async with Redis.from_url(redis_url) as watcher:
        ours = [client for client in await watcher.client_list() if client["cmd"].startswith("eval")]
    assert 1 <= len(ours) <= rate.CONNECTIONS
    await limiter.close()


@pytest.mark.no_database
async def test_without_redis_the_limit_holds_here() -> None:
    shared = rate.use_redis("redis://127.0.0.1:1")
    for _ in range(2):
        await rate.check("code", "y", limit=2, per=60)
    with pytest.raises(TooMany):
        await rate.check("code", "y", limit=2, per=60)
    await shared.close()
