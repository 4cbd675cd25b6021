"""What home visits keep of people."""

from datetime import timedelta

from backend.core.register import Held
from backend.core.words import N_

HELD = [
    Held(
        table="rounds_visit", purpose=N_("Coming to your home, because you cannot come to a hall"), basis="service",
        person="person_id", keep=timedelta(days=400), since="made",
        internal="region id day begins ends staff state asked_by made ended_at position seen follows division",
        personal="person_id item_id further_items appointment_id", sensitive="place phone note", secret="request code",
    ),
    Held(
        table="rounds_badge", purpose=N_("The number on a staff card, so that nobody opens the door to a stranger"),
        forever=N_("A number that was shown at a door must never be another person's"), public="number",
        internal="region staff made",
    ),
]  # fmt: skip
