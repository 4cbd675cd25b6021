"""群发和应急通知 at the desk: write, look at it, let a second person look, send, stop, end."""

from typing import TypeVar
from uuid import UUID

import msgspec
from litestar import Response, get, post

from accessibility import fields
from accessibility.render import call
from backend.core import forms
from backend.core.actor import Actor
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.policy import FreshSignInNeeded, proved
from backend.core.problems import Conflict, Forbidden, Invalid, NotFound, Problem
from backend.core.words import N_
from backend.messaging import service
from backend.messaging.pages.common import LANGUAGES, WORDINGS, Asked, shown
from backend.messaging.schemas import BroadcastRequest, EmergencyRequest, EndRequest
from backend.places import service as places

T = TypeVar("T", bound=msgspec.Struct)
HERE = "/desk/broadcasts"
STREET = 9  # digits of the code of a street
LABELS = {
    "division": N_("Division"), "template": N_("Template"), "title": N_("Heading"), "age_from": N_("Age from"),
    "age_to": N_("Age to"), "hazard": N_("Danger"), "words": N_("What has happened, and what to do"),
    "plain": N_("The same in plain words, for elders"), "english": N_("The same in English"),
    "english_title": N_("Heading in English"), "tell": N_("Tell everybody who was told that it is over"),
    "hours": N_("How many hours it stands on the pages"), "drill": N_("This is a drill"),
}  # fmt: skip
HINTS = {
    "division": N_("Its name in full, or its code"),
    "age_from": N_("Leave both empty to reach everybody."),
    "words": N_("Short: it is sent as a text message and read out."),
    "hours": N_("From 1 to 72 hours"),
    "english_title": N_("With the words in English below, or neither: who reads English sees no half of a warning."),
    "template": N_("A text template of the city without placeholders"),
    "tell": N_("By the same ways: of gas and fire at any hour, otherwise not during the night."),
}
HAZARDS = (
    ("gas", N_("Gas")), ("fire", N_("Fire")), ("storm", N_("Storm")), ("flood", N_("Flood")),
    ("snow", N_("Snow and ice")), ("other", N_("Something else")),
)  # fmt: skip
STATES = {
    "waiting": N_("Not sent yet"), "running": N_("Being sent"), "stopped": N_("Stopped"), "over": N_("Over"),
    "refused": N_("Not sent"),
}  # fmt: skip
RESULTS = {
    "shown": N_("shown in the demonstration"), "queued": N_("still waiting"), "sent": N_("sent off"),
    "delivered": N_("arrived"),
    "failed": N_("did not get through"), "unsent": N_("could not be sent"), "calling": N_("on the call list"),
    "reached": N_("told by a person"), "unreached": N_("nobody found them"), "read": N_("was read"),
}  # fmt: skip
ACTS = {
    "begin": service.begin_broadcast, "refusal": service.refuse_broadcast, "stop": service.stop_broadcast,
    "resumption": service.resume_broadcast, "end": service.end_broadcast,
}  # fmt: skip
# What thousands of people see at once asks before it is done: of news, and of warnings.
ASKED = {
    "stop": (
        (N_("Stop this message?"), N_("Stop this message")), (N_("Stop this warning?"), N_("Tell nobody else for now")),
    ),
    "end": ((N_("End this message?"), N_("End this message")), (N_("End this warning?"), N_("End this warning"))),
}  # fmt: skip
STOPPABLE = {"stop": ("running",), "end": ("running", "stopped")}


@get(HERE, opt=allow(service.broadcasts), include_in_schema=False)
async def everything(request: Asked) -> Response[bytes]:
    """What was written, the latest first."""
    actor = actor_of(request)
    found = await service.broadcasts(actor)
    return shown(request, "messaging/broadcasts", title=N_("Messages to an area"), found=found, states=STATES)


@get(f"{HERE}/new", opt=allow(service.make_broadcast), include_in_schema=False)
async def new(request: Asked) -> Response[bytes]:
    """News."""
    return await _news(request)


@post(f"{HERE}/new", opt=allow(service.make_broadcast), include_in_schema=False)
async def make(request: Asked) -> Response[bytes] | Response[None]:
    """Write news; it waits to be looked at."""
    try:
        made = await service.make_broadcast(actor_of(request), await _wanted(request, BroadcastRequest))
    except (Invalid, Forbidden) as problem:
        return await _news(request, await forms.raw(request), problem)
    return go(f"{HERE}/{made.id}")


@get(f"{HERE}/warning", opt=allow(service.make_emergency), include_in_schema=False)
async def new_warning(request: Asked) -> Response[bytes]:
    """A warning or a drill."""
    return _warning(request)


@post(f"{HERE}/warning", opt=allow(service.make_emergency), include_in_schema=False)
async def make_warning(request: Asked) -> Response[bytes] | Response[None]:
    """Write a warning; it waits for whoever confirms it."""
    try:
        made = await service.make_emergency(actor_of(request), await _wanted(request, EmergencyRequest))
    except (Invalid, Forbidden) as problem:
        return _warning(request, await forms.raw(request), problem)
    return go(f"{HERE}/{made.id}")


@get(f"{HERE}/{{row_id:uuid}}", opt=allow(service.broadcast), include_in_schema=False)
async def one(request: Asked, row_id: UUID) -> Response[bytes]:
    """One: its words, how many it reaches, how far it is."""
    return await _one(request, row_id)


@get(f"{HERE}/{{row_id:uuid}}/{{act:str}}", opt=allow(service.broadcast), include_in_schema=False)
async def sure(request: Asked, row_id: UUID, act: str) -> Response[bytes] | Response[None]:
    """What stopping or ending it does, before it is done."""
    if act not in ASKED:
        raise NotFound()
    found = await service.broadcast(actor_of(request), row_id)
    if found.state not in STOPPABLE[act]:
        return go(f"{HERE}/{row_id}")
    title, yes = ASKED[act][found.kind == "emergency"]
    tells = fields.form(EndRequest, {"tell": "true"}, labels=LABELS, hints=HINTS)["tell"]
    return shown(
        request, "messaging/ending", title=title, yes=yes, found=found, act=act, one=f"{HERE}/{row_id}",
        tells=tells if act == "end" and found.kind == "emergency" and found.told else None,
    )  # fmt: skip


@post(
    f"{HERE}/{{row_id:uuid}}/{{act:str}}",
    opt=allow(*ACTS.values()),
    include_in_schema=False,
)
async def act(request: Asked, row_id: UUID, act: str) -> Response[bytes] | Response[None]:
    """Send, refuse, stop, resume or end it."""
    if act not in ACTS:
        raise NotFound()
    try:
        if act == "end":
            await service.end_broadcast(actor_of(request), row_id, await forms.read(request, EndRequest))
        else:
            await ACTS[act](actor_of(request), row_id)
    except Conflict as problem:
        return await _one(request, row_id, problem)
    return go(f"{HERE}/{row_id}")


async def waiting_here(actor: Actor) -> int:
    """How many warnings wait for a second person, for the start page of the desk of whoever could be that person."""
    found = await service.broadcasts(actor, kind="emergency")
    return sum(each.state == "waiting" and not each.drill and each.made_by != actor.acting for each in found)


async def _wanted(request: Asked, struct: type[T]) -> T:
    """What was asked for; the area is looked up by its name, and what is wrong is said all at once."""
    typed, wrong = await forms.raw(request), {}
    try:
        typed = await _with_code(request)
    except Invalid as problem:
        wrong, typed = problem.fields, typed | {"division": actor_of(request).region}
    try:
        wanted = forms.parse(typed, struct)
    except Invalid as problem:
        raise Invalid(wrong | problem.fields) from problem
    if wrong:
        raise Invalid(wrong)
    return wanted


async def _with_code(request: Asked) -> dict[str, str]:
    """What was typed, with the code of the division where its name was given: one that lies in one's own posts."""
    actor, typed = actor_of(request), await forms.raw(request)
    name = typed.get("division", "").strip()
    if not name or name.isdecimal():
        return typed
    found = [
        each for each in await places.find(actor, name, home=actor.region) if actor.covers(each.code, *service.SENDERS)
    ]
    same = [each for each in found if each.name == name] or found
    if not same:
        raise Invalid({"division": N_("We do not find this in your divisions")})
    if len(same) > 1:
        raise Invalid({"division": N_("Several are called so. Please give the code: the list of places has it.")})
    return typed | {"division": same[0].code}


async def _news(request: Asked, typed: dict[str, str] | None = None, problem: Problem | None = None) -> Response[bytes]:
    actor, errors = actor_of(request), in_words(request, problem, "division")
    found = [each for each in await service.templates(actor) if each.kind == "sms" and each.service is None]
    options = {"template": [(str(each.id), each.name) for each in found]}
    form = fields.form(
        BroadcastRequest, typed or {"division": _own(actor)}, errors, labels=LABELS, hints=HINTS, options=options,
        kinds={"template": "select"},
    )  # fmt: skip
    return shown(request, "messaging/news", problem, title=N_("News for an area"), errors=errors, f=form)


def _warning(request: Asked, typed: dict[str, str] | None = None, problem: Problem | None = None) -> Response[bytes]:
    actor, late = actor_of(request), isinstance(problem, FreshSignInNeeded)  # then the page itself asks for the proof
    errors = {} if late else in_words(request, problem, "division")
    values = typed or {"division": _own(actor), "hours": "6", "drill": "true"}
    form = fields.form(
        EmergencyRequest, values, errors, labels=LABELS, hints=HINTS, options={"hazard": HAZARDS},
        kinds={"words": "textarea", "plain": "textarea", "english": "textarea"},
    )  # fmt: skip
    return shown(
        request, "messaging/emergency_new", problem, title=N_("Warn an area"), errors=errors, f=form,
        fresh=proved(actor), english=problem.readers if isinstance(problem, service.EnglishMissing) else 0,
    )  # fmt: skip


async def _one(request: Asked, row_id: UUID, problem: Problem | None = None) -> Response[bytes]:
    actor = actor_of(request)
    found = await service.broadcast(actor, row_id)
    texts = [
        (*_whose(name), words, service.size_of(found, name, words))
        for name, words in sorted(found.texts.items(), key=_standard_first)
        if not name.endswith("/title")
    ]
    lacks = found.state == "waiting" and found.kind == "emergency" and "en/standard" not in found.texts
    return shown(
        request, "messaging/broadcast", problem, title=found.title,
        english=(await service.reach(actor, found.division)).english if lacks else 0,
        found=found, texts=texts, states=STATES,
        english_title=found.texts.get("en/title", ""),
        results=RESULTS, fresh=proved(actor), mine=found.made_by == actor.acting,
        errors=in_words(request, problem, "main"),
    )  # fmt: skip


def _own(actor: Actor) -> str:
    """One's own division as one calls it; what is smaller than a street has a code only."""
    return call("region_name", actor.region, "zh_CN") if len(actor.region) <= STREET else actor.region


def _whose(name: str) -> tuple[str, str]:
    """Language and wording of a text, in words."""
    lang, _, wording = name.partition("/")
    return LANGUAGES.get(lang, lang), WORDINGS[wording]


def _standard_first(text: tuple[str, str]) -> tuple[bool, bool, str]:
    lang, _, wording = text[0].partition("/")
    return lang != "zh_CN", wording != "standard", lang


routes = [everything, new, make, new_warning, make_warning, one, sure, act]
