"""Pages of staff: the start page of a desk, and helping somebody."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post

from accessibility import fields, menu
from accessibility.render import page
from backend.core import forms
from backend.core.http import actor_of, allow, in_words
from backend.core.problems import Invalid, Problem, TooMany
from backend.core.schemas import Input
from backend.core.words import N_
from backend.identity import rules, service
from backend.identity.pages import documents
from backend.identity.pages.approvals import EVIDENCE
from backend.identity.pages.common import (
    Asked,
    next_in_form,
    next_of,
    on_to,
    refused,
    token_of,
)
from backend.identity.schemas import (
    AssistanceRequest,
    DocumentKind,
    Name,
    PersonSearch,
    PersonSummary,
    Registration,
)
from backend.identity.service.minors import GuardianConsentNeeded

LABELS = {
    "phone": N_("Mobile number"),
    "card": N_("Number or code of the card"),
    "name": N_("Name"),
    "birth": N_("Date of birth"),
    "kind": N_("Which document"),
    "document": N_("Number of the document"),
    "guardian": N_("Name of the parent or guardian"),
    "evidence": N_("What the guardian showed"),
}
BIRTH = N_("Year, month, day, such as 1948-3-5")
HINTS = {
    "birth": BIRTH,
    "document": N_("Birthday and check digit are read from an identity card"),
    "phone": N_("Leave empty for somebody without one"),
    "guardian": N_("The guardian is here at the counter"),
}
Form = dict[str, fields.Field]
VERIFIED = {
    "registered-number": N_("The call comes from the registered number"),
    "name-and-birth": N_("Said name and date of birth correctly"),
    "home-address": N_("Said correctly where they live"),
    "id-last-four": N_("Said the last four signs of the identity number correctly"),
    "id-card": N_("Showed the identity card"),
    "face-matches": N_("The face matches the picture"),
    "household-book": N_("Showed the household register"),
    "known-code": N_("Showed the card of this portal"),
}
Typed = Annotated[str, msgspec.Meta(max_length=20)]


class SearchForm(Input, frozen=True):
    """What is typed at the desk; a date of birth in any of the usual ways of writing it."""

    phone: Typed = ""
    card: Annotated[str, msgspec.Meta(max_length=80)] = ""
    name: Annotated[str, msgspec.Meta(max_length=60)] = ""
    birth: Typed = ""

    @property
    def wanted(self) -> PersonSearch:
        """The same for the verb; raises ``Invalid``."""
        return PersonSearch(phone=self.phone, card=self.card, name=self.name, birth=_day(self.birth))


class RegisterForm(Input, frozen=True):
    """As ``Registration``, with the date of birth as it is typed."""

    name: Name
    phone: Typed = ""
    kind: DocumentKind = ""
    document: Annotated[str, msgspec.Meta(max_length=30)] = ""
    birth: Typed = ""
    guardian: Annotated[str, msgspec.Meta(max_length=60)] = ""
    evidence: Literal["", "household-book", "birth-certificate", "court-order"] = ""

    @property
    def wanted(self) -> Registration:
        """The same for the verb; raises ``Invalid``."""
        return Registration(
            name=self.name, phone=self.phone, kind=self.kind, document=self.document, birth=_day(self.birth),
            guardian=self.guardian, evidence=self.evidence,
        )  # fmt: skip


@get("/desk", opt=allow(service.post_of), include_in_schema=False)
async def desk(request: Asked) -> Response[bytes]:
    """Where a staff member begins: the tasks of their roles."""
    actor = actor_of(request)
    waits = await menu.waiting("desk", actor)
    return page(request, "identity/desk", title=N_("My desk"), post=await service.post_of(actor), waits=waits)


@get("/desk/assist", opt=allow(service.begin_assistance), include_in_schema=False)
async def assist(request: Asked, person: UUID | None = None) -> Response[bytes]:
    """帮办代办: whom I am helping, or finding who called or came; ``person`` is one whose record was opened to me."""
    if person is not None:
        found = [await service.person(actor_of(request), person)]
        return await _assist(request, next=next_of(request, _start(request)), found=found, searched=True)
    return await _assist(request, next=next_of(request, _start(request)))


@post("/desk/assist/search", opt=allow(service.find_people), status_code=200, include_in_schema=False)
async def search(request: Asked) -> Response[bytes]:
    """Find the caller or visitor. The number is in the body, never in an address."""
    target = await next_in_form(request, _start(request))
    typed = await forms.raw(request)
    try:
        found = await service.find_people(actor_of(request), (await forms.read(request, SearchForm)).wanted)
    except (Invalid, TooMany) as problem:
        return await _assist(request, next=target, typed=typed, problem=problem)
    return await _assist(request, next=target, typed=typed, found=found, searched=True)


@post("/desk/assist/people", opt=allow(service.register_person), include_in_schema=False)
async def register(request: Asked) -> Response[bytes]:
    """Write down somebody who is not in the register yet, then verify and help."""
    target = await next_in_form(request, _start(request))
    actor, typed = actor_of(request), await forms.raw(request)
    try:
        new = (await forms.read(request, RegisterForm)).wanted
        found = [await service.register_person(actor, new, channel=actor.channel)]
    except Problem as problem:
        return await _assist(request, next=target, typed=typed, problem=problem, registering=True)
    return await _assist(request, next=target, found=found, searched=True)


@post("/desk/assist/begin", opt=allow(service.begin_assistance), include_in_schema=False)
async def begin(request: Asked) -> Response[bytes] | Response[None]:
    """Act for the person from now on, if enough was verified."""
    target = await next_in_form(request, _start(request))
    actor = actor_of(request)
    wanted = await forms.read(request, AssistanceRequest)
    try:
        await service.begin_assistance(actor, token_of(request), wanted)
    except Invalid as problem:
        person = await service.person(actor, wanted.person)
        return await _assist(
            request, next=target, found=[person], searched=True, problem=problem, ticked=wanted.verified, at=person.id
        )
    return on_to(request, target)


@post("/desk/assist/end", opt=allow(service.end_assistance), include_in_schema=False)
async def end(request: Asked) -> Response[None]:
    """Stop acting for the person."""
    await service.end_assistance(actor_of(request), token_of(request))
    return on_to(request, await next_in_form(request, "/desk/assist"))


def _start(request: Asked) -> str:
    """The desk that goes with the actor's channel."""
    return "/desk/phone" if actor_of(request).channel == "phone" else "/desk/counter"


async def _assist(
    request: Asked,
    *,
    next: str,
    typed: dict[str, str] | None = None,
    found: list[PersonSummary] | None = None,
    searched: bool = False,
    registering: bool = False,
    problem: Problem | None = None,
    ticked: list[str] | None = None,
    at: UUID | None = None,
) -> Response[bytes]:
    actor = actor_of(request)
    field = "guardian" if isinstance(problem, GuardianConsentNeeded) else "phone"
    errors = in_words(request, problem, field) if problem else {}
    ids = [each.id for each in found or [] if not each.closed]
    labels = LABELS
    return refused(
        request,
        "identity/assist",
        problem,
        title=N_("Help somebody"),
        helping=await service.current_assistance(actor),
        channel=actor.channel,
        verified=VERIFIED,
        facts={str(each): facts for each, facts in (await service.facts_of(actor, ids)).items()},
        needed=rules.NEEDED[actor.channel],
        search=_about_another(fields.form(SearchForm, typed, errors, labels=labels, hints={"birth": BIRTH})),
        new=_about_another(
            fields.form(
                RegisterForm,
                typed,
                errors,
                labels=labels,
                hints=HINTS,
                options={"evidence": EVIDENCE, "kind": documents.OPTIONS},
                kinds={"evidence": "select"},
            )
        ),
        found=found or [],
        searched=searched,
        registering=registering,
        ticked=ticked or [],
        at=at,
        errors=errors,
        next=next,
    )


def _day(typed: str) -> date | None:
    try:
        return rules.day(typed)
    except ValueError:
        raise Invalid({"birth": BIRTH}) from None


def _about_another(form: Form) -> Form:
    """The browser must not offer the clerk's own data."""
    return {name: msgspec.structs.replace(each, autocomplete="off") for name, each in form.items()}


routes = [desk, assist, search, register, begin, end]
