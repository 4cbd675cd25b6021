"""The JSON door of consents."""

from typing import Annotated, Any

from litestar import Request, delete, get, post
from litestar.params import Parameter

from backend.consents import service
from backend.consents.schemas import ConsentLine, Giving, PurposeLine
from backend.core.http import actor_of, allow

Req = Request[Any, Any, Any]
Name = Annotated[str, Parameter(max_length=40)]


@get("/me/consents", opt=allow(service.mine), tags=["me"])
async def mine(request: Req) -> list[PurposeLine]:
    """Every purpose in its current words, and whether I agreed."""
    return await service.mine(actor_of(request))


@post("/me/consents", opt=allow(service.give), tags=["me"], status_code=200)
async def give(request: Req, data: Giving) -> PurposeLine:
    """Agree to the current words of one purpose."""
    return await service.give(actor_of(request), data)


@delete("/me/consents/{purpose:str}", opt=allow(service.withdraw), tags=["me"], status_code=200)
async def withdraw(request: Req, purpose: Name) -> PurposeLine:
    """Take a consent back."""
    return await service.withdraw(actor_of(request), purpose)


@get("/me/consents/history", opt=allow(service.history), tags=["me"])
async def history(request: Req) -> list[ConsentLine]:
    """When I agreed and took back, and who did it."""
    return await service.history(actor_of(request))


routes = [mine, give, withdraw, history]
