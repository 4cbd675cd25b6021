"""What video meetings keep of people."""

from datetime import timedelta

from backend.core.register import Held
from backend.core.words import N_

HELD = [
    Held(
        table="video_meeting", purpose=N_("Where one meets a hall by video"),
        forever=N_("It says where a hall meets, and nothing of a person"), public="address",
        internal="region id changed changed_by",
    ),
    Held(
        table="video_room", purpose=N_("The room of your appointment by video"), basis="service", person="person_id",
        keep=timedelta(days=90), since="made", internal="region id made ring", personal="person_id", secret="room",
    ),
]  # fmt: skip
