"""How many codes may be sent: to one number, from one address, in the province; and the alarm when somebody pumps.

Each message costs the city money and somebody's sleep (OWASP API4). An alarm is one line in an hour, without an
address or a number: whoever reads it looks at the gateway's own figures.
"""

from contextlib import suppress

from backend.core import crypto, rate
from backend.core.log import logger
from backend.core.problems import TooMany
from backend.identity import rules

PER_BLOCK = (300, 3600)  # the first seven digits are a block of ten thousand numbers: more is somebody counting
ALARM = 3600  # seconds for which one alarm of a kind is enough


async def check(address: str, digits: str, number: str) -> None:
    """Count one message; raises ``TooMany``. ``number`` is the fingerprint of ``digits``."""
    limit, per = rules.CODES_PER_ADDRESS
    await _watched("code-address", fingerprint(address), limit, per)
    for limit, per in rules.CODE_LIMITS:
        await rate.check(f"code-{per}", number, limit=limit, per=per)
    await _watched("code-province", "all", rules.CODES_PER_HOUR, 3600)
    with suppress(TooMany):  # only the alarm: the neighbours of a pumped number must still be able to sign in
        await _watched("code-block", crypto.index(digits[:7], "phone-block").hex()[:32], *PER_BLOCK)


def fingerprint(address: str) -> str:
    """What stands for a caller's address in the counts."""
    return crypto.index(address, "address").hex()[:32]


async def _watched(name: str, key: str, limit: int, per: float) -> None:
    try:
        await rate.check(name, key, limit=limit, per=per)
    except TooMany:
        await _alarm(name, key)
        raise


async def _alarm(name: str, key: str) -> None:
    """One line for each kind and source in an hour."""
    try:
        await rate.check(f"alarm-{name}", key, limit=1, per=ALARM)
    except TooMany:
        return
    logger.log("error", "too many one-time codes", limit=name)
