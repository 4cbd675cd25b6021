"""Pages of the demonstration."""

from typing import Any

from litestar import Request, Response, get, post

from accessibility.render import page
from backend.core.http import PUBLIC, allow
from backend.core.http.onward import go
from backend.core.words import N_
from backend.identity import service as identity
from backend.notifications import service as notifications

Asked = Request[Any, Any, Any]


@get("/demo", opt=allow(PUBLIC), include_in_schema=False)
async def people(request: Asked) -> Response[bytes]:
    """Whom one can step in as."""
    return page(request, "demo/people", title=N_("Step in as somebody"), people=identity.demo_personas())


@post("/demo/personas/{slug:str}", opt=allow(PUBLIC), include_in_schema=False)
async def step_in(request: Asked, slug: str) -> Response[None]:
    """A new session as this person, instead of the one that was open."""
    old = identity.token_of(request.cookies, request.headers)
    token, start = await identity.step_in(slug, user_agent=request.headers.get("user-agent", ""), replacing=old)
    request.scope["linli_forget"]()  # type: ignore[typeddict-item]
    return go(start, cookie=identity.session_header(token))


@get("/demo/inbox", opt=allow(PUBLIC), include_in_schema=False)
async def inbox(request: Asked) -> Response[bytes]:
    """The newest messages, which in service would have gone to phones, callers and the post."""
    return page(request, "demo/inbox", title=N_("Demonstration inbox"), messages=await notifications.latest())


routes = [people, step_in, inbox]
