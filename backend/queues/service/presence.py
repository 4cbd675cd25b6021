"""Four digits on the hall's screen, new each half hour: whoever types them stands in the hall."""

from datetime import timedelta
from uuid import UUID

from backend.core import clock, crypto, rate
from backend.core.actor import Actor
from backend.core.problems import Invalid, NotFound
from backend.core.words import N_
from backend.places.schemas import Hall

LASTS = 1800  # seconds; the digits before count for as long again
HERE = ("kiosk", "clerk", "manager")
OUTSIDE = ("resident", "operator")


def digits(hall: UUID, ago: int = 0) -> str:
    """The digits of a hall now, or ``ago`` half hours back."""
    window = int((clock.now() - timedelta(seconds=LASTS * ago)).timestamp()) // LASTS
    return f"{int.from_bytes(crypto.index(f'{hall}:{window}', 'presence')[:4], 'big') % 10_000:04d}"


async def must_be_here(actor: Actor, hall: Hall, typed: str) -> None:
    """Refuse somebody on a phone who does not know what the screen shows; the hall's machines and clerks are in it.

    To those of another county the hall is not there: they would fill its line from afar.
    """
    if actor.covers(hall.seat, *HERE):
        return
    if not actor.is_(*OUTSIDE):
        raise NotFound()
    await rate.check("presence", str(actor.acting), limit=10, per=600)
    if typed not in (digits(hall.id), digits(hall.id, 1)):
        raise Invalid({"presence": N_("Type the four digits that the screen in the hall shows")})
