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
        internal="""region id template channel lang about once state tries created next_try sent_at title next_href
            next_text urgency scope item door calls read_at expires""",
        personal="person phone body place",
    ),
    Held(
        table="notifications_preference",
        purpose=N_("How and when you want to be told"),
        basis="service",
        person="person",
        internal="region otherwise quiet_from quiet_to lang changed",
        personal="person",
    ),
    Held(
        table="notifications_phone",
        purpose=N_("Further numbers where we reach you"),
        basis="service",
        person="person",
        internal="region id first added confirmed code_until code_tries",
        personal="person phone",
        secret="code_hash",
    ),
    Held(
        table="notifications_call",
        purpose=N_("Calls and visits of our staff to tell you something, and what came of them"),
        basis="service",
        person="person",
        keep=YEAR,
        since="begun",
        internal="region id staff begun until answer ended",
        personal="person",
    ),
]
