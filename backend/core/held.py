"""What core itself keeps of people: the field register's lines for its own tables."""

from backend.core.register import Held
from backend.core.words import N_

EVIDENCE = N_("Evidence of who did what; only ids, no name and no number, chained so that nobody can change it")
REFERENCE = N_("Says nothing about a person")

HELD = [
    Held(
        table="core_announcement",
        purpose=N_("What happened, who did it, for whom and by what right"),
        person="principal",
        forever=EVIDENCE,
        internal="region id name subject at basis channel body delivered_at tries next_try problem",
        personal="acting principal",
    ),
    Held(
        table="core_view",
        purpose=N_("Who looked at your data, when and why"),
        person="person",
        forever=EVIDENCE,
        internal="region id what purpose at basis channel acting_region acting_role about",
        personal="person acting principal",
    ),
    Held(
        table="core_link",
        purpose=N_("Proof that announcements and reads were not changed afterwards"),
        forever=N_("A chain with a link missing proves nothing; it holds fingerprints and ids, no content"),
        internal="region seq kind ids digests top previous hash at",
    ),
    Held(
        table="core_head",
        purpose=N_("Signed states of the chains"),
        forever=N_("A chain is held against its oldest heads too"),
        internal="region seq hash at key signature",
    ),
    Held(
        table="core_load",
        purpose=N_("Which public reference data is loaded"),
        forever=REFERENCE,
        internal="name version rows at",
    ),
    Held(table="core_timer", purpose=N_("When timed work ran last"), forever=REFERENCE, internal="name ran_at problem"),
    Held(
        table="core_migration",
        purpose=N_("Which changes of the schema were made"),
        forever=REFERENCE,
        internal="app id description at",
    ),
]
