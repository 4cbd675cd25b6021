"""The JSON door of webpush: for the portal's own script and service worker, and for programs."""

from typing import Any
from uuid import UUID

from litestar import Request, delete, get, post

from backend.core.http import actor_of, allow, viewer_of
from backend.webpush import service
from backend.webpush.schemas import Browser, BrowserAddress, BrowserSubscription, PushKey, Receipt

Req = Request[Any, Any, Any]


@get("/push/key", opt=allow(service.push_key), tags=["me"])
async def key(request: Req) -> PushKey:
    """The ``applicationServerKey``."""
    return await service.push_key(actor_of(request))


@get("/me/browsers", opt=allow(service.browsers), tags=["me"])
async def browsers(request: Req) -> list[Browser]:
    """My browsers that show messages."""
    return await service.browsers(actor_of(request))


@post("/me/browsers", opt=allow(service.subscribe), tags=["me"])
async def subscribe(request: Req, data: BrowserSubscription) -> Browser:
    """Show messages in this browser; what ``PushSubscription.toJSON()`` gives."""
    agent = request.headers.get("user-agent", "")[:400]
    return await service.subscribe(actor_of(request), data, user_agent=agent, lang=viewer_of(request).lang)


@delete("/me/browsers/{browser_id:uuid}", opt=allow(service.forget_browser), tags=["me"])
async def forget(request: Req, browser_id: UUID) -> None:
    """Show no more messages there."""
    await service.forget_browser(actor_of(request), browser_id)


@post("/me/browsers/forgetting", opt=allow(service.forget_this_browser), tags=["me"], status_code=204)
async def forget_this(request: Req, data: BrowserAddress) -> None:
    """Show no more messages in the browser with this address."""
    await service.forget_this_browser(actor_of(request), data.endpoint)


@post("/push/receipts", opt=allow(service.push_shown), tags=["me"], status_code=204)
async def shown(request: Req, data: Receipt) -> None:
    """A service worker says that it showed a message."""
    await service.push_shown(actor_of(request), data)


routes = [key, browsers, subscribe, forget, forget_this, shown]
