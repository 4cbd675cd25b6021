"""消息: the list, one message, and the same on paper."""

import re
from uuid import UUID

import msgspec
from litestar import Response, get, post

from accessibility.render import page
from backend.core.http import actor_of, allow, refresh_session
from backend.core.http.onward import go
from backend.core.words import N_
from backend.notifications import service
from backend.notifications.pages.common import STORY, Asked, days_said
from backend.notifications.schemas import InboxLine

LINK = re.compile(r"[：: ]*(?:https?://|/)[\w./-]{12,}", re.ASCII)


@get("/messages", opt=allow(service.messages), include_in_schema=False)
async def messages(request: Asked, after: UUID | None = None) -> Response[bytes]:
    """What the person was told, with what to do next."""
    actor = actor_of(request)
    found = await service.messages(actor, after=after)
    found = msgspec.structs.replace(found, items=readable(found.items), pinned=readable(found.pinned))
    return page(
        request, "notifications/inbox", title=N_("Messages"), found=found, mine=actor.basis == "self",
        first=after is None,
    )  # fmt: skip


@get("/messages/{message_id:uuid}", opt=allow(service.message), include_in_schema=False)
async def message(request: Asked, message_id: UUID) -> Response[bytes]:
    """One message by itself, to listen to and to print. The person marks it as read with a button."""
    actor = actor_of(request)
    [found] = readable([await service.message(actor, message_id)])
    tried = (await service.attempts([message_id])).get(message_id, [])
    return page(
        request, "notifications/one", title=found.title, found=found, mine=actor.basis == "self", tried=tried,
        **STORY,
    )  # fmt: skip


@get("/messages/{message_id:uuid}/print", opt=allow(service.message), include_in_schema=False)
async def printed(request: Asked, message_id: UUID) -> Response[bytes]:
    """One sheet in large print."""
    found = await service.message(actor_of(request), message_id)
    found = msgspec.structs.replace(found, body=days_said(found.body, found.lang))
    return page(request, "notifications/print", title=found.title, found=found)


@post("/messages/{message_id:uuid}/reading", opt=allow(service.read_message), include_in_schema=False)
async def read(request: Asked, message_id: UUID) -> Response[None]:
    """I have read it."""
    await service.read_message(actor_of(request), message_id)
    refresh_session(request)
    return go("/messages")


@post("/messages/readings", opt=allow(service.read_all), include_in_schema=False)
async def read_all(request: Asked) -> Response[None]:
    """I have read everything."""
    await service.read_all(actor_of(request))
    refresh_session(request)
    return go("/messages")


def readable(lines: list[InboxLine]) -> list[InboxLine]:
    """As people say it: a text message spells out an address, and days in few signs, because every sign costs.

    In the portal a button leads to the address, and neither can be read aloud.
    """
    return [msgspec.structs.replace(each, body=_body(each)) for each in lines]


def _body(line: InboxLine) -> str:
    return days_said(LINK.sub("", line.body) if line.next_href else line.body, line.lang)


routes = [messages, message, printed, read, read_all]
