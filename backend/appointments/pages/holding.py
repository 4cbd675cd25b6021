"""暂留 while somebody looks once more: keep the chosen time, ask for more of it, choose it again when it is over."""

from contextlib import suppress
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, post

from backend.appointments import service
from backend.appointments.pages.choose import ConfirmForm, gone, once_more
from backend.appointments.pages.common import Asked, ServicesField, split
from backend.appointments.schemas import KeepRequest
from backend.core import forms
from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid, NotFound, TooMany
from backend.core.words import N_

NO_TIME = N_("Please choose a time")


class KeepForm(KeepRequest, frozen=True, kw_only=True):
    """The choice; from the last page with the key and the name that were there already."""

    item: ServicesField = ""
    key: Annotated[str, msgspec.Meta(max_length=255)] = ""
    name: Annotated[str, msgspec.Meta(max_length=60)] = ""
    address: Annotated[str, msgspec.Meta(max_length=200)] = ""


class HallOnly(msgspec.Struct, frozen=True):
    """The hall of a form in which no time was chosen."""

    hall: UUID
    item: str = ""
    slot: str = ""
    key: str = ""
    name: str = ""
    address: str = ""


@post("/appointments/holds", opt=allow(service.hold, only=("resident",)), include_in_schema=False)
async def keep(request: Asked) -> Response[bytes] | Response[None]:
    """Keep the chosen time and go on to the last page; from there, keep it again with what was typed."""
    try:
        typed = await forms.read(request, KeepForm, messages={"slot": NO_TIME})
    except Invalid as problem:
        return await _not_chosen(request, problem)
    wanted = KeepRequest(hall=typed.hall, slot=typed.slot, items=split(typed.item))
    try:
        await service.hold(actor_of(request), wanted, plain=viewer_of(request).plain)
    except (Conflict, TooMany) as problem:
        return await gone(request, problem, typed.hall, typed.item)
    if typed.key:
        shown = ConfirmForm(
            hall=typed.hall, slot=typed.slot, item=typed.item, key=typed.key, name=typed.name, address=typed.address
        )
        return await once_more(request, shown, kept=True)
    item = f"&item={typed.item}" if typed.item else ""
    return go(f"/appointments/confirm?hall={typed.hall}&slot={typed.slot}{item}&kept=1")


@post(
    "/appointments/holds/{hold_id:uuid}/extension",
    opt=allow(service.extend_hold, only=("resident",)),
    include_in_schema=False,
)
async def longer(request: Asked, hold_id: UUID) -> Response[bytes]:
    """Ten minutes more, with what was typed."""
    typed = await forms.read(request, ConfirmForm)
    with suppress(Conflict, NotFound):  # the page says itself how long it is kept, or that the time is over
        await service.extend_hold(actor_of(request), hold_id)
    return await once_more(request, typed, kept=True)


async def _not_chosen(request: Asked, problem: Invalid) -> Response[bytes]:
    known = forms.parse(await forms.raw(request), HallOnly)
    said = Invalid(problem.fields, problem.fields.get("slot", ""))
    return await gone(request, said, known.hall, known.item)


routes = [keep, longer]
