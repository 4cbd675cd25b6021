"""窗口工作台: one person after the other, by keyboard, everything on one screen; and the counters of a hall."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.core import clock, forms
from backend.core.actor import Actor
from backend.core.http import actor_of, allow
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid, Problem
from backend.core.schemas import Input
from backend.core.words import N_
from backend.places.schemas import Hall
from backend.queues import rules, service
from backend.queues.pages.common import KINDS, Asked, hall_typed, halls_of, popular
from backend.queues.schemas import CounterRequest, CounterView, ItemId, TicketView

AFTER = "/desk/queue?done=true"
SHOWN = 8  # who waits, on the clerk's screen
STEPS: dict[str, Callable[..., Awaitable[TicketView]]] = {
    "recall": service.recall, "service": service.start, "completion": service.finish, "absence": service.miss,
    "absence-undone": service.undo_miss,
    "hold": service.hold, "parking": service.park, "return": service.come_back, "withdrawal": service.leave,
}  # fmt: skip
LABELS = {
    "label": N_("Name of the counter"), "items": N_("What it can do (nothing chosen: everything)"),
    "team": N_("Group of counters, such as border control"),
}  # fmt: skip


class StepForm(Input, frozen=True, kw_only=True):
    """A button on the desk: which counter, and whether the next person is called right after."""

    counter: UUID
    next: bool = False
    note: Annotated[str, msgspec.Meta(max_length=300)] = ""
    item: ItemId = ""
    to: Annotated[str, msgspec.Meta(max_length=40)] = ""  # a counter's id, or the name of a group
    errand: bool = False
    planned: ItemId = ""  # the next service of the appointment: what one more errand means when none is chosen


class QuestionForm(Input, frozen=True, kw_only=True):
    """A question answered in passing, and what it was about."""

    counter: UUID
    item: ItemId = ""


class CounterForm(Input, frozen=True, kw_only=True):
    """A button about the counter itself."""

    counter: UUID


@get("/desk/queue", opt=allow(service.my_counter), include_in_schema=False)
async def desk(request: Asked, done: bool = False) -> Response[bytes]:
    """叫号工作台; before one sits down, the counters to choose from. ``done``: a step was made; its result is first."""
    return await _desk(request, done=done)


@post("/desk/queue/next", opt=allow(service.call_next), include_in_schema=False)
async def call(request: Asked) -> Response[bytes] | Response[None]:
    """Call the next person."""
    typed = await forms.read(request, CounterForm)
    return await _done(request, lambda actor: service.call_next(actor, typed.counter))


@post("/desk/queue/counter/{turn:str}", opt=allow(service.open_counter), include_in_schema=False)
async def change(request: Asked, turn: str) -> Response[bytes] | Response[None]:
    """Sit down, pause, leave; or call colleagues."""
    verbs: dict[str, Callable[..., Awaitable[object]]] = {
        "opening": service.open_counter, "pause": service.pause_counter, "closing": service.close_counter,
        "help": service.call_help,
    }  # fmt: skip
    if turn not in verbs:
        raise Invalid({"turn": N_("This is not known here")})
    typed = await forms.read(request, CounterForm)
    return await _done(request, lambda actor: verbs[turn](actor, typed.counter))


@post("/desk/queue/tickets/{ticket:uuid}/{step:str}", opt=allow(service.finish), include_in_schema=False)
async def move(request: Asked, ticket: UUID, step: str) -> Response[bytes] | Response[None]:
    """One step with the person at the counter, and the next call with the same key when wished."""
    if step not in {*STEPS, "transfer"}:
        raise Invalid({"step": N_("This is not known here")})
    typed = await forms.read(request, StepForm)

    async def act(actor: Actor) -> None:
        if typed.note:
            await service.write_note(actor, ticket, typed.note)
        if step == "transfer" and typed.errand:
            await service.add_service(actor, ticket, typed.item or typed.planned)
        elif step == "transfer":
            counter, team = _to(typed.to)
            await service.transfer(actor, ticket, item=typed.item, counter=counter, team=team)
        else:
            await STEPS[step](actor, ticket)
        if typed.next:
            await service.call_next(actor, typed.counter)

    return await _done(request, act)


@post("/desk/queue/questions", opt=allow(service.serve_quick), include_in_schema=False)
async def answer(request: Asked) -> Response[bytes] | Response[None]:
    """即问即答."""
    typed = await forms.read(request, QuestionForm)
    return await _done(request, lambda actor: service.serve_quick(actor, typed.counter, item=typed.item))


@get("/desk/queue/counters", opt=allow(service.set_up_counter), include_in_schema=False)
async def counters(request: Asked, hall: UUID | None = None) -> Response[bytes]:
    """窗口管理: the counters of a hall, and what each can do."""
    return await _counters(request, hall, {}, {})


@post("/desk/queue/counters", opt=allow(service.set_up_counter), include_in_schema=False)
async def set_up(request: Asked) -> Response[bytes] | Response[None]:
    """Add a counter, or change one."""
    try:
        typed = await forms.read(request, CounterRequest)
        await service.set_up_counter(actor_of(request), typed)
    except Invalid as problem:
        typed_again = await forms.raw(request)
        return await _counters(request, hall_typed(typed_again), typed_again, problem.fields)
    return go(f"/desk/queue/counters?hall={typed.hall}")


async def _done(request: Asked, act: Callable[[Actor], Awaitable[object]]) -> Response[bytes] | Response[None]:
    """Act and show the desk again; a refusal stands on top of it. Nobody waiting is no refusal, the desk shows it."""
    try:
        await act(actor_of(request))
    except service.NobodyWaits:
        return go(AFTER)
    except Conflict as problem:
        return await _desk(request, problem)
    return go(AFTER)


async def _desk(request: Asked, problem: Problem | None = None, *, done: bool = False) -> Response[bytes]:
    actor = actor_of(request)
    mine = await service.my_counter(actor)
    halls = [] if mine else await halls_of(actor)
    waiting, aside = await service.waiting(actor, mine.hall) if mine else ([], [])
    customer = await service.customer(actor, mine.id) if mine else None
    return page(
        request, "queues/desk", status=problem.status if problem else 200, title=N_("Calling desk"), refusal=problem,
        done=done,
        mine=mine, customer=customer, waiting=waiting[:SHOWN],
        total=len(waiting), aside=aside, kinds=KINDS, streak=rules.STREAK, now=clock.now(),
        patience=int(rules.PATIENCE.total_seconds() // 60), longest=_longest(waiting),
        choices=[(hall, await _free(actor, hall)) for hall in halls], popular=await popular(actor),
        calls=await service.help_calls(actor, mine.hall) if mine else [], undo=_can_undo(aside),
        elsewhere=_elsewhere(await service.counters(actor, mine.hall), mine.id) if mine and customer else [],
    )  # fmt: skip


def _to(typed: str) -> tuple[UUID | None, str]:
    """Where to pass somebody on: a counter, a group of counters, or nowhere in particular."""
    try:
        return UUID(typed), ""
    except ValueError:
        return None, typed


def _elsewhere(found: list[CounterView], mine: UUID) -> list[tuple[str, str, str]]:
    """Counters at which a colleague sits, and groups of them: value, name, kind."""
    there = [each for each in found if each.state != "closed" and each.id != mine]
    teams = sorted({each.team for each in there if each.team})
    return [*((str(each.id), each.label, "counter") for each in there), *((team, team, "team") for team in teams)]


def _can_undo(aside: list[TicketView]) -> list[str]:
    """Whose missed call can still be taken back, by id."""
    return [str(each.id) for each in aside if each.missed_at and clock.now() - each.missed_at <= rules.UNDO]


def _longest(waiting: list[TicketView]) -> int:
    """Minutes of the longest wait now, from when the person was there and due."""
    waits = [clock.now() - max(each.since, each.due) for each in waiting]
    return max(0, int(max(waits).total_seconds() // 60)) if waits else 0


async def _free(actor: Actor, hall: Hall) -> list[CounterView]:
    return [each for each in await service.counters(actor, hall.id) if each.staff is None]


async def _counters(
    request: Asked, hall: UUID | None, values: dict[str, str], errors: dict[str, str]
) -> Response[bytes]:
    actor = actor_of(request)
    halls = await halls_of(actor)
    at = hall or (halls[0].id if halls else None)
    items = await popular(actor)
    form = fields.form(
        CounterRequest, values, errors, labels=LABELS, options={"items": items}, kinds={"items": "checkboxes"}
    )
    return page(
        request, "queues/counters", status=422 if errors else 200, title=N_("Counters of a hall"), halls=halls, at=at,
        counters=await service.counters(actor, at) if at else [], f=form, errors=errors, names=dict(items),
    )  # fmt: skip


routes = [desk, call, change, move, answer, counters, set_up]
