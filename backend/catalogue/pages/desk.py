"""The desk of the city operator: which items a county has taken up, their local values, what is open to residents."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import Parameter

from accessibility import fields
from accessibility.render import page
from backend.catalogue import rules, service
from backend.catalogue.schemas import (
    Adoption,
    AdoptionRequest,
    ItemQuery,
    LocalValues,
    PublicationRequest,
    WithdrawalRequest,
)
from backend.core import forms
from backend.core.actor import Actor
from backend.core.http import actor_of, allow
from backend.core.problems import Conflict, Invalid, NotFound
from backend.core.words import N_
from backend.places import service as places

Asked = Request[Any, Any, Any]
Region = Annotated[str, Parameter(pattern=r"^([0-9]{6})?$")]
ItemId = Annotated[str, Parameter(max_length=64)]
Words = Annotated[str, Parameter(max_length=200)]
OPTIONS = {
    "promised_unit": [
        ("working_day", N_("working days")),
        ("calendar_day", N_("days")),
        ("immediate", N_("on the spot")),
    ],
    "delegate": [("yes", N_("Yes")), ("no", N_("No, come yourself")), ("sometimes", N_("For some things"))],
}
LABELS = {
    "promised_days": N_("Promised limit"), "promised_unit": N_("Unit of the limit"), "visits": N_("Trips needed"),
    "fee": N_("Fee"), "delegate": N_("May somebody else do it?"), "delegate_note": N_("What the helper brings"),
    "condition": N_("Who can do it"), "materials": N_("What to bring"), "dept": N_("Department"),
    "counter": N_("Counter"), "address": N_("Address of the counter"), "hours": N_("Hours of the counter"),
    "phone": N_("Telephone"), "phone_hours": N_("Hours of the telephone"),
    "home_visit": N_("Home visit: who comes and how to ask"), "note": N_("Note for residents"),
}  # fmt: skip
HINTS = {
    "materials": N_("One thing per line."),
    "address": N_("Counts as an offline way together with the hours."),
    "home_visit": N_("For example: call the community, a grid worker comes on workdays."),
}
KINDS = {"materials": "textarea", "condition": "textarea", "note": "textarea", "delegate": "select", "phone": "tel"}


@get("/desk/catalogue", opt=allow(service.adoptions), include_in_schema=False)
async def board(request: Asked, region: Region = "", q: Words = "") -> Response[bytes]:
    """What a county has taken up, and a search for more."""
    actor = actor_of(request)
    counties = await _counties(actor)
    chosen = region or counties[0][0]
    return page(
        request, "catalogue/board", title=N_("Service catalogue"), counties=counties, region=chosen, q=q,
        adoptions=await service.adoptions(actor, chosen),
        found=(await service.search(actor, q, ItemQuery(), limit=10)).items if q.strip() else [],
    )  # fmt: skip


@get("/desk/catalogue/{item_id:str}", opt=allow(service.adoption), include_in_schema=False)
async def edit(request: Asked, item_id: ItemId, region: Region = "") -> Response[bytes]:
    """A county's working copy of an item."""
    return await _form(request, item_id, region or (await _counties(actor_of(request)))[0][0])


@post("/desk/catalogue/{item_id:str}", opt=allow(service.adopt), include_in_schema=False, status_code=200)
async def save(request: Asked, item_id: ItemId, region: Region = "") -> Response[Any]:
    """Keep the working copy; residents see nothing of it yet."""
    typed = await _typed(request)
    try:
        local = forms.parse(typed, LocalValues)
        await service.adopt(actor_of(request), item_id, AdoptionRequest(region=region, local=local))
    except Invalid as problem:
        errors = {name.removeprefix("local."): text for name, text in problem.fields.items()}
        return await _form(request, item_id, region, typed=typed, errors=errors)
    return _back(item_id, region)


@post("/desk/catalogue/{item_id:str}/publication", opt=allow(service.publish), include_in_schema=False, status_code=200)
async def publish(request: Asked, item_id: ItemId, region: Region = "") -> Response[Any]:
    """Open it to residents, or say what is missing."""
    raw = await forms.raw(request)
    try:
        asked = forms.parse({**raw, "region": region}, PublicationRequest)
        await service.publish(actor_of(request), item_id, asked)
    except Conflict as problem:
        return await _form(request, item_id, region, refusal=problem)
    return _back(item_id, region)


@post("/desk/catalogue/{item_id:str}/withdrawal", opt=allow(service.withdraw), include_in_schema=False, status_code=200)
async def withdraw(request: Asked, item_id: ItemId, region: Region = "") -> Response[Any]:
    """Take it down, with a reason."""
    raw = await forms.raw(request)
    try:
        asked = forms.parse({**raw, "region": region}, WithdrawalRequest)
        await service.withdraw(actor_of(request), item_id, asked)
    except Invalid as problem:
        return await _form(request, item_id, region, errors=problem.fields)
    except Conflict as problem:
        return await _form(request, item_id, region, refusal=problem)
    return _back(item_id, region)


async def _form(
    request: Asked, item_id: str, region: str, *,
    typed: dict[str, Any] | None = None, errors: dict[str, str] | None = None, refusal: Conflict | None = None,
) -> Response[bytes]:  # fmt: skip
    actor = actor_of(request)
    adoption = await service.adoption(actor, region, item_id)
    guide = await service.guide(actor, item_id, region)
    local = adoption.local if adoption else LocalValues()
    status = 422 if errors else refusal.status if refusal else 200
    return page(
        request, "catalogue/edit", status=status, title=N_("Local values"), g=guide, region=region, adoption=adoption,
        fields=fields.form(
            LocalValues, typed or _values(local), errors, labels=LABELS, hints=HINTS, options=OPTIONS, kinds=KINDS
        ),
        errors=errors or {}, refusal=refusal, ways=rules.live_ways(local), essential=guide.item.essential,
        changed=adoption is not None and _differs(adoption),
        history=(await service.versions(actor, item_id, region)).local,
    )  # fmt: skip


def _differs(adoption: Adoption) -> bool:
    """Whether the working copy holds what residents do not see."""
    return adoption.live_version != adoption.version


async def _typed(request: Asked) -> dict[str, Any]:
    """The form with line ends as we keep them, and one material a line."""
    raw = {name: text.replace("\r\n", "\n") for name, text in (await forms.raw(request)).items()}
    lines = raw.pop("materials", "").split("\n")
    return {**raw, "materials": [line.strip() for line in lines if line.strip()]}


def _values(local: LocalValues) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(local, name) for name in LocalValues.__struct_fields__}
    return {**values, "materials": "\n".join(local.materials)}


async def _counties(actor: Actor) -> list[tuple[str, str]]:
    """The counties the operator sets values for."""
    try:
        below = await places.children(actor, actor.region)
    except NotFound:
        below = []
    found = [(each.code[:6], each.name) for each in below if each.level == 3]
    own = await places.path(actor, actor.region)
    return found or [(actor.region, own[-1].name)]


def _back(item_id: str, region: str) -> Response[None]:
    return Response(None, status_code=303, headers={"Location": f"/desk/catalogue/{item_id}?region={region}"})


routes = [board, edit, save, publish, withdraw]
