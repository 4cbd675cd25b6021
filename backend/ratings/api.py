"""The JSON door of ratings."""

from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from backend.core.http import actor_of, allow, client_address
from backend.core.http.open_data import open_data
from backend.ratings import service
from backend.ratings.schemas import (
    CaseFile,
    CaseLine,
    HallRatings,
    MachineRating,
    RatingRequest,
    Verdict,
    VisitView,
    Work,
)

Asked = Request[Any, Any, Any]
Token = Annotated[str, msgspec.Meta(max_length=60)]


def device_mark(request: Asked) -> str:
    """Where a rating comes from, for a limit; kept nowhere. What a browser calls itself is for anybody to choose."""
    return sha256(client_address(request).encode()).hexdigest()


@get("/ratings/links/{link:str}", opt=allow(service.open_visit), tags=["ratings"])
async def opened(request: Asked, link: Token) -> VisitView:
    """The visit of a link from a message, or of the slip."""
    return await service.open_visit(actor_of(request), link)


@post("/ratings/links/{link:str}", opt=allow(service.rate), tags=["ratings"], status_code=204)
async def rate(request: Asked, link: Token, data: RatingRequest) -> None:
    """评价; the same again within 24 hours changes it."""
    await service.rate(actor_of(request), link, data, device=device_mark(request))


@post("/ratings/links/{link:str}/answer", opt=allow(service.answer), tags=["ratings"], status_code=204)
async def answer(request: Asked, link: Token, data: Verdict) -> None:
    """Whether what was done settles it."""
    await service.answer(actor_of(request), link, data)


@post("/halls/{hall:uuid}/ratings", opt=allow(service.rate_at_machine), tags=["ratings"], status_code=204)
async def rate_at_machine(request: Asked, hall: UUID, data: MachineRating) -> None:
    """评价 at a machine of the hall, by the number of the slip."""
    await service.rate_at_machine(actor_of(request), hall, data)


@get("/halls/{hall:uuid}/ratings", opt=allow(service.published), tags=["open data"])
async def published(request: Asked, hall: UUID) -> Response[HallRatings]:
    """How a hall is rated, by month; counts below five, and those that would give them away, are null."""
    return open_data(request, await service.published(actor_of(request), hall))


@get("/me/visits", opt=allow(service.my_visits), tags=["ratings"])
async def my_visits(request: Asked) -> list[VisitView]:
    """My visits of the last thirty days."""
    return await service.my_visits(actor_of(request))


@get("/me/visits/{visit:uuid}", opt=allow(service.visit), tags=["ratings"])
async def one(request: Asked, visit: UUID) -> VisitView:
    """One visit, with its rating and what came of it."""
    return await service.visit(actor_of(request), visit)


@post("/me/visits/{visit:uuid}/rating", opt=allow(service.rate_visit), tags=["ratings"], status_code=204)
async def rate_mine(request: Asked, visit: UUID, data: RatingRequest) -> None:
    """评价 by the person, or by an operator for them."""
    await service.rate_visit(actor_of(request), visit, data)


@post("/me/visits/{visit:uuid}/answer", opt=allow(service.answer_visit), tags=["ratings"], status_code=204)
async def answer_mine(request: Asked, visit: UUID, data: Verdict) -> None:
    """Whether what was done settles it."""
    await service.answer_visit(actor_of(request), visit, data)


@get("/rectifications", opt=allow(service.cases), tags=["ratings"])
async def cases(request: Asked, ended: bool = False) -> list[CaseLine]:
    """差评整改 of the actor's halls, the most urgent first; no names."""
    return await service.cases(actor_of(request), ended=ended)


@get("/rectifications/{case_id:uuid}", opt=allow(service.case), tags=["ratings"])
async def case(request: Asked, case_id: UUID) -> CaseFile:
    """One case; the person can see that it was opened."""
    return await service.case(actor_of(request), case_id)


@post("/rectifications/{case_id:uuid}/contact", opt=allow(service.contact), tags=["ratings"], status_code=204)
async def contact(request: Asked, case_id: UUID, data: Work) -> None:
    """The first contact."""
    await service.contact(actor_of(request), case_id, data)


@post("/rectifications/{case_id:uuid}/completion", opt=allow(service.rectify), tags=["ratings"], status_code=204)
async def complete(request: Asked, case_id: UUID, data: Work) -> None:
    """What was done, in words for the person."""
    await service.rectify(actor_of(request), case_id, data)


routes = [
    opened, rate, answer, rate_at_machine, published, my_visits, one, rate_mine, answer_mine, cases, case, contact,
    complete,
]  # fmt: skip
