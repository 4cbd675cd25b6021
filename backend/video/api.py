"""The JSON door of video meetings. The address to enter is part of the appointment itself."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post, put

from backend.core.http import actor_of, allow
from backend.video import service
from backend.video.schemas import MeetingRequest, MeetingView

Asked = Request[Any, Any, Any]


@get("/halls/{hall:uuid}/groups/{group:uuid}/meeting", opt=allow(service.meeting), tags=["desk"])
async def meeting(request: Asked, hall: UUID, group: UUID) -> MeetingView:
    """Where a group of counters meets by video."""
    return await service.meeting(actor_of(request), hall, group)


@put("/halls/{hall:uuid}/groups/{group:uuid}/meeting", opt=allow(service.set_meeting), tags=["desk"], status_code=204)
async def set_meeting(request: Asked, hall: UUID, group: UUID, data: MeetingRequest) -> None:
    """Say where a group of counters meets by video: an https address with * on an allowed host, or empty."""
    await service.set_meeting(actor_of(request), hall, group, data)


@post(
    "/appointments/{row_id:uuid}/ring-instead", opt=allow(service.ring_instead), tags=["appointments"], status_code=204
)
async def ring_instead(request: Asked, row_id: UUID) -> None:
    """改打电话: ring instead of meeting by video. Twice is the same as once."""
    await service.ring_instead(actor_of(request), row_id)


routes = [meeting, set_meeting, ring_instead]
