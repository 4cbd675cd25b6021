"""What notifications keep of people."""

from backend.core.register import YEAR, Held
from backend.core.words import N_

HELD = [
    Held(
        table="notifications_message",
        purpose=N_("Messages sent to you, so that you and we can see what was said"),
        basis="service",
        person="person",
        keep=YEAR,
        since="created",
        internal="region id template channel lang about once state tries created next_try sent_at",
        personal="person phone body",
    ),
]
