"""接入系统: which systems send through us, and their keys."""

from uuid import UUID

from litestar import Response, get, post

from accessibility import fields
from backend.core import forms
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.policy import proved
from backend.core.problems import Invalid, Problem
from backend.core.words import N_
from backend.identity import service as identity
from backend.messaging import service
from backend.messaging.pages.common import Asked, shown
from backend.messaging.schemas import GuestsRequest, KeyLine, KeyRequest, KeyShown, ServiceLine, ServiceRequest

HERE = "/desk/messaging/services"
LABELS = {
    "name": N_("Name of the system"), "organisation": N_("Organisation"), "kind": N_("Kind of key"),
    "guests": N_("Numbers and addresses of the team"),
}  # fmt: skip
HINTS = {
    "name": N_("Shown as the sender to other systems, for example Water news"),
    "guests": N_("A line each, at most thirty. A team key reaches these and nobody else."),
}
KINDS = (
    ("normal", N_("Normal: reaches everybody")), ("team", N_("Team: reaches the team only")),
    ("test", N_("Test: reaches nobody")),
)  # fmt: skip
KIND = dict(KINDS)


@get(HERE, opt=allow(service.services), include_in_schema=False)
async def everything(request: Asked) -> Response[bytes]:
    """The systems of my division."""
    return await _list(request)


@post(HERE, opt=allow(service.add_service), include_in_schema=False)
async def add(request: Asked) -> Response[bytes] | Response[None]:
    """Let another system send."""
    try:
        new = await service.add_service(actor_of(request), await forms.read(request, ServiceRequest))
    except Invalid as problem:
        return await _list(request, await forms.raw(request), problem)
    return go(f"{HERE}/{new.id}")


@get(f"{HERE}/{{row_id:uuid}}", opt=allow(service.service_of), include_in_schema=False)
async def one(request: Asked, row_id: UUID, done: bool = False) -> Response[bytes]:
    """One system with its keys."""
    return await _one(request, row_id, done=done)


@post(f"{HERE}/{{row_id:uuid}}/keys", opt=allow(service.make_key), include_in_schema=False)
async def make_key(request: Asked, row_id: UUID) -> Response[bytes]:
    """A new key, shown on this answer and never again."""
    try:
        wanted = await forms.read(request, KeyRequest)
        made = await service.make_key(actor_of(request), row_id, wanted)
    except Invalid as problem:
        return await _one(request, row_id, await forms.raw(request), problem)
    return await _one(request, row_id, made=made)


@post(f"{HERE}/{{row_id:uuid}}/guests", opt=allow(service.set_guests), include_in_schema=False)
async def guests(request: Asked, row_id: UUID) -> Response[bytes] | Response[None]:
    """Whom team keys reach."""
    try:
        await service.set_guests(actor_of(request), row_id, await forms.read(request, GuestsRequest))
    except Invalid as problem:
        return await _one(request, row_id, await forms.raw(request), problem)
    return go(f"{HERE}/{row_id}?done=true")


@get(f"{HERE}/{{row_id:uuid}}/keys/{{key_id:uuid}}/revocation", opt=allow(service.service_of), include_in_schema=False)
async def sure_key(request: Asked, row_id: UUID, key_id: UUID) -> Response[bytes] | Response[None]:
    """What taking a key back does, before it is done."""
    found = await service.service_of(actor_of(request), row_id)
    key = next((each for each in found.keys if each.id == key_id and not each.revoked), None)
    if key is None:
        return go(f"{HERE}/{row_id}")
    return _sure(request, found, N_("Take this key back?"), N_("Take this key back"), key)


@post(f"{HERE}/{{row_id:uuid}}/keys/{{key_id:uuid}}/revocation", opt=allow(service.revoke_key), include_in_schema=False)
async def revoke(request: Asked, row_id: UUID, key_id: UUID) -> Response[None]:
    """Take a key back."""
    await service.revoke_key(actor_of(request), row_id, key_id)
    return go(f"{HERE}/{row_id}?done=true")


@get(f"{HERE}/{{row_id:uuid}}/end", opt=allow(service.service_of), include_in_schema=False)
async def sure_end(request: Asked, row_id: UUID) -> Response[bytes]:
    """What taking a system off does, before it is done."""
    found = await service.service_of(actor_of(request), row_id)
    return _sure(request, found, N_("Take the system off?"), N_("Take the system off"))


@post(f"{HERE}/{{row_id:uuid}}/end", opt=allow(service.end_service), include_in_schema=False)
async def end(request: Asked, row_id: UUID) -> Response[None]:
    """Take the system off."""
    await service.end_service(actor_of(request), row_id)
    return go(HERE)


def _sure(request: Asked, found: ServiceLine, title: str, yes: str, key: KeyLine | None = None) -> Response[bytes]:
    return shown(
        request, "messaging/revoking", title=title, yes=yes, found=found, key=key, kinds=KIND, one=f"{HERE}/{found.id}",
        alive=sum(not each.revoked for each in found.keys), fresh=proved(actor_of(request)),
    )  # fmt: skip


async def _list(request: Asked, typed: dict[str, str] | None = None, problem: Problem | None = None) -> Response[bytes]:
    actor = actor_of(request)
    errors = in_words(request, problem, "name")
    places = await identity.organisations(actor)
    options = {"organisation": [(str(each.id), each.name) for each in places]}
    form = fields.form(
        ServiceRequest,
        typed or {},
        errors,
        labels=LABELS,
        hints=HINTS,
        options=options,
        kinds={"organisation": "select"},
    )
    return shown(
        request, "messaging/systems", problem, title=N_("Systems that send messages"), errors=errors, f=form,
        found=await service.services(actor), fresh=proved(actor), names={each.id: each.name for each in places},
    )  # fmt: skip


async def _one(
    request: Asked,
    row_id: UUID,
    typed: dict[str, str] | None = None,
    problem: Problem | None = None,
    *,
    made: KeyShown | None = None,
    done: bool = False,
) -> Response[bytes]:
    actor = actor_of(request)
    found, errors = await service.service_of(actor, row_id), in_words(request, problem, "name")
    values = {"kind": "test", "guests": found.guests} | (typed or {})
    options = {"kind": KINDS}
    labels = LABELS | {"name": N_("What the key is for")}
    return shown(
        request, "messaging/system", problem, title=N_("A system that sends messages"), found=found, made=made,
        errors=errors, fresh=proved(actor), done=done, kinds=KIND, rate=service.RATE,
        k=fields.form(KeyRequest, values, errors, labels=labels, options=options),
        g=fields.form(GuestsRequest, values, errors, labels=LABELS, hints=HINTS),
    )  # fmt: skip


routes = [everything, add, one, make_key, guests, sure_key, revoke, sure_end, end]
