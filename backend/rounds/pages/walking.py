"""上门巡办: the round of a day, printable: whose it is, who goes, in which order, and how it went."""

from datetime import date, time, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Parameter

from accessibility.render import page
from backend.core import clock, forms
from backend.core.actor import Actor
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid, Problem
from backend.core.schemas import Input
from backend.core.words import N_
from backend.rounds import rules, service
from backend.rounds.pages.planning import TIMES, days_ahead, streets_of
from backend.rounds.schemas import DivisionRequest, Note, Order, OrderRequest, Visit, Whose, Window

Asked = Request[Any, Any, Any]
From = Annotated[int, Parameter(ge=0, le=1_000_000)]
DAY = timedelta(days=1)
STATES = {"planned": N_("Planned"), "met": N_("Done"), "missed": N_("Not met")}
STEPS = {"up": -1, "down": 1}
TURNS = (
    service.take, service.assign, service.give_back, service.finish, service.cancel, service.arrange, service.locate,
)  # fmt: skip
DONE = {
    "take": N_("The visit is yours"), "assign": N_("The visit is given to the colleague"),
    "return": N_("The visit is given back"), "met": N_("The visit is noted as done"),
    "missed": N_("It is noted that nobody was met"), "cancel": N_("The visit is cancelled"),
    "up": N_("The visit comes earlier in the walk"), "down": N_("The visit comes later in the walk"),
    "locate": N_("It is noted where the visit is; the staff there see it now"),
}  # fmt: skip
Turn = Literal["take", "assign", "return", "met", "missed", "cancel", "up", "down", "locate"]


class TurnForm(Input, frozen=True, kw_only=True):
    """What happens to a visit. ``day``, ``whose`` and ``of`` say which round the page goes back to."""

    turn: Turn
    day: date
    whose: Whose | None = None
    of: UUID | None = None
    staff: UUID | None = None
    division: str = ""
    note: Note = ""
    again_day: date | None = None
    again_begins: time | None = None
    again_ends: time | None = None
    same: bool = False


@get("/desk/rounds", opt=allow(service.day_round), include_in_schema=False)
async def day_round(
    request: Asked, day: date | None = None, whose: Whose | None = None, of: UUID | None = None, order: Order = "walk",
    done: Turn | None = None, skip: From = 0,
) -> Response[bytes]:  # fmt: skip
    """The round of a day, ordered for walking; after a step it begins with what was done."""
    return await _round(request, day or clock.today(), whose, of, order=order, done=done, skip=skip)


@post("/desk/rounds/{visit:uuid}", opt=allow(*TURNS), include_in_schema=False)
async def turn(request: Asked, visit: UUID) -> Response[bytes] | Response[None]:
    """One step of one visit."""
    typed = await forms.read(request, TurnForm)
    try:
        await _turn(request, visit, typed)
    except (Conflict, Invalid) as problem:
        return await _round(request, typed.day, typed.whose, typed.of, problem=problem, about=visit)
    query = "".join(f"&{name}={value}" for name, value in (("whose", typed.whose), ("of", typed.of)) if value)
    return go(f"/desk/rounds?day={typed.day}{query}&done={typed.turn}")


async def _turn(request: Asked, visit: UUID, typed: TurnForm) -> None:
    actor = actor_of(request)
    if typed.turn == "take":
        await service.take(actor, visit)
    elif typed.turn == "assign":
        if typed.staff is None:
            raise Invalid({"staff": N_("Please choose one of the answers")})
        await service.assign(actor, visit, typed.staff)
    elif typed.turn == "return":
        await service.give_back(actor, visit)
    elif typed.turn == "cancel":
        await service.cancel(actor, visit)
    elif typed.turn == "locate":
        await service.locate(actor, visit, _division(typed))
    elif typed.turn in ("met", "missed"):
        outcome: Literal["met", "missed"] = "met" if typed.turn == "met" else "missed"
        again = _again(typed)
        same = typed.same and again is not None
        await service.finish(actor, visit, outcome, note=typed.note, again=again, same=same)
    else:
        shown = await service.day_round(actor, typed.day, whose=typed.whose, staff=typed.of or actor.acting)
        order = rules.shifted([each.id for each in shown if each.state == "planned"], visit, STEPS[typed.turn])
        await service.arrange(actor, OrderRequest(day=typed.day, visits=order, staff=typed.of))


def _division(typed: TurnForm) -> str:
    if not typed.division:
        raise Invalid({"division": N_("Please choose one of the answers")})
    return forms.parse({"division": typed.division}, DivisionRequest).division


def _again(typed: TurnForm) -> Window | None:
    """A second time, for a visit where nobody was met; none where the day was left open."""
    if typed.turn != "missed" or typed.again_day is None:
        return None
    return Window(
        day=typed.again_day, begins=typed.again_begins or time(9), ends=typed.again_ends or time(11)
    )  # fmt: skip


async def _round(
    request: Asked, day: date, whose: Whose | None, of: UUID | None, *, order: Order = "walk",
    problem: Problem | None = None, about: UUID | None = None, done: Turn | None = None, skip: int = 0,
) -> Response[bytes]:  # fmt: skip
    actor = actor_of(request)
    visits = await service.day_round(actor, day, whose=whose, staff=of, order=order, skip=skip)
    manages = actor.is_("manager")
    return page(
        request, "rounds/round", status=problem.status if problem else 200, title=N_("Home visits"), visits=visits,
        day=day, before=day - DAY, after=day + DAY, order=order, states=STATES, refusal=problem, about=about,
        errors=_beside(request, problem, about), walks=actor.is_("clerk", "grid"),
        whose=whose or ("all" if manages else "mine"), of=of, manages=manages, fresh=_fresh(visits),
        colleagues=await service.colleagues(actor, day) if manages else [], times=TIMES, days=days_ahead(),
        skip=skip, more=len(visits) == service.MOST,
        movable=order == "walk" and not skip and (of is not None or (whose in (None, "mine") and not manages)),
        typed=await forms.raw(request) if problem else {}, waiting=await service.days_waiting(actor),
        done=DONE[done] if done else "", ahead=day > clock.today(), streets=await _streets(actor, visits),
    )  # fmt: skip


async def _streets(actor: Actor, visits: list[Visit]) -> dict[str, list[tuple[str, str]]]:
    """Where visits can be whose street nobody knows yet, by county; for whoever may say it."""
    if not actor.is_(*service.LOCATORS):
        return {}
    unknown = {each.region for each in visits if each.state == "planned" and not each.division}
    return {county: await streets_of(actor, county, *service.LOCATORS) for county in sorted(unknown)}


def _beside(request: Asked, problem: Problem | None, about: UUID | None) -> dict[str, str]:
    """The messages by the ids of their fields: each visit of the page has its own."""
    said = in_words(request, problem) if problem and problem.fields else {}
    return {f"{name.replace('.', '_')}-{about}": text for name, text in said.items()}


def _fresh(visits: list[Visit]) -> int:
    return sum(each.fresh for each in visits)


routes = [day_round, turn]
