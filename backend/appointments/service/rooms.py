"""Where one meets by video: another slice knows, which knows appointments and not the reverse."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from backend.appointments.schemas import VideoAsked, VideoRoom

Rooms = Callable[[Sequence[VideoAsked]], Awaitable[dict[UUID, VideoRoom]]]
RUNG = VideoRoom()
_rooms: list[Rooms] = []


def use_rooms(rooms: Rooms) -> None:
    """Take whoever knows the rooms; without one the hall rings."""
    _rooms[:] = [rooms]


async def rooms_of(rows: Sequence[Any]) -> dict[UUID, VideoRoom]:
    """The rooms of appointments by video."""
    if not rows or not _rooms:
        return {}
    asked = [
        VideoAsked(
            region=row["region"], id=row["id"], group=row["group_id"], person=row["person_id"],
            starts_at=row["starts_at"], ends_at=row["ends_at"], live=row["state"] == "booked",
        )
        for row in rows
    ]  # fmt: skip
    return await _rooms[0](asked)
