"""Limits that tell the truth: GCRA (one timestamp a key), in this process or shared by Redis.

When Redis is gone the local limiter goes on alone: a limit is never lifted by a fault.
"""

import time
from collections import OrderedDict

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from backend.core.log import logger
from backend.core.problems import TooMany

KEPT = 200_000
PAUSE = 5.0  # seconds without Redis after a failure
PATIENCE = 0.5  # seconds for a connection, and for an answer
CONNECTIONS = 8  # of one process: a burst waits for one of these instead of opening one for each request
# One key, one script: atomic on a single server and on a cluster. Times in microseconds of the server's clock.
GCRA = """local t = redis.call('TIME') local now = t[1] * 1000000 + t[2]
local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local ahead = tat - now
if ahead > tonumber(ARGV[2]) - tonumber(ARGV[1]) then return ahead - tonumber(ARGV[2]) + tonumber(ARGV[1]) end
redis.call('SET', KEYS[1], string.format('%d', tat + ARGV[1]), 'PX', math.ceil((ahead + ARGV[1]) / 1000)) return 0"""


class Limiter:
    """Theoretical arrival times by key; the oldest keys are forgotten first."""

    def __init__(self, kept: int = KEPT) -> None:
        self._tat: OrderedDict[str, float] = OrderedDict()
        self._kept = kept

    def wait(self, key: str, limit: int, per: float, now: float | None = None) -> float:
        """Seconds to wait before one more is allowed; 0 when it is allowed now, and then it is counted."""
        instant = time.monotonic() if now is None else now
        gap = per / limit
        tat = max(self._tat.get(key, 0.0), instant)
        over = tat - instant - (per - gap)
        if over > 1e-9:
            return over
        self._tat[key] = tat + gap
        self._tat.move_to_end(key)
        if len(self._tat) > self._kept:
            self._tat.popitem(last=False)
        return 0.0

    def clear(self) -> None:
        """Forget everything."""
        self._tat.clear()


class SharedLimiter:
    """The same rule on Redis, so that all workers and hosts count together. ``patience`` is in seconds."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        quick = Retry(NoBackoff(), 0)  # the client's default retries cost ten seconds on a hung server
        pool = redis.asyncio.BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=patience,
            socket_timeout=patience,
            socket_connect_timeout=patience,
            retry=quick,
        )
        self._redis = redis.asyncio.Redis.from_pool(pool)
        self._script = self._redis.register_script(GCRA)
        self._away_until = 0.0

    async def wait(self, key: str, limit: int, per: float) -> float | None:
        """As ``Limiter.wait``; ``None`` while Redis cannot be asked."""
        if time.monotonic() < self._away_until:
            return None
        try:
            gap = per / limit * 1e6
            return float(await self._script(keys=[f"linli:rate:{key}"], args=[int(gap), int(per * 1e6)])) / 1e6
        except (RedisError, OSError) as error:
            if time.monotonic() >= self._away_until:  # said once of all who were waiting
                logger.log("warning", "redis cannot be asked, limits are local", error=type(error).__name__)
            self._away_until = time.monotonic() + PAUSE
            return None

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


_local = Limiter()
_shared: SharedLimiter | None = None


def use_redis(url: str) -> SharedLimiter:
    """Count together with other processes from now on."""
    global _shared
    _shared = SharedLimiter(url)
    return _shared


def reset() -> None:
    """Forget all counts and any Redis: between tests."""
    global _shared
    _shared = None
    _local.clear()


async def check(name: str, key: str, *, limit: int, per: float, detail: str = "") -> None:
    """Count one act; raises ``TooMany`` above ``limit`` in ``per`` seconds. ``key`` is no personal data in clear."""
    full = f"{name}:{key}"
    wait = await _shared.wait(full, limit, per) if _shared else None
    if wait is None:
        wait = _local.wait(full, limit, per)
    if wait > 0:
        raise TooMany(int(wait) + 1, detail)
