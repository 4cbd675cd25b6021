"""求助 on the desks of a hall: what is open, who goes, settled. The desks look at this page every two seconds."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

from litestar import Response, get, post

from accessibility.render import page
from backend.core.actor import Actor
from backend.core.http import actor_of, allow
from backend.core.http.onward import go
from backend.core.problems import Invalid
from backend.core.words import N_
from backend.queues import service
from backend.queues.pages.common import Asked, hall_of

TURNS: dict[str, Callable[[Actor, UUID], Awaitable[None]]] = {
    "answer": service.answer_help, "solution": service.solve_help,
}  # fmt: skip


@get("/desk/queue/alerts", opt=allow(service.help_calls), include_in_schema=False)
async def alerts(request: Asked, hall: UUID | None = None) -> Response[bytes]:
    """求助 of a hall; the part that refreshes is shown on every desk of it too."""
    actor = actor_of(request)
    halls, at = await hall_of(actor, hall)
    calls = await service.help_calls(actor, at.id) if at else []
    return page(request, "queues/alerts", title=N_("Calls for help"), halls=halls, at=at, calls=calls)


@post("/desk/queue/alerts/{call_id:uuid}/{turn:str}", opt=allow(*TURNS.values()), include_in_schema=False)
async def change(request: Asked, call_id: UUID, turn: str) -> Response[None]:
    """我去, or 已解决. If a colleague was faster, the desk shows who."""
    if turn not in TURNS:
        raise Invalid({"turn": N_("This is not known here")})
    actor = actor_of(request)
    with suppress(service.SomebodyGoes):
        await TURNS[turn](actor, call_id)
    return go("/desk/queue?done=true" if actor.is_("clerk") else "/desk/queue/alerts")


routes = [alerts, change]
