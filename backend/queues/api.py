"""The JSON door of a hall's day."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, get, post, put

from backend.core.http import actor_of, allow, idempotency_key
from backend.core.http.replay import Key
from backend.core.schemas import Input
from backend.queues import service
from backend.queues.schemas import (
    Board,
    CheckIn,
    ContingentRequest,
    ContingentView,
    CounterRequest,
    CounterView,
    Customer,
    Forecast,
    HelpCall,
    ItemId,
    NumbersToday,
    Period,
    Position,
    Statistics,
    StopRequest,
    Team,
    TicketRequest,
    TicketView,
)

Asked = Request[Any, Any, Any]
Step = Literal[
    "recall", "service", "completion", "absence", "absence-undone", "hold", "parking", "return", "withdrawal"
]
Move = Callable[..., Awaitable[TicketView]]
STEPS: dict[str, Move] = {
    "recall": service.recall,
    "service": service.start,
    "completion": service.finish,
    "absence": service.miss,
    "absence-undone": service.undo_miss,
    "hold": service.hold,
    "parking": service.park,
    "return": service.come_back,
    "withdrawal": service.leave,
}
STATES: dict[str, Callable[..., Awaitable[CounterView]]] = {
    "opening": service.open_counter,
    "pause": service.pause_counter,
    "closing": service.close_counter,
}

TURNS: dict[str, Callable[..., Awaitable[None]]] = {"answer": service.answer_help, "solution": service.solve_help}


class Transfer(Input, frozen=True, kw_only=True):
    """For which service the person goes on (empty keeps it), and at which counter or group of counters."""

    item: ItemId = ""
    counter: UUID | None = None
    team: Team = ""


class Errand(Input, frozen=True, kw_only=True):
    """What the person comes for besides, or asked about; empty: something else."""

    item: ItemId = ""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Who waits, in the order of arrival, and who stepped aside. Numbers, no names."""

    waiting: list[TicketView]
    aside: list[TicketView]


@post("/tickets", opt=allow(service.take_ticket), tags=["queue"])
async def take(request: Asked, data: TicketRequest, key: Key) -> TicketView:
    """取号 without an appointment. The answer's ``token`` opens the position page, without signing in."""
    return await service.take_ticket(actor_of(request), data, key=idempotency_key(request))


@post("/tickets/check-ins", opt=allow(service.check_in), tags=["queue"])
async def check_in(request: Asked, data: CheckIn, key: Key) -> TicketView:
    """签到 with an appointment, from an hour before its time."""
    return await service.check_in(actor_of(request), data, key=idempotency_key(request))


@get("/positions/{token:str}", opt=allow(service.position), tags=["queue"])
async def position(request: Asked, token: Annotated[str, msgspec.Meta(max_length=60)]) -> Position:
    """Where a number stands, for whoever holds its slip."""
    return await service.position(actor_of(request), token)


@get("/halls/{hall:uuid}/board", opt=allow(service.board), tags=["queue"])
async def board(request: Asked, hall: UUID) -> Board:
    """What the screen of a hall shows."""
    return await service.board(actor_of(request), hall)


@get("/halls/{hall:uuid}/line", opt=allow(service.waiting), tags=["queue"])
async def line(request: Asked, hall: UUID) -> Line:
    """Who waits at a hall, for its staff."""
    waiting, aside = await service.waiting(actor_of(request), hall)
    return Line(waiting=waiting, aside=aside)


@get("/halls/{hall:uuid}/counters", opt=allow(service.counters), tags=["queue"])
async def counters(request: Asked, hall: UUID) -> list[CounterView]:
    """窗口 of a hall; at most 200."""
    return await service.counters(actor_of(request), hall)


@get("/halls/{hall:uuid}/statistics", opt=allow(service.statistics), tags=["queue"])
async def statistics(request: Asked, hall: UUID, period: Period = "today") -> Statistics:
    """How long people waited, by kind and hour, by day, by door; of today or of the last fortnight."""
    return await service.statistics(actor_of(request), hall, period)


@get("/halls/{hall:uuid}/forecast", opt=allow(service.foresee), tags=["queue"])
async def forecast(request: Asked, hall: UUID) -> Forecast:
    """How many people to expect on the next working day, by hour, with the error that the rule had so far."""
    return await service.foresee(actor_of(request), hall)


@get("/halls/{hall:uuid}/numbers", opt=allow(service.numbers_today), tags=["queue"])
async def numbers(request: Asked, hall: UUID, item: ItemId = "") -> NumbersToday:
    """取号情况: whether numbers of the street are given now, about how many still, and if not, why and when again."""
    return await service.numbers_today(actor_of(request), hall, item=item)


@post("/halls/{hall:uuid}/numbers/stop", opt=allow(service.stop_numbers), tags=["queue"])
async def stop(request: Asked, hall: UUID, data: StopRequest) -> NumbersToday:
    """停止取号 for today. The green lane and appointments go on; so does whoever has a number."""
    return await service.stop_numbers(actor_of(request), hall, data)


@post("/halls/{hall:uuid}/numbers/resumption", opt=allow(service.resume_numbers), tags=["queue"])
async def resume(request: Asked, hall: UUID) -> NumbersToday:
    """恢复取号."""
    return await service.resume_numbers(actor_of(request), hall)


@get("/halls/{hall:uuid}/contingents", opt=allow(service.contingents), tags=["queue"])
async def contingents(request: Asked, hall: UUID) -> list[ContingentView]:
    """每日放号量 of a hall, and how many of today's numbers count for each; at most 200."""
    return await service.contingents(actor_of(request), hall)


@put("/halls/{hall:uuid}/contingents", opt=allow(service.set_contingent), tags=["queue"])
async def set_contingent(request: Asked, hall: UUID, data: ContingentRequest) -> list[ContingentView]:
    """Set how many numbers a day are given, for all or for some services; without ``numbers`` take the bound away."""
    return await service.set_contingent(actor_of(request), hall, data)


@post("/counters", opt=allow(service.set_up_counter), tags=["queue"])
async def set_up(request: Asked, data: CounterRequest) -> CounterView:
    """Set up a counter, or change what it can do."""
    return await service.set_up_counter(actor_of(request), data)


@post("/counters/{counter:uuid}/calls", opt=allow(service.call_next), tags=["queue"])
async def call(request: Asked, counter: UUID) -> TicketView:
    """叫号: whoever is next by the rule, to this counter."""
    return await service.call_next(actor_of(request), counter)


@get("/counters/{counter:uuid}/customer", opt=allow(service.customer), tags=["queue"])
async def customer(request: Asked, counter: UUID) -> Customer | None:
    """Who stands at the counter; the person can see that it was read."""
    return await service.customer(actor_of(request), counter)


@post("/counters/{counter:uuid}/help-calls", opt=allow(service.call_help), tags=["queue"], status_code=204)
async def call_help(request: Asked, counter: UUID) -> None:
    """紧急求助: colleagues come to this counter."""
    await service.call_help(actor_of(request), counter)


@post("/counters/{counter:uuid}/{turn:str}", opt=allow(*STATES.values()), tags=["queue"])
async def change(request: Asked, counter: UUID, turn: Literal["opening", "pause", "closing"]) -> CounterView:
    """Open, pause or close a counter."""
    return await STATES[turn](actor_of(request), counter)


@post("/tickets/{ticket:uuid}/transfer", opt=allow(service.transfer), tags=["queue"])
async def transfer(request: Asked, ticket: UUID, data: Transfer) -> TicketView:
    """转窗口: back into the line at the old place."""
    return await service.transfer(actor_of(request), ticket, item=data.item, counter=data.counter, team=data.team)


@post("/tickets/{ticket:uuid}/errands", opt=allow(service.add_service), tags=["queue"])
async def add_errand(request: Asked, ticket: UUID, data: Errand) -> TicketView:
    """一次来办几件事: the next errand of the same person, here or at the old place in the line."""
    return await service.add_service(actor_of(request), ticket, data.item)


@post("/counters/{counter:uuid}/questions", opt=allow(service.serve_quick), tags=["queue"], status_code=204)
async def answer(request: Asked, counter: UUID, data: Errand) -> None:
    """即问即答: count a question answered without a number."""
    await service.serve_quick(actor_of(request), counter, item=data.item)


@get("/halls/{hall:uuid}/help-calls", opt=allow(service.help_calls), tags=["queue"])
async def help_calls(request: Asked, hall: UUID) -> list[HelpCall]:
    """求助 that are not settled yet; at most 20."""
    return await service.help_calls(actor_of(request), hall)


@post("/help-calls/{help_id:uuid}/{turn:str}", opt=allow(*TURNS.values()), tags=["queue"], status_code=204)
async def help_turn(request: Asked, help_id: UUID, turn: Literal["answer", "solution"]) -> None:
    """我去, or 已解决."""
    await TURNS[turn](actor_of(request), help_id)


@post("/tickets/{ticket:uuid}/{step:str}", opt=allow(*STEPS.values()), tags=["queue"])
async def move(request: Asked, ticket: UUID, step: Step) -> TicketView:
    """One step of a ticket: recall, service, completion, absence (and undone), hold, parking, return, withdrawal."""
    return await STEPS[step](actor_of(request), ticket)


routes = [
    take, check_in, position, board, line, numbers, stop, resume, contingents, set_contingent, counters, statistics,
    forecast, set_up, call, customer, call_help, answer, help_calls, help_turn, change, transfer, add_errand, move,
]  # fmt: skip
