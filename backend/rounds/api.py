"""The JSON door of home visits: the round of a day for the staff, and who comes for the person."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, get, post, put

from backend.core import clock
from backend.core.http import actor_of, allow, idempotency_key
from backend.core.http.replay import Key
from backend.rounds import service
from backend.rounds.schemas import (
    AssignmentRequest,
    ComingVisit,
    DayWaiting,
    DivisionRequest,
    Order,
    OrderRequest,
    OutcomeRequest,
    Visit,
    VisitRequest,
    Walker,
    Whose,
)

Asked = Request[Any, Any, Any]


@get("/rounds/visits", opt=allow(service.day_round), tags=["rounds"])
async def visits(
    request: Asked, day: date | None = None, whose: Whose | None = None, staff: UUID | None = None,
    order: Order = "walk",
) -> list[Visit]:  # fmt: skip
    """The visits of a day: mine, what nobody has taken, or for a manager everybody's or one colleague's."""
    return await service.day_round(actor_of(request), day or clock.today(), whose=whose, staff=staff, order=order)


@post("/rounds/visits", opt=allow(service.plan), tags=["rounds"])
async def plan(request: Asked, data: VisitRequest, key: Key) -> Visit:
    """Plan a visit for the person who is being helped. The same Idempotency-Key makes one visit."""
    return await service.plan(actor_of(request), data, key=idempotency_key(request))


@post(
    "/rounds/visits/{visit_id:uuid}/assignment",
    opt=allow(service.take, service.assign),
    tags=["rounds"],
    status_code=204,
)
async def assign(request: Asked, visit_id: UUID, data: AssignmentRequest) -> None:
    """派单: take a visit, or as a manager give it to a colleague who is on duty then."""
    actor = actor_of(request)
    if data.staff is None or data.staff == actor.acting:
        await service.take(actor, visit_id)
    else:
        await service.assign(actor, visit_id, data.staff)


@put("/rounds/visits/{visit_id:uuid}/division", opt=allow(service.locate), tags=["rounds"], status_code=204)
async def locate(request: Asked, visit_id: UUID, data: DivisionRequest) -> None:
    """Say in which street or community the visit is, where the address did not tell it."""
    await service.locate(actor_of(request), visit_id, data.division)


@post("/rounds/visits/{visit_id:uuid}/return", opt=allow(service.give_back), tags=["rounds"], status_code=204)
async def give_back(request: Asked, visit_id: UUID) -> None:
    """退回: somebody else can have it."""
    await service.give_back(actor_of(request), visit_id)


@post("/rounds/visits/{visit_id:uuid}/outcome", opt=allow(service.finish), tags=["rounds"], status_code=204)
async def finish(request: Asked, visit_id: UUID, data: OutcomeRequest) -> None:
    """已办 or 未遇; where nobody was met, a second time, or somebody rings."""
    await service.finish(actor_of(request), visit_id, data.outcome, note=data.note, again=data.again, same=data.same)


@post("/rounds/visits/{visit_id:uuid}/cancellation", opt=allow(service.cancel), tags=["rounds"], status_code=204)
async def cancel(request: Asked, visit_id: UUID) -> None:
    """The visit is not needed, or not possible."""
    await service.cancel(actor_of(request), visit_id)


@put("/rounds/order", opt=allow(service.arrange), tags=["rounds"], status_code=204)
async def arrange(request: Asked, data: OrderRequest) -> None:
    """Put the round of a day in order; what is not named comes after, street by street."""
    await service.arrange(actor_of(request), data)


@get("/rounds/colleagues", opt=allow(service.colleagues), tags=["rounds"])
async def colleagues(request: Asked, day: date) -> list[Walker]:
    """Who is on duty on a day, and how many visits each has."""
    return await service.colleagues(actor_of(request), day)


@get("/rounds/waiting", opt=allow(service.days_waiting), tags=["rounds"])
async def waiting(request: Asked) -> list[DayWaiting]:
    """On which days visits wait for me: newly given, over without a word, or for a manager without anybody."""
    return await service.days_waiting(actor_of(request))


@get("/rounds/coming", opt=allow(service.coming), tags=["rounds"])
async def coming(request: Asked) -> list[ComingVisit]:
    """Who comes to me: name, staff number and the digits that they say at the door."""
    return await service.coming(actor_of(request))


routes = [visits, plan, assign, locate, give_back, finish, cancel, arrange, colleagues, waiting, coming]
