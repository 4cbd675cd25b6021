"""The JSON door of the calendar subscription."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, post

from backend.appointments import service
from backend.appointments.service import FeedMadeView, FeedView
from backend.core.http import actor_of, allow
from backend.core.schemas import Input

Req = Request[Any, Any, Any]


class FeedRequest(Input, frozen=True, kw_only=True):
    """In which language the calendar is written."""

    lang: Annotated[str, msgspec.Meta(pattern="^(zh_CN|en)$")] = "zh_CN"


@get("/appointments/calendar", opt=allow(service.feed_of), tags=["appointments"])
async def show(request: Req) -> FeedView | None:
    """日历订阅: since when, and when a calendar last read it."""
    return await service.feed_of(actor_of(request))


@post("/appointments/calendar", opt=allow(service.make_feed), tags=["appointments"])
async def make(request: Req, data: FeedRequest) -> FeedMadeView:
    """A new address ``/calendar/{token}.ics``, told this once; one that was there before ends."""
    return await service.make_feed(actor_of(request), lang=data.lang)


@delete("/appointments/calendar", opt=allow(service.end_feed, only=("resident",)), tags=["appointments"])
async def end(request: Req) -> None:
    """End the subscription; its address opens nothing any more."""
    await service.end_feed(actor_of(request))


routes = [show, make, end]
