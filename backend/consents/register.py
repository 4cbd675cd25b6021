"""What the ledger keeps of people."""

from backend.consents.rules import KEPT_YEARS
from backend.core.register import YEAR, Held
from backend.core.words import N_

HELD = [
    Held(
        table="consents_consent",
        purpose=N_("What you agreed to, and what you took back"),
        person="person",
        keep=KEPT_YEARS * YEAR,
        since="at",
        internal="region id purpose version words at basis channel verified mandate state",
        personal="person acting",
    ),
]
