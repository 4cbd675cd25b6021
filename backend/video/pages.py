"""Pages of video meetings: where a hall meets, and one tap to be rung instead."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.core import forms
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.problems import Invalid
from backend.core.words import N_
from backend.video import service
from backend.video.schemas import MeetingRequest

Asked = Request[Any, Any, Any]
LABELS = {"address": N_("Address of the meeting")}
HINTS = {"address": N_("With a star * where the name of the room goes. Empty: the hall rings.")}


@post("/video/{row_id:uuid}/ring-instead", opt=allow(service.ring_instead), include_in_schema=False)
async def ring_instead(request: Asked, row_id: UUID) -> Response[None]:
    """One tap on the page of the appointment."""
    await service.ring_instead(actor_of(request), row_id)
    return go(f"/appointments/{row_id}")


@get("/desk/video/{hall:uuid}/{group:uuid}", opt=allow(service.meeting), include_in_schema=False)
async def meeting(request: Asked, hall: UUID, group: UUID, done: bool = False) -> Response[bytes]:
    """Where a group of counters meets."""
    return await _meeting(request, hall, group, done=done)


@post("/desk/video/{hall:uuid}/{group:uuid}", opt=allow(service.set_meeting), include_in_schema=False)
async def set_meeting(request: Asked, hall: UUID, group: UUID) -> Response[bytes] | Response[None]:
    """Keep the address."""
    try:
        await service.set_meeting(actor_of(request), hall, group, await forms.read(request, MeetingRequest))
    except Invalid as problem:
        return await _meeting(request, hall, group, problem=problem)
    return go(f"/desk/video/{hall}/{group}?done=1")


async def _meeting(
    request: Asked, hall: UUID, group: UUID, *, problem: Invalid | None = None, done: bool = False
) -> Response[bytes]:
    known = await service.meeting(actor_of(request), hall, group)
    errors = in_words(request, problem)
    typed = await forms.raw(request) if problem else {"address": known.address}
    return page(
        request, "video/meeting", status=problem.status if problem else 200, title=N_("Where we meet by video"),
        hall=hall, group=group, hosts=known.hosts, errors=errors, done=done,
        form=fields.form(MeetingRequest, typed, errors, labels=LABELS, hints=HINTS),
    )  # fmt: skip


routes = [ring_instead, meeting, set_meeting]
