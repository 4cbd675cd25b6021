"""What a finished errand was, for those who ask afterwards how it went."""

from datetime import datetime
from uuid import UUID

from backend.core import db
from backend.core.schemas import Output

DONE = """SELECT id AS ticket, hall_id AS hall, appointment_id AS appointment, person_id AS person, staff, number,
        token_hash AS slip, ended_at AS ended
    FROM queues_ticket WHERE region = $1 AND id = $2 AND state = 'done'"""


class Finished(Output, frozen=True, kw_only=True):
    """A ticket whose errand is done. ``slip`` is the hash of the token on the slip, ``staff`` who called it last."""

    ticket: UUID
    hall: UUID
    appointment: UUID | None
    person: UUID | None
    staff: UUID | None
    number: str
    slip: bytes
    ended: datetime


async def finished(region: str, ticket: UUID) -> Finished | None:
    """The errand, or none when it is not done; for another slice's listener, which shows it to nobody."""
    row = await db.fetchrow(DONE, region, ticket)
    return Finished(**row) if row else None
