"""浏览器通知: this device shows that there is a message."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from accessibility.menu import MenuLine
from accessibility.render import page
from backend.core import forms
from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Invalid, Problem
from backend.core.schemas import Input
from backend.core.words import N_, words
from backend.webpush import service
from backend.webpush.schemas import BrowserSubscription

Asked = Request[Any, Any, Any]
HERE = "/me/devices/messages"
UNREADABLE = N_("The browser's answer cannot be read. Please press once more.")


class Handed(Input, frozen=True, kw_only=True):
    """What the page's script puts into the form: the subscription as JSON."""

    subscription: str


@get(HERE, opt=allow(service.browsers), include_in_schema=False)
async def devices(request: Asked) -> Response[bytes]:
    """The devices, and the button for this one."""
    return await _page(request)


@post(HERE, opt=allow(service.subscribe), include_in_schema=False)
async def add(request: Asked) -> Response[bytes] | Response[None]:
    """Keep this browser."""
    try:
        handed = await forms.read(request, Handed)
        wanted = _subscription(handed.subscription)
        agent = request.headers.get("user-agent", "")[:400]
        await service.subscribe(actor_of(request), wanted, user_agent=agent, lang=viewer_of(request).lang)
    except Problem as problem:
        return await _page(request, problem)
    return go(f"{HERE}?saved=1")


@post(f"{HERE}/{{browser_id:uuid}}/removal", opt=allow(service.forget_browser), include_in_schema=False)
async def remove(request: Asked, browser_id: UUID) -> Response[None]:
    """Forget a browser."""
    await service.forget_browser(actor_of(request), browser_id)
    return go(f"{HERE}#devices")


def _subscription(text: str) -> BrowserSubscription:
    try:
        return msgspec.json.decode(text[:4000], type=BrowserSubscription)
    except (msgspec.DecodeError, ValueError) as error:
        raise Invalid(fields={"subscription": UNREADABLE}) from error


async def _page(request: Asked, problem: Problem | None = None) -> Response[bytes]:
    actor, viewer = actor_of(request), viewer_of(request)
    say = words(viewer.lang, viewer.plain).gettext
    text = problem and (next(iter(problem.fields.values()), "") or problem.detail or problem.title)
    return page(
        request, "webpush/browsers", status=problem.status if problem else 200, title=N_("Messages on this device"),
        found=await service.browsers(actor), key=(await service.push_key(actor)).key,
        errors={"devices": say(text)} if text else {}, saved="saved" in request.query_params and not problem,
    )  # fmt: skip


menu = [
    MenuLine(
        area="me", href=HERE, order=66, icon="bell", title=N_("Messages on this device"),
        text=N_("Show here when there is a new message"),
    ),
]  # fmt: skip
routes = [devices, add, remove]
