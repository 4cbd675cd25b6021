"""What is kept of questions about reads. The chain of the trail is core's and stands in its own lines."""

from backend.core.register import YEAR, Held
from backend.core.words import N_

HELD = [
    Held(
        table="disclosures_question",
        purpose=N_("What you asked about a read of your data, and the answer"),
        basis="service",
        person="person",
        keep=3 * YEAR,
        since="asked",
        internal="region id view reader_role what purpose read_at due asked answered",
        personal="person reader answered_by",
        sensitive="text answer",
    ),
]
