"""日历订阅: what it is, its address once, and its end; and the door at which calendars read."""

from hashlib import sha256
from typing import Annotated

import msgspec
from litestar import Response, get, post

from accessibility.qr import drawn
from accessibility.render import page
from backend.appointments import calendar, service
from backend.appointments.pages.common import Asked
from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go, origin
from backend.core.words import N_

Name = Annotated[str, msgspec.Meta(max_length=80)]
Token = Annotated[str, msgspec.Meta(max_length=60, pattern=r"^[A-Za-z0-9_\-]+$")]
TITLE = N_("My appointments in my phone's calendar")
# Between the person's calendar and us nobody may keep it, and no search engine may list it.
HEADERS = {
    "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex, nofollow",
    "Content-Disposition": 'inline; filename="appointments.ics"',
}  # fmt: skip


@get("/appointments/calendar", opt=allow(service.feed_of), include_in_schema=False)
async def overview(request: Asked) -> Response[bytes]:
    """Whether there is a subscription, since when, and the ways to make and to end one."""
    return page(request, "appointments/feed", title=TITLE, found=await service.feed_of(actor_of(request)))


@get("/appointments/calendar/new", opt=allow(service.make_feed), include_in_schema=False)
async def ask(request: Asked) -> Response[bytes]:
    """What the address opens, before it is made."""
    found = await service.feed_of(actor_of(request))
    return page(request, "appointments/feed_new", title=N_("Make a calendar address"), found=found)


@post("/appointments/calendar/new", opt=allow(service.make_feed), include_in_schema=False)
async def make(request: Asked) -> Response[bytes]:
    """The address, this once: we keep no copy of it that could be read."""
    made = await service.make_feed(actor_of(request), lang=viewer_of(request).lang)
    address = _address(request, made.token)
    return page(
        request, "appointments/feed_made", title=N_("Your calendar address"), address=address,
        subscribe=f"webcal://{address.partition('://')[2]}", picture=f"/appointments/calendar/{made.token}/qr.svg",
    )  # fmt: skip


@get("/appointments/calendar/{token:str}/qr.svg", opt=allow(service.feed_of), include_in_schema=False)
async def qr(request: Asked, token: Token) -> Response[bytes]:
    """The address for the camera of another phone. It is drawn, not looked up: it tells nothing."""
    headers = {"Cache-Control": "no-store"}
    return Response(drawn(_address(request, token)), media_type="image/svg+xml", headers=headers)


@post("/appointments/calendar/end", opt=allow(service.end_feed, only=("resident",)), include_in_schema=False)
async def end(request: Asked) -> Response[None]:
    """From now on the address opens nothing."""
    await service.end_feed(actor_of(request))
    return go("/appointments/calendar")


@get("/calendar/{name:str}", opt=allow(service.read_feed), include_in_schema=False)
async def read(request: Asked, name: Name) -> Response[bytes]:
    """What a calendar reads, under the address that its person was shown."""
    found = await service.read_feed(actor_of(request), name.removesuffix(".ics"))
    tag = f'"{sha256(msgspec.json.encode(found)).hexdigest()[:32]}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=HEADERS | {"ETag": tag})
    return Response(
        calendar.feed(found.appointments, found.lang), media_type="text/calendar; charset=utf-8",
        headers=HEADERS | {"ETag": tag},
    )  # fmt: skip


def _address(request: Asked, token: str) -> str:
    return f"{origin(request)}/calendar/{token}.ics"


routes = [overview, ask, make, qr, end, read]
