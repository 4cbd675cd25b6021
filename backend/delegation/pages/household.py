"""The household: three sheets, one mandate, its end, and the list of what was done."""

from uuid import UUID

from litestar import Response, get, post

from accessibility.qr import drawn
from accessibility.render import page
from backend.core import forms
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.problems import Invalid, NotFound
from backend.core.schemas import Input
from backend.core.words import N_
from backend.delegation import service
from backend.delegation.pages.common import BASES, NEVER, Asked, titled
from backend.delegation.pages.inviting import LENGTHS, HowLong, last_day
from backend.delegation.schemas import Extension
from backend.settings import settings


class LongerForm(Input, frozen=True, kw_only=True):
    """How much longer."""

    how_long: HowLong


@get("/household", opt=allow(service.household), include_in_schema=False)
async def home(request: Asked) -> Response[bytes]:
    """家人和代办. Whoever is acting for somebody sees how far that goes, and ends it here."""
    actor = actor_of(request)
    if actor.basis == "delegation":
        now = await service.current(actor)
        scopes = titled(now.scopes) if now else []
        return page(request, "delegation/acting", title=N_("You are acting for somebody"), now=now, scopes=scopes)
    found = await service.household(actor)
    return page(request, "delegation/household", title=N_("Family and helpers"), found=found, titled=titled)


@get("/household/acts", opt=allow(service.acts), include_in_schema=False)
async def acts(request: Asked, after: UUID | None = None) -> Response[bytes]:
    """Everything that was done for somebody, a page at a time."""
    found = await service.acts(actor_of(request), after=after)
    return page(request, "delegation/acts", title=N_("What was done"), acts=found.items, next=found.next)


@get("/household/acts/{act_id:uuid}/takeback", opt=allow(service.take_back), include_in_schema=False)
async def ask_back(request: Asked, act_id: UUID) -> Response[bytes]:
    """What taking it back means, in plain words."""
    found = await service.act(actor_of(request), act_id)
    if not found.returnable:
        raise NotFound(next_step=("/household", N_("Family and helpers")))
    return page(request, "delegation/takeback", title=N_("Take this back?"), act=found)


@post("/household/acts/{act_id:uuid}/takeback", opt=allow(service.take_back), include_in_schema=False)
async def take_back(request: Asked, act_id: UUID) -> Response[None]:
    """收回这件事."""
    await service.take_back(actor_of(request), act_id)
    return go("/household/acts")


@get("/household/{row_id:uuid}", opt=allow(service.mandate), include_in_schema=False)
async def one(request: Asked, row_id: UUID, done: bool = False) -> Response[bytes]:
    """One mandate: what it covers and what never, until when, and how to end it."""
    return await _one(request, row_id, done=done)


@get("/household/{row_id:uuid}/qr.svg", opt=allow(service.mandate), include_in_schema=False)
async def qr(request: Asked, row_id: UUID) -> Response[bytes]:
    """The code of an open invitation as a picture, for the phone of whoever sits beside."""
    found = await service.mandate(actor_of(request), row_id)
    if not found.code:
        raise NotFound()
    return Response(drawn(f"{settings().public_url}/household/code?code={found.code}"), media_type="image/svg+xml")


@get("/household/{row_id:uuid}/end", opt=allow(service.revoke, service.give_up), include_in_schema=False)
async def ask_end(request: Asked, row_id: UUID) -> Response[bytes]:
    """Really end it? It can be given anew at any time."""
    found = await service.mandate(actor_of(request), row_id)
    title = N_("Take it back?") if found.mine else N_("No longer act for this person?")
    return page(request, "delegation/end", title=title, found=found)


@post("/household/{row_id:uuid}/withdrawal", opt=allow(service.withdraw), include_in_schema=False)
async def withdraw(request: Asked, row_id: UUID) -> Response[None]:
    """Take an invitation back."""
    await service.withdraw(actor_of(request), row_id)
    return go("/household")


@post("/household/{row_id:uuid}/veto", opt=allow(service.veto), include_in_schema=False)
async def veto(request: Asked, row_id: UUID) -> Response[None]:
    """不同意."""
    await service.veto(actor_of(request), row_id)
    return go("/household")


@post("/household/{row_id:uuid}/revocation", opt=allow(service.revoke), include_in_schema=False)
async def revoke(request: Asked, row_id: UUID) -> Response[None]:
    """收回."""
    await service.revoke(actor_of(request), row_id)
    return go("/household")


@post("/household/{row_id:uuid}/resignation", opt=allow(service.give_up), include_in_schema=False)
async def give_up(request: Asked, row_id: UUID) -> Response[None]:
    """不再代办."""
    await service.give_up(actor_of(request), row_id)
    return go("/household")


@post("/household/{row_id:uuid}/extension", opt=allow(service.extend), include_in_schema=False)
async def extend(request: Asked, row_id: UUID) -> Response[bytes] | Response[None]:
    """A longer time, by a new consent."""
    try:
        typed = await forms.read(request, LongerForm, messages={"how_long": N_("Please choose one of the answers")})
        await service.extend(actor_of(request), row_id, Extension(until=last_day(typed.how_long)))
    except Invalid as problem:
        return await _one(request, row_id, errors=in_words(request, problem))
    return go(f"/household/{row_id}")


async def _one(
    request: Asked, row_id: UUID, *, done: bool = False, errors: dict[str, str] | None = None
) -> Response[bytes]:
    found = await service.mandate(actor_of(request), row_id)
    title = N_("Who may act for me") if found.mine else N_("For whom I act")
    return page(
        request, "delegation/mandate", status=422 if errors else 200, title=title, found=found, done=done,
        scopes=titled(found.scopes), never=NEVER, bases=BASES, errors=errors or {},
        lengths=[pair for pair in LENGTHS if (pair[0] == "errand") == (found.basis == "one-time")],
    )  # fmt: skip


routes = [
    home, acts, ask_back, take_back, one, qr, ask_end, withdraw, veto, revoke, give_up, extend,
]  # fmt: skip
