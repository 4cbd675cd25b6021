"""What video meetings show of a person."""

from uuid import UUID

from backend.core.holdings import holds, steps
from backend.core.words import N_
from backend.video import service
from backend.video.schemas import VideoHeld

steps(
    {
        "MeetingSet": N_("The address of a video meeting was changed"),
        "RingInstead": N_("To be rung instead of meeting by video"),
    }
)


@holds(
    "video",
    N_("My appointments by video"),
    tables="video_room",
    labels={"made": N_("When"), "ring": N_("Asked to be rung")},
)
async def rooms(person: UUID) -> list[VideoHeld]:
    """That there was a room; its name opens nothing any more."""
    return await service.held(person)
