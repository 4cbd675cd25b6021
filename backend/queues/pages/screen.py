"""大厅大屏: the last calls, readable from ten metres; told by server-sent events, with or without JavaScript.

The page is public, so its streams are bounded: those of one hall share a look at the line, and of too many in a process
the later ones end at once and come back in a while, as if the screen asked by itself. They hold nobody else up.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.response import ServerSentEvent, ServerSentEventMessage

from accessibility.render import page
from backend.core import alerts
from backend.core.actor import Actor
from backend.core.alerts import Standing
from backend.core.http import actor_of, allow, device_of, viewer_of
from backend.core.memo import Memo
from backend.core.words import N_, words
from backend.places import service as places
from backend.queues import service
from backend.queues.pages.common import KINDS, Asked
from backend.queues.schemas import Board

LOOK = 1.0  # seconds between two looks at the line
LASTS = 15  # looks of one stream; the browser comes back by itself, so no connection is held for hours
RETRY, CROWDED = 1000, 5000  # milliseconds after which it comes back
MOST = 200  # streams of a process; what one process works on at once is some hundreds more (max_concurrent)
_open: set[object] = set()
Look = tuple[UUID, Actor]
_seen: Memo[Look, Board] = Memo("screens", lives=LOOK, kept=1000)


@get("/screens/{hall:uuid}", opt=allow(service.board), include_in_schema=False)
async def screen(request: Asked, hall: UUID) -> Response[bytes]:
    """The screen of a hall. Public: it shows numbers and counters, as on the wall; the four digits only there."""
    actor = looker(request, hall)
    board, warnings = await service.board(actor, hall), alerts.at(await _place(actor, hall))
    return page(
        request, "queues/screen", title=N_("Calls"), board=board, hall=hall, kinds=KINDS, warnings=warnings,
        reasons=service.REASONS, mark=mark(board, warnings),
    )  # fmt: skip


@get("/screens/{hall:uuid}/events", opt=allow(service.board), include_in_schema=False)
async def events(request: Asked, hall: UUID) -> ServerSentEvent:
    """A message whenever what the screen shows has changed since ``Last-Event-ID``."""
    known = request.headers.get("last-event-id", "")
    return ServerSentEvent(_stream(request, hall, known))


def looker(request: Asked, hall: UUID) -> Actor:
    """The hall's own screen or kiosk as itself, everybody else as who they are."""
    device = device_of(request)
    return device.actor if device is not None and device.hall == hall else actor_of(request)


def mark(board: Board, warnings: list[Standing]) -> str:
    """Changes with the last call, the length of the line, how many numbers are left, and what stands for the area."""
    last = board.calls[0] if board.calls else None
    calls = f"{last.number}.{last.counter}.{last.at.timestamp():.0f}" if last else "-"
    stands = "".join(each.href[-6:] for each in warnings)
    given = f"{board.numbers.why}{board.numbers.reason}{board.numbers.left}"
    return (
        f"{calls}.{'.'.join(f'{kind}{count}' for kind, count, _, _ in board.waits)}.{board.presence}.{given}.{stands}"
    )


async def _stream(request: Asked, hall: UUID, known: str) -> AsyncIterator[ServerSentEventMessage]:
    lasts, say, me = LASTS if len(_open) < MOST else 1, words(viewer_of(request).lang).gettext, object()
    _open.add(me)
    try:
        place = await _place(looker(request, hall), hall)
        yield ServerSentEventMessage(data=None, comment="linli", retry=RETRY if lasts > 1 else CROWDED)
        for nth in range(lasts):
            board = await _look(looker(request, hall), hall)
            if (now := mark(board, alerts.at(place))) != known:
                known = now
                yield ServerSentEventMessage(data=msgspec.json.encode(_told(board, say)).decode(), id=now)
            if nth + 1 < lasts:
                await asyncio.sleep(LOOK)
    finally:
        _open.discard(me)


async def _place(actor: Actor, hall: UUID) -> str:
    """Where the hall stands: a warning for that place is on its wall."""
    found = await places.hall(actor, hall)
    return found.located_in or found.division


async def _look(actor: Actor, hall: UUID) -> Board:
    """The line as it is, or as somebody saw it less than a second ago."""

    async def load(missing: list[Look]) -> dict[Look, Board]:
        return {each: await service.board(each[1], each[0]) for each in missing}

    return (await _seen.many([(hall, actor)], load))[hall, actor]


def _told(board: Board, say: Callable[[str], str]) -> dict[str, object]:
    return {
        "calls": [(call.number, call.counter) for call in board.calls],
        "waits": [(say(KINDS[kind]), count, least, most) for kind, count, least, most in board.waits],
        "presence": board.presence,
    }


routes = [screen, events]
