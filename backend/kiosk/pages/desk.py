"""The desk of whoever keeps a hall's kiosks and screens: set up, show the code once, revoke."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.core import forms
from backend.core.actor import stem
from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Invalid, NotFound
from backend.core.schemas import Input
from backend.core.words import N_, words
from backend.identity import service as identity
from backend.identity.schemas import DeviceCode, DeviceKind, DeviceRequest
from backend.places import service as places
from backend.places.schemas import Hall

Asked = Request[Any, Any, Any]
LABELS = {"kind": N_("What is it"), "name": N_("Where it stands"), "hall": N_("Hall")}
HINTS = {"name": N_("Such as: ground floor, east door")}
KINDS = (("kiosk", N_("Kiosk: people use it themselves")), ("screen", N_("Screen: shows numbers that are called")))
HALLS = 100


class SetUpForm(Input, frozen=True):
    """What is typed at the desk."""

    kind: DeviceKind
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    hall: UUID


@get("/desk/devices", opt=allow(identity.devices), include_in_schema=False)
async def devices(request: Asked) -> Response[bytes]:
    """自助终端与大屏 of my division."""
    return await _devices(request)


@post("/desk/devices", opt=allow(identity.set_up_device), include_in_schema=False)
async def set_up(request: Asked) -> Response[bytes]:
    """Set a device up and show its code, once."""
    actor = actor_of(request)
    try:
        typed = await forms.read(request, SetUpForm)
        hall = await places.hall(actor, typed.hall)
        wanted = DeviceRequest(kind=typed.kind, name=typed.name, region=hall.region, hall=hall.id)
        made = await identity.set_up_device(actor, wanted)
    except (Invalid, NotFound) as problem:
        say = words(viewer_of(request).lang).gettext
        errors = {name: say(text) for name, text in problem.fields.items()} or {"hall": say(problem.title)}
        return await _devices(request, values=await forms.raw(request), errors=errors)
    return _code(request, made, typed.name)


@post(
    "/desk/devices/{region:str}/{device_id:uuid}/code", opt=allow(identity.renew_device_code), include_in_schema=False
)
async def renew(request: Asked, region: str, device_id: UUID) -> Response[bytes]:
    """Another code, for a machine that was replaced or never enrolled."""
    made = await identity.renew_device_code(actor_of(request), region, device_id)
    named = {each.id: each.name for each in await identity.devices(actor_of(request))}
    return _code(request, made, named.get(device_id, ""))


@get("/desk/devices/{region:str}/{device_id:uuid}/revocation", opt=allow(identity.devices), include_in_schema=False)
async def sure(request: Asked, region: str, device_id: UUID) -> Response[bytes] | Response[None]:
    """What revoking a machine does, before it is done."""
    actor = actor_of(request)
    known = {(each.region, each.id): each for each in await identity.devices(actor) if each.state != "revoked"}
    found = known.get((region, device_id))
    if found is None:
        return go("/desk/devices")
    halls = await places.halls_by_id(actor, [found.hall] if found.hall else [])
    hall = next((each.name for each in halls.values()), "")
    title = N_("Take this machine out of use?")
    return page(request, "kiosk/revoking", title=title, found=found, hall=hall)


@post(
    "/desk/devices/{region:str}/{device_id:uuid}/revocation", opt=allow(identity.revoke_device), include_in_schema=False
)
async def revoke(request: Asked, region: str, device_id: UUID) -> Response[None]:
    """The device is nobody from now on."""
    await identity.revoke_device(actor_of(request), region, device_id)
    return go("/desk/devices")


def _code(request: Asked, made: DeviceCode, name: str) -> Response[bytes]:
    return page(request, "kiosk/code", title=N_("Type this code at the machine"), made=made, name=name)


async def _devices(
    request: Asked, *, values: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> Response[bytes]:
    actor = actor_of(request)
    found = await identity.devices(actor)
    halls = await places.halls_by_id(actor, [each.hall for each in found if each.hall])
    choices = await _halls(request)
    options = {"kind": KINDS, "hall": [(str(each.id), each.name) for each in choices]}
    form = fields.form(
        SetUpForm, values or {"kind": "kiosk"}, errors, labels=LABELS, hints=HINTS, options=options,
        kinds={"hall": "select"},
    )  # fmt: skip
    return page(
        request, "kiosk/devices", status=422 if errors else 200, title=N_("Kiosks and screens"), found=found,
        halls={str(key): hall.name for key, hall in halls.items()}, errors=errors or {},
        f=form | {"name": msgspec.structs.replace(form["name"], autocomplete="off")}, some_halls=bool(choices),
    )  # fmt: skip


async def _halls(request: Asked) -> list[Hall]:
    """The halls of the actor's division, one's own first, then those that are known well enough to have machines."""
    actor = actor_of(request)
    division = stem(actor.region)
    found = (await places.halls(actor, division=division, limit=HALLS)).items
    return sorted(found, key=lambda each: (not each.of(actor.region), each.status == "derived", each.code))


routes = [devices, set_up, renew, sure, revoke]
