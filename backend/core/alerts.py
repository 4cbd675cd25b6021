"""What stands on top of every page for people of an area while it lasts. A slice says what; pages only ask.

Each process keeps the few that stand, so that a page asks no database. A drop of the tag makes every process look
again within a second, and forget the public pages that it had ready.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

import asyncpg
import msgspec

from backend.core import cache, clock
from backend.core.actor import stem
from backend.core.log import logger
from backend.core.words import DEFAULT

TAG = "alerts"  # dropped when something begins or ends
PAGES = "alerted"  # the tag of every public page
EVERY = 20.0  # seconds after which a process looks by itself: a drop may have been missed


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One alert: where, until when, in whose words, and where to read on. ``drill`` is said aloud.

    ``english`` is the title for who reads English, when somebody wrote it; ``kind`` is the message id of the official
    heading for who reads what nobody wrote.
    """

    division: str
    title: str
    href: str
    until: datetime
    drill: bool = False
    english: str = ""
    kind: str = ""

    def named(self, lang: str) -> str:
        """The title in a language, if somebody wrote it in that one."""
        return self.title if lang == DEFAULT else self.english if lang == "en" else ""


Load = Callable[[], Awaitable[list[Standing]]]
_loads: list[Load] = []
_standing: list[Standing] = []
_changed = asyncio.Event()


def use(load: Load) -> None:
    """Let a slice say what stands now."""
    _loads[:] = [load]


def at(place: str) -> list[Standing]:
    """What concerns people of a place."""
    now = clock.now()
    return [each for each in _standing if each.until > now and place and place.startswith(stem(each.division))]


async def refresh() -> None:
    """Look anew, in this process; pages made before are forgotten when something is different."""
    found = [each for load in _loads for each in await load()]
    if found != _standing:
        _standing[:] = found
        cache.pages.drop(PAGES)


def forget() -> None:
    """Nothing stands: between tests."""
    _standing.clear()


async def keep(stopping: asyncio.Event) -> None:
    """Look anew after each drop, and now and then, until stopped."""
    cache.pages.told.append(lambda tag: _changed.set() if tag in (TAG, cache.EVERYTHING) else None)
    waited = EVERY
    while not stopping.is_set():
        if _changed.is_set() or waited >= EVERY:
            _changed.clear()
            waited = 0.0
            try:
                await refresh()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                logger.log("warning", "alerts cannot be read", error=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), 0.5)
        waited += 0.5
