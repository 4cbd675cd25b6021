"""请人替我办: who, what, until when, look at it once more. In elder mode one question a page; nothing typed is lost.

Answers travel in forms only, never in addresses: a telephone number must not lie in a history or a log.
"""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post

from accessibility import fields
from accessibility.modes import mode_of
from accessibility.render import page
from backend.core import clock, crypto, forms
from backend.core.http import actor_of, allow, in_words, viewer_of
from backend.core.http.onward import go
from backend.core.policy import SCOPES, permit, rule_of
from backend.core.problems import Invalid, KeyReused
from backend.core.schemas import Input
from backend.core.words import N_
from backend.delegation import service
from backend.delegation.pages.common import NEVER, Asked, titled
from backend.delegation.schemas import Kin, Mandate, MandateRequest, ScopeName
from backend.identity import service as identity

HowLong = Literal["errand", "month", "half", "year"]
DAYS = {"errand": 3, "month": 30, "half": 182, "year": 365}
LENGTHS = (
    ("errand", N_("This once, for three days")), ("month", N_("A month")), ("half", N_("Half a year")),
    ("year", N_("A year")),
)  # fmt: skip
LABELS = {
    "relation": N_("Who is it?"),
    "phone": N_("Their mobile number"),
    "scopes": N_("What may they do for you?"),
    "how_long": N_("For how long?"),
}
HINTS = {
    "relation": N_("Such as: daughter, neighbour, grid worker Mrs Wang"),
    "phone": N_("Leave it empty, and you get a code to pass on."),
}
ORDER = ("who", "what", "until", "check")
OF = {"relation": "who", "phone": "who", "scopes": "what", "how_long": "until", "until": "until"}


class InviteForm(Input, frozen=True, kw_only=True):
    """The answers so far. ``step`` is the question that was just answered, or ``change`` and ``send`` at the end."""

    relation: Kin = ""
    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""
    scopes: Annotated[list[ScopeName], msgspec.Meta(max_length=50)] = []
    how_long: HowLong | None = None
    step: Literal["who", "what", "until", "all", "change", "send"] = "all"
    key: Annotated[str, msgspec.Meta(max_length=255)] = ""


@get("/household/invite", opt=allow(service.invite), include_in_schema=False)
async def begin(request: Asked) -> Response[bytes]:
    """The first question. Who has to prove themselves anew is asked now, not after the last one."""
    permit(actor_of(request), rule_of(service.invite))
    return _ask(request, {"key": crypto.token()}, "who")


@post("/household/invite", opt=allow(service.invite), include_in_schema=False)
async def answer(request: Asked) -> Response[bytes] | Response[None]:
    """The next question, or what is wrong with this answer; at the end the invitation."""
    typed: dict[str, Any] = {**await forms.raw(request), "scopes": (await request.form()).getall("scopes", [])}
    asked = typed["step"] if typed.get("step") in ORDER else "all"
    try:
        given = await forms.read(request, InviteForm)
        if given.step == "change":
            return _ask(request, typed, "who")
        _complete(given)
        if given.step == "send":
            return go(f"/household/{(await _invited(request, given)).id}?done=1")
    except Invalid as problem:
        errors = {name: text for name, text in in_words(request, problem).items() if name in OF}
        back = OF[next(iter(errors), "relation")] if asked == "all" else asked
        return _ask(request, typed, back, errors)
    following = ORDER[ORDER.index(given.step) + 1] if given.step in ORDER else "check"
    return _ask(request, typed, following)


async def _invited(request: Asked, given: InviteForm) -> Mandate:
    """Who went back after sending and changed an answer asks for something new."""
    actor, wanted = actor_of(request), _wanted(given)
    try:
        return await service.invite(actor, wanted, key=given.key or crypto.token())
    except KeyReused:
        return await service.invite(actor, wanted, key=crypto.token())


def last_day(how_long: HowLong) -> date:
    """The last day of a time that people say: a month, half a year."""
    return clock.today() + timedelta(days=DAYS[how_long])


def _complete(given: InviteForm) -> None:
    """Complain about the questions answered so far: one of them in elder mode, all of them otherwise."""
    upto = ORDER.index(given.step) if given.step in ORDER else len(ORDER)
    wrong: dict[str, str] = {}
    if given.phone and identity.phone_fingerprint(given.phone) is None:
        wrong["phone"] = N_("Enter a mobile number with 11 digits")
    if upto >= 1 and not (given.scopes and set(given.scopes) <= SCOPES.keys()):
        wrong["scopes"] = N_("Choose at least one")
    if upto >= 2 and given.how_long is None:
        wrong["how_long"] = N_("Please choose one of the answers")
    if wrong:
        raise Invalid(wrong)


def _wanted(given: InviteForm) -> MandateRequest:
    assert given.how_long is not None
    return MandateRequest(
        scopes=given.scopes, until=last_day(given.how_long), phone=given.phone, relation=given.relation,
        one_time=given.how_long == "errand",
    )  # fmt: skip


def _ask(
    request: Asked, typed: dict[str, Any], step: str, errors: dict[str, str] | None = None
) -> Response[bytes]:  # fmt: skip
    options = {"scopes": [(each.name, each.title) for each in SCOPES.values() if each.offered], "how_long": LENGTHS}
    form = fields.form(
        InviteForm, typed, errors, labels=LABELS, hints=HINTS, options=options, kinds={"scopes": "checkboxes"}
    )
    form |= {name: msgspec.structs.replace(form[name], required=True) for name in ("scopes", "how_long")}
    one_by_one = mode_of(viewer_of(request).mode).variant == "elder"
    title = N_("Is this right?") if step == "check" else N_("Ask somebody to act for me")
    how_long = typed.get("how_long")
    return page(
        request, "delegation/invite", status=422 if errors else 200, title=title, f=form, step=step,
        number=ORDER.index(step) + 1, errors=errors or {}, one_by_one=one_by_one, typed=typed,
        chosen=titled(typed.get("scopes", [])), never=NEVER,
        until=last_day(how_long) if how_long in DAYS else None,
    )  # fmt: skip


routes = [begin, answer]
