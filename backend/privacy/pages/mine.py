"""我的信息: everything to read, the download, and closing the account."""

import msgspec
from litestar import Response, get, post

from accessibility.render import page
from backend.core import clock
from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go
from backend.core.words import N_
from backend.privacy import service
from backend.privacy.pages.common import SHOWN, Asked, shown


@get("/privacy/mine", opt=allow(service.my_data), include_in_schema=False)
async def mine(request: Asked) -> Response[bytes]:
    """Everything that is kept of me, in words."""
    actor = actor_of(request)
    held = [shown(holding, rows) for holding, rows in await service.my_data(actor)]
    return page(request, "privacy/mine", title=N_("My data"), held=held, most=SHOWN, mine=actor.basis == "self")


@get("/privacy/export.json", opt=allow(service.export), include_in_schema=False)
async def export(request: Asked) -> Response[bytes]:
    """Everything as a file that other programs read."""
    found = await service.export(actor_of(request), lang=viewer_of(request).lang)
    name = f"linli-{clock.today().isoformat()}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    body = msgspec.json.format(msgspec.json.encode(found), indent=2)
    return Response(body, media_type="application/json; charset=utf-8", headers=headers)


@get("/privacy/closing", opt=allow(service.closing), include_in_schema=False)
async def closing(request: Asked) -> Response[bytes]:
    """What closing means, before anybody presses anything."""
    facts = await service.closing(actor_of(request))
    return page(request, "privacy/closing", title=N_("Close the account"), facts=facts)


@post("/privacy/closing", opt=allow(service.ask_closing), include_in_schema=False)
async def ask_closing(request: Asked) -> Response[None]:
    """Close it in seven days."""
    await service.ask_closing(actor_of(request))
    return go("/privacy/closing")


@post("/privacy/closing/withdrawal", opt=allow(service.take_back_closing), include_in_schema=False)
async def take_back_closing(request: Asked) -> Response[None]:
    """Keep it after all."""
    await service.take_back_closing(actor_of(request))
    return go("/privacy/closing")


routes = [mine, export, closing, ask_closing, take_back_closing]
