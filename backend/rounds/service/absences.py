"""休假、离岗: visits of somebody who will not be on duty go to the stand-in, or back to everybody."""

from uuid import UUID

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import Announcement, on
from backend.core.policy import verb
from backend.core.words import N_
from backend.identity.events import LeaveGranted, PostEnded
from backend.rounds import access
from backend.rounds.service.assigning import give_to, hand_back, walker

AHEAD = f"SELECT {access.COLUMNS} FROM rounds_visit WHERE staff = $1 AND state = 'planned' AND ends > $2"
PASSING_ON = Actor.system("pass on home visits")


@verb("rounds.look_after", N_("Pass on home visits of somebody who is away"), "system")
async def look_after(actor: Actor, staff: UUID, *, stand_in: UUID | None = None) -> None:
    """Only what falls into the absence; a repeat finds nothing left to do."""
    for row in await db.fetch(AHEAD, staff, clock.now()):
        if await walker(row, staff):
            continue
        instead = await walker(row, stand_in) if stand_in else None
        async with db.transaction():
            await (give_to(actor, row, instead) if instead else hand_back(actor, row, staff))


@on(LeaveGranted)
async def leave_was_granted(event: LeaveGranted, row: Announcement) -> None:
    """Somebody stands in."""
    await look_after(PASSING_ON, event.staff, stand_in=event.stand_in)


@on(PostEnded)
async def post_has_ended(event: PostEnded, row: Announcement) -> None:
    """Moved, left, or the stand-in is over."""
    await look_after(PASSING_ON, event.staff)
