"""What notifications keep of people."""

from backend.core.register import DAY, YEAR, Held
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
            next_text urgency scope item door calls read_at expires guard machines
            many plain""",
        personal="person phone phone_index body place address subject leave",
    ),
    Held(
        table="notifications_delivery",
        purpose=N_("By which way a message was sent to you, and whether it arrived"),
        basis="service",
        person="person",
        keep=YEAR,
        since="created",
        internal="""region id message channel state rank tries created next_try sent_at until ended provider reason
            cost""",
        personal="person",
    ),
    Held(
        table="notifications_received",
        purpose=N_("Texts that you sent back to us"),
        basis="service",
        person="person",
        keep=YEAR,
        since="at",
        internal="region id message state at staff done",
        personal="person phone body",
    ),
    Held(
        table="notifications_nonce",
        purpose=N_("Marks of callbacks that were taken, so that nobody repeats one"),
        keep=DAY,
        since="at",
        internal="region provider nonce at",
    ),
    Held(
        table="notifications_plan",
        purpose=N_("What is looked at again later, such as a reminder"),
        basis="service",
        keep=YEAR,
        since="due",
        internal="region id kind about_region about due tries",
    ),
    Held(
        table="notifications_copy",
        purpose=N_("Who hears of your matters too, because you wished it"),
        basis="service",
        person="person",
        internal="region added",
        personal="person delegate",
    ),
    Held(
        table="notifications_preference",
        purpose=N_("How and when you want to be told"),
        basis="service",
        person="person",
        internal="region otherwise quiet_from quiet_to lang texts texts_at texts_how changed",
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
        table="notifications_email",
        purpose=N_("Your e-mail address for messages"),
        basis="service",
        person="person",
        internal="region id first news added confirmed code_until code_tries",
        personal="person address address_index",
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
