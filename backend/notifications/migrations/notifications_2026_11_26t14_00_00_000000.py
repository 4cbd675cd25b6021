"""An inbox to read, wishes of the receiver, further numbers, and calls by a person."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "inbox, preferences, numbers, calls"

UP = [
    """ALTER TABLE notifications_message
        ADD COLUMN title text NOT NULL DEFAULT '',
        ADD COLUMN next_href text NOT NULL DEFAULT '',
        ADD COLUMN next_text text NOT NULL DEFAULT '',
        ADD COLUMN urgency text NOT NULL DEFAULT 'normal'
            CONSTRAINT notifications_message_urgency_ck CHECK (urgency IN ('normal', 'urgent')),
        ADD COLUMN scope text NOT NULL DEFAULT '',
        ADD COLUMN item text NOT NULL DEFAULT '',
        ADD COLUMN place text NOT NULL DEFAULT ''
            CONSTRAINT notifications_message_place_ck CHECK (place ~ '^([0-9]{6,12})?$'),
        ADD COLUMN door boolean NOT NULL DEFAULT false,
        ADD COLUMN calls smallint NOT NULL DEFAULT 0,
        ADD COLUMN read_at timestamptz,
        ADD COLUMN expires timestamptz""",
    # NOT VALID: the old rows meet the wider rule already, and checking them would lock the table while it is read.
    """ALTER TABLE notifications_message DROP CONSTRAINT notifications_message_state_ck,
        ADD CONSTRAINT notifications_message_state_ck CHECK (state IN
            ('shown', 'queued', 'sent', 'failed', 'unsent', 'calling', 'reached', 'unreached', 'read')) NOT VALID""",
    "CREATE INDEX notifications_message_calling_ix ON notifications_message (region, next_try) WHERE state = 'calling'",
    """CREATE INDEX notifications_message_unread_ix ON notifications_message (region, person)
        WHERE person IS NOT NULL AND read_at IS NULL""",
    """CREATE TABLE notifications_preference (
        region text NOT NULL CONSTRAINT notifications_preference_region_ck CHECK (region ~ '^[0-9]{6}$'),
        person uuid NOT NULL,
        otherwise text NOT NULL CONSTRAINT notifications_preference_otherwise_ck
            CHECK (otherwise IN ('call', 'letter')),
        quiet_from time NOT NULL,
        quiet_to time NOT NULL,
        lang text NOT NULL,
        changed timestamptz NOT NULL,
        CONSTRAINT notifications_preference_pk PRIMARY KEY (region, person))""",
    """CREATE TABLE notifications_phone (
        region text NOT NULL CONSTRAINT notifications_phone_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        person uuid NOT NULL,
        phone bytea NOT NULL,
        first boolean NOT NULL DEFAULT false,
        added timestamptz NOT NULL,
        confirmed timestamptz,
        code_hash bytea,
        code_until timestamptz,
        code_tries smallint NOT NULL DEFAULT 0,
        CONSTRAINT notifications_phone_first_ck CHECK (NOT first OR confirmed IS NOT NULL),
        CONSTRAINT notifications_phone_pk PRIMARY KEY (region, id))""",
    "CREATE INDEX notifications_phone_person_ix ON notifications_phone (region, person, id)",
    "CREATE UNIQUE INDEX notifications_phone_first_uq ON notifications_phone (region, person) WHERE first",
    """CREATE TABLE notifications_call (
        region text NOT NULL CONSTRAINT notifications_call_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        person uuid NOT NULL,
        staff uuid NOT NULL,
        begun timestamptz NOT NULL,
        until timestamptz NOT NULL,
        answer text CONSTRAINT notifications_call_answer_ck CHECK (answer IN
            ('reached', 'later', 'no-answer', 'wrong-number', 'moved', 'lapsed')),
        ended timestamptz,
        CONSTRAINT notifications_call_ended_ck CHECK ((answer IS NULL) = (ended IS NULL)),
        CONSTRAINT notifications_call_pk PRIMARY KEY (region, id))""",
    # Two never ring at once: one open call for each person, whatever the code does.
    "CREATE UNIQUE INDEX notifications_call_open_uq ON notifications_call (region, person) WHERE answer IS NULL",
    "CREATE INDEX notifications_call_person_ix ON notifications_call (region, person, id DESC)",
    "CREATE INDEX notifications_call_begun_ix ON notifications_call (region, begun)",
]


async def forwards() -> MigrationManager:
    """Add the columns and tables."""
    return sql_migration(ID, "notifications", DESCRIPTION, UP)
