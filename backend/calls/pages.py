"""话务台: who, what, where and when of a caller on one screen. Three presses for a booking: find, begin, book."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from accessibility.render import page
from backend.appointments import service as appointments
from backend.appointments.schemas import Appointment, BookingRequest, OpenSlot, RescheduleRequest, services
from backend.calls import service
from backend.calls.schemas import Begin, Booking, Caller, Cancel, Choose, Draft
from backend.catalogue import service as catalogue
from backend.core import crypto, forms
from backend.core.actor import Actor
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid, NotFound, Problem, TooMany
from backend.core.search import SearchDocument, live
from backend.core.words import N_
from backend.identity import service as identity
from backend.identity.schemas import AssistanceRequest, PersonSearch, PersonSummary
from backend.places import service as places
from backend.places.schemas import Hall

Asked = Request[Any, Any, Any]
DESK = "/desk/phone"
HALLS, DAYS, FOUND, BRING = 6, 2, 5, 6
MOST = 4  # services in one visit
OPERATOR = ("operator",)
VERIFIED = {
    "registered-number": N_("The call comes from the registered number"),
    "name-and-birth": N_("Said name and date of birth correctly"),
    "home-address": N_("Said correctly where they live"),
    "id-last-four": N_("Said the last four signs of the identity number correctly"),
}
BIRTH = N_("Year, month, day, such as 1948-3-5")


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a press adds to the screen besides the draft."""

    found: list[PersonSummary] = []
    searched: bool = False
    errors: dict[str, str] = {}
    refusal: Problem | None = None
    ticked: list[str] = []
    person: UUID | None = None
    done: UUID | None = None
    given_back: bool = False
    address: str = ""


@get(DESK, opt=allow(appointments.book, only=OPERATOR), include_in_schema=False)
async def desk(
    request: Asked, q: str = "", item: str = "", hall: UUID | None = None, done: UUID | None = None,
    given_back: bool = False,
) -> Response[bytes]:  # fmt: skip
    """The one screen. What was typed before the call dropped stands there again."""
    kept = await service.draft(actor_of(request))
    typed = msgspec.structs.replace(kept, q=q[:60] or kept.q, item=item[:64] or kept.item, hall=hall or kept.hall)
    return await _desk(request, typed, Seen(done=done, given_back=given_back))


@post(f"{DESK}/caller", opt=allow(identity.find_people, only=OPERATOR), status_code=200, include_in_schema=False)
async def find(request: Asked) -> Response[bytes]:
    """Who calls, and what about: the number is in the body, never in an address."""
    actor, typed = actor_of(request), Draft()
    try:
        typed = await forms.read(request, Caller)
        await service.keep(actor, _draft(typed))
        found = await identity.find_people(actor, _wanted(typed))
    except (Invalid, TooMany) as problem:
        return await _desk(request, typed, Seen(errors=in_words(request, problem, "phone"), refusal=problem))
    return await _desk(request, typed, Seen(found=found, searched=True))


@post(f"{DESK}/begin", opt=allow(identity.begin_assistance, only=OPERATOR), include_in_schema=False)
async def begin(request: Asked) -> Response[bytes] | Response[None]:
    """It is this person, and enough was checked."""
    actor, typed = actor_of(request), await forms.read(request, Begin)
    await service.keep(actor, _draft(typed))
    wanted = AssistanceRequest(person=typed.person, verified=typed.verified, channel="phone")
    try:
        await identity.begin_assistance(actor, identity.token_of(request.cookies, request.headers), wanted)
    except Invalid as problem:
        people = await identity.find_people(actor, _wanted(typed))
        seen = Seen(
            found=people, searched=True, errors=in_words(request, problem, "phone"), refusal=problem,
            ticked=typed.verified, person=typed.person,
        )  # fmt: skip
        return await _desk(request, typed, seen)
    except Conflict as problem:  # somebody is being helped already
        return await _desk(request, _draft(typed), Seen(refusal=problem))
    request.scope["linli_forget"]()  # type: ignore[typeddict-item]
    return go(DESK)


@post(f"{DESK}/choice", opt=allow(appointments.open_days, only=OPERATOR), include_in_schema=False)
async def choose(request: Asked) -> Response[None]:
    """Another matter or another hall; it stays when the page comes back."""
    actor, typed = actor_of(request), await forms.read(request, Choose)
    kept = await service.draft(actor)
    item = typed.item or ("" if typed.q and typed.q != kept.q and not typed.also else kept.item)
    if typed.also:
        item = ",".join(services("", [*_services(kept.item), typed.item])[:MOST])
    if not item and typed.q:  # the page shows the first as chosen, so a booking must mean it
        item = next((hit.id for hit in _hits(typed.q)), "")
    await service.keep(
        actor, msgspec.structs.replace(kept, q=typed.q, item=item, hall=typed.hall or kept.hall)
    )  # fmt: skip
    return go(DESK)


@post(DESK, opt=allow(appointments.book, appointments.reschedule, only=OPERATOR), include_in_schema=False)
async def book(request: Asked) -> Response[bytes] | Response[None]:
    """Book from the telephone's share, or move one of the caller's appointments there."""
    actor, typed = actor_of(request), None
    try:
        typed = await forms.read(request, Booking, messages={"slot": N_("Please choose a time")})
        if typed.move:
            wanted = RescheduleRequest(slot=typed.slot)
            made = await appointments.reschedule(actor, typed.move, wanted, key=typed.key)
        else:
            wish = BookingRequest(hall=typed.hall, slot=typed.slot, items=_services(typed.item), address=typed.address)
            made = await appointments.book(actor, wish, key=typed.key)
    except (Conflict, Invalid) as problem:
        return await _not_booked(request, typed, problem)
    return go(f"{DESK}?done={made.id}")


@post(f"{DESK}/cancellation", opt=allow(appointments.cancel, only=OPERATOR), include_in_schema=False)
async def cancel(request: Asked) -> Response[bytes] | Response[None]:
    """Give one of the caller's places back."""
    typed = await forms.read(request, Cancel)
    try:
        await appointments.cancel(actor_of(request), typed.appointment)
    except Conflict as problem:
        return await _desk(request, await service.draft(actor_of(request)), Seen(refusal=problem))
    return go(f"{DESK}?given_back=true")


@post(f"{DESK}/end", opt=allow(identity.end_assistance, service.wipe, only=OPERATOR), include_in_schema=False)
async def end(request: Asked) -> Response[None]:
    """The call is over: nothing of it stays on the screen."""
    actor = actor_of(request)
    await service.wipe(actor)
    if actor.helping:
        await identity.end_assistance(actor, identity.token_of(request.cookies, request.headers))
    request.scope["linli_forget"]()  # type: ignore[typeddict-item]
    return go(DESK)


async def _not_booked(request: Asked, typed: Booking | None, problem: Problem) -> Response[bytes]:
    """The screen again, with where to come; the times have no field of their own to stand beside."""
    kept, address = await service.draft(actor_of(request)), (await forms.raw(request)).get("address", "")
    if typed is not None:
        kept = msgspec.structs.replace(kept, item=typed.item or kept.item, hall=typed.hall)
    errors = {name: text for name, text in in_words(request, problem).items() if name == "address" and problem.fields}
    if "slot" in problem.fields:
        problem = Invalid({}, problem.fields["slot"])
    return await _desk(request, kept, Seen(refusal=problem, errors=errors, address=address))


async def _desk(request: Asked, typed: Draft, seen: Seen) -> Response[bytes]:
    actor = actor_of(request)
    helping = await identity.current_assistance(actor)
    person = helping.person if helping else None
    halls = await _halls(actor, person.home if person and person.home else actor.region)
    at = next((each for each in halls if each.id == typed.hall), halls[0] if halls else None)
    open_to = [each.id for each in seen.found if not each.closed] if not helping else []
    facts = await identity.facts_of(actor, open_to) if open_to else {}
    names = await catalogue.names(set(_services(typed.item))) if typed.item else {}
    items = [each for each in _services(typed.item) if each in names]
    booked = await _booked(actor, seen.done) if person else None
    ahead = await _ahead(actor, at, items) if at and person else []
    hits = _hits(typed.q)
    return page(
        request, "calls/desk", status=seen.refusal.status if seen.refusal else 200, title=N_("Phone desk"),
        typed=typed, seen=seen, helping=helping, halls=halls, at=at, verified=VERIFIED, key=crypto.token(),
        needed=identity.NEEDED["phone"],
        facts={str(each): known for each, known in facts.items()}, item_name="；".join(names[each] for each in items),
        hits=hits, undecided=bool(hits) and not {hit.id for hit in hits} & {*_services(typed.item)},
        popular=[each.name for each in await catalogue.high_frequency(actor)][:20] if not helping else [],
        days=[(day, slots) for day, slots in ahead if slots][:DAYS], booked=booked,
        at_home=any(slot.kind == "home" for _, slots in ahead for slot in slots),
        full=next((day for day, slots in ahead if not slots), None),
        waits=await appointments.lines(actor) if person else [],
        bring=[line for each in items for line in await _bring(actor, each, person.home)] if person else [],
        theirs=[each for each in (await appointments.mine(actor, limit=5)).items if each.live] if person else [],
    )  # fmt: skip


async def _ahead(actor: Actor, hall: Hall, items: list[str]) -> list[tuple[date, list[OpenSlot]]]:
    """The days of the telephone's share: the next free ones with their times, so that choosing costs no further
    request, and full ones without any, for which a caller can wait.
    """
    days = await appointments.open_days(actor, hall.id, items=items)
    free = [each.day for each in days if each.left > 0][:DAYS]
    found = {day: await appointments.open_slots(actor, hall.id, day, items=items) for day in free}
    full = [each.day for each in days if each.left == 0]
    return [(day, [each for each in found.get(day, []) if each.left > 0]) for day in sorted([*free, *full])]


async def _halls(actor: Actor, place: str) -> list[Hall]:
    """The nearest halls that take appointments, then others whose hours are known."""
    near = [each.hall for each in await places.nearest_halls(actor, place, limit=20)]
    listed = (await places.halls(actor, derived=False, limit=100)).items
    return list({each.id: each for each in [*near, *listed] if each.bookable}.values())[:HALLS]


async def _bring(actor: Actor, item: str, place: str) -> list[str]:
    guide = await catalogue.guide(actor, item, place)
    return guide.materials[:BRING] if guide.materials_origin != "reference" else []


async def _booked(actor: Actor, done: UUID | None) -> Appointment | None:
    """What was just booked; nothing for an old address after the call."""
    try:
        return await appointments.get(actor, done) if done else None
    except NotFound:
        return None


def _hits(q: str) -> list[SearchDocument]:
    """The services that the caller's words may mean, the likeliest first."""
    return [hit.document for hit in live.current().find(q, kinds={"item"}, limit=FOUND)] if q else []


def _services(item: str) -> list[str]:
    return services("", item.split(","))


def _wanted(typed: Draft) -> PersonSearch:
    """Raises ``Invalid`` for a date that is none."""
    try:
        day = identity.day(typed.birth)
    except ValueError:
        raise Invalid({"birth": BIRTH}) from None
    return PersonSearch(phone=typed.phone, name=typed.name, birth=day)


def _draft(typed: Draft) -> Draft:
    return Draft(**{name: getattr(typed, name) for name in Draft.__struct_fields__})


routes = [desk, find, begin, choose, book, cancel, end]
