"""What messaging keeps."""

from datetime import timedelta

from backend.core.register import DAY, YEAR, Held
from backend.core.words import N_

RECORD = N_("shows which words were in force when something was sent")
CONTENT = timedelta(days=90)  # a service keeps its own record; ours is for questions about delivery
HELD = [
    Held(
        table="messaging_service",
        purpose=N_("Systems of organisations that send messages through us"),
        forever=N_("its messages and keys refer to it"),
        internal="region id name organisation made_by created ended",
        personal="guests",
    ),
    Held(
        table="messaging_key",
        purpose=N_("Keys with which these systems sign"),
        forever=N_("shows who could send when"),
        internal="region id service kind name made_by created revoked",
        secret="secret",
    ),
    Held(
        table="messaging_template",
        purpose=N_("Templates of messages"),
        forever=RECORD,
        internal="region id service kind name required version made_by created changed archived",
    ),
    Held(
        table="messaging_text",
        purpose=N_("Wordings of templates, in versions"),
        forever=RECORD,
        internal="region template version lang wording subject body made_by created",
    ),
    Held(
        table="messaging_rewording",
        purpose=N_("How a city words our messages"),
        forever=RECORD,
        internal="region code lang wording version body made_by created",
    ),
    Held(
        table="messaging_notice",
        purpose=N_("Messages that other systems sent to a number or an address"),
        keep=CONTENT,
        since="created",
        internal="region id service key kind template version reference parts status created sent completed",
        personal="recipient recipient_index subject body",
    ),
    Held(
        table="messaging_file",
        purpose=N_("Files that other systems sent by e-mail, until their time is over"),
        keep=DAY,
        since="until",
        internal="region id service notice sender organisation kind size confirm wrong created until",
        personal="name recipient",
        sensitive="content",
        secret="token_hash",
    ),
    Held(
        table="messaging_letter",
        purpose=N_("Letters that other systems handed over as a file"),
        keep=CONTENT,
        since="created",
        internal="region id pages postage created",
        sensitive="content",
        secret="secret",
    ),
    Held(
        table="messaging_received",
        purpose=N_("Text messages that came in"),
        keep=CONTENT,
        since="created",
        internal="region id service created",
        personal="phone body",
    ),
    Held(
        table="messaging_broadcast",
        purpose=N_("Messages to everybody of an area"),
        forever=N_("shows who warned whom, and when"),
        internal="""region id kind hazard drill division age_from age_to hours title texts state total seen told
            cursor_home cursor_person moved made_by made decided_by decided finished until ended clear
            clear_cursor cleared unwound""",
    ),
    Held(
        table="messaging_recipient",
        purpose=N_("Whether a warning reached you, so that somebody comes if it did not"),
        person="person",
        keep=YEAR,
        since="told",
        internal="region broadcast told answered how by",
        personal="person place",
    ),
]
