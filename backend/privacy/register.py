"""What this slice itself keeps of people."""

from backend.core.register import YEAR, Held
from backend.core.words import N_

HELD = [
    Held(
        table="privacy_run",
        purpose=N_("Proof that data past its term was deleted"),
        keep=3 * YEAR,
        since="at",
        internal="region id about rule cutoff deleted oldest more problem at",
    ),
    Held(
        table="privacy_correction",
        purpose=N_("Corrections you asked for, and what became of them"),
        basis="service",
        person="person",
        keep=3 * YEAR,
        since="asked_at",
        internal="region id field state asked_at basis channel decided_at",
        personal="person reason acting decided_by answer",
        sensitive="wanted",
    ),
    Held(
        table="privacy_closing",
        purpose=N_("Closing of the account: that you asked for it, and when it was done"),
        person="person",
        keep=3 * YEAR,
        since="asked_at",
        internal="region id state asked_at due_at basis channel ended_at",
        personal="person acting",
    ),
    Held(
        table="privacy_hold",
        purpose=N_("Legal hold: that the law wants your data kept for now, and why"),
        person="person",
        keep=3 * YEAR,
        since="until",
        internal="region id placed_at until lifted_at",
        personal="person reason placed_by lifted_by",
    ),
]
