"""授权同意: what it is for, in plain words, and one button each for yes and for no longer."""

from typing import Any

from litestar import Request, Response, get, post

from accessibility.menu import MenuLine
from accessibility.render import page
from backend.consents import service
from backend.consents.schemas import Giving
from backend.core import forms
from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go
from backend.core.words import DEFAULT, N_

Asked = Request[Any, Any, Any]
menu = [
    MenuLine(
        area="me", href="/consents", title=N_("My consents"), text=N_("What you agreed to; take it back here"),
        icon="circle-check", hue="pine", order=40,
    )
]  # fmt: skip


@get("/consents", opt=allow(service.mine), include_in_schema=False)
async def mine(request: Asked) -> Response[bytes]:
    """Each purpose with its words, what changes when refused, and one button."""
    actor, viewer = actor_of(request), viewer_of(request)
    return page(
        request,
        "consents/mine",
        title=N_("My consents"),
        lines=await service.mine(actor),
        history=await service.history(actor),
        english=viewer.lang != DEFAULT,
        plain=viewer.plain,
    )


@post("/consents/{purpose:str}/give", opt=allow(service.give), include_in_schema=False)
async def give(request: Asked, purpose: str) -> Response[None]:
    """Agree to the words that were shown."""
    await service.give(actor_of(request), await forms.read(request, Giving))
    return go(f"/consents#{purpose}")


@post("/consents/{purpose:str}/withdraw", opt=allow(service.withdraw), include_in_schema=False)
async def withdraw(request: Asked, purpose: str) -> Response[None]:
    """Take it back."""
    await service.withdraw(actor_of(request), purpose)
    return go(f"/consents#{purpose}")


routes = [mine, give, withdraw]
