"""Deliveries by channel, callbacks, received texts, plans for later, copies for a delegate."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T17:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "deliveries, callbacks, received texts, plans, copies"

UP = [
    """ALTER TABLE notifications_message
        ADD COLUMN phone_index bytea,
        ADD COLUMN guard boolean NOT NULL DEFAULT false,
        ADD COLUMN machines boolean NOT NULL DEFAULT false,
        DROP CONSTRAINT notifications_message_urgency_ck,
        ADD CONSTRAINT notifications_message_urgency_ck CHECK (urgency IN ('normal', 'urgent', 'emergency')) NOT VALID,
        DROP CONSTRAINT notifications_message_state_ck,
        ADD CONSTRAINT notifications_message_state_ck CHECK (state IN ('shown', 'queued', 'sent', 'delivered', 'failed',
            'unsent', 'calling', 'reached', 'unreached', 'read')) NOT VALID""",
    """CREATE INDEX notifications_message_phone_ix ON notifications_message (region, phone_index, id DESC)
        WHERE phone_index IS NOT NULL""",
    """ALTER TABLE notifications_preference ADD COLUMN texts boolean NOT NULL DEFAULT true""",
    """CREATE TABLE notifications_delivery (
        region text NOT NULL CONSTRAINT notifications_delivery_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        message uuid NOT NULL,
        person uuid,
        channel text NOT NULL CONSTRAINT notifications_delivery_channel_ck CHECK (channel IN
            ('push', 'miniprogram', 'sms', 'voice', 'email', 'letter', 'call', 'visit')),
        state text NOT NULL CONSTRAINT notifications_delivery_state_ck CHECK (state IN
            ('queued', 'sent', 'delivered', 'read', 'failed', 'reached', 'dropped')),
        rank smallint NOT NULL DEFAULT 2,
        tries smallint NOT NULL DEFAULT 0,
        created timestamptz NOT NULL,
        next_try timestamptz NOT NULL,
        sent_at timestamptz,
        until timestamptz,
        ended timestamptz,
        provider text NOT NULL DEFAULT '',
        reason text NOT NULL DEFAULT '',
        cost integer CONSTRAINT notifications_delivery_cost_ck CHECK (cost >= 0),
        CONSTRAINT notifications_delivery_pk PRIMARY KEY (region, id))""",
    # No channel is tried twice for one message, whatever the code does: so every chain ends.
    """CREATE UNIQUE INDEX notifications_delivery_once_uq ON notifications_delivery (region, message, channel)""",
    """CREATE INDEX notifications_delivery_queued_ix ON notifications_delivery (region, rank, next_try)
        WHERE state = 'queued' AND channel NOT IN ('call', 'visit')""",
    """CREATE INDEX notifications_delivery_late_ix ON notifications_delivery (region, until)
        WHERE state = 'sent' AND until IS NOT NULL""",
    """CREATE INDEX notifications_delivery_person_ix ON notifications_delivery (region, person, id DESC)
        WHERE person IS NOT NULL""",
    """CREATE INDEX notifications_delivery_created_ix ON notifications_delivery (region, created)""",
    # What is under way by machine keeps its key at the gateway: the id of the message. What ended lately says which
    # channel works for whom; the rest stays as the message tells it.
    """INSERT INTO notifications_delivery (region, id, message, person, channel, state, rank, tries, created, next_try,
            sent_at, ended)
        SELECT region, id, id, person, CASE channel WHEN 'call' THEN 'voice' ELSE 'sms' END, state,
            CASE urgency WHEN 'urgent' THEN 1 ELSE 2 END, tries, created, next_try, sent_at,
            CASE state WHEN 'failed' THEN next_try END
        FROM notifications_message WHERE state = 'queued'
            OR (state IN ('sent', 'failed') AND created > now() - interval '30 days')""",
    # What a person has to tell: rung, or brought to the door.
    """INSERT INTO notifications_delivery (region, id, message, person, channel, state, tries, created, next_try)
        SELECT region, gen_random_uuid(), id, person, CASE WHEN door THEN 'visit' ELSE 'call' END, 'queued', calls,
            created, next_try
        FROM notifications_message WHERE state = 'calling'""",
    """CREATE TABLE notifications_nonce (
        region text NOT NULL CONSTRAINT notifications_nonce_region_ck CHECK (region ~ '^[0-9]{6}$'),
        provider text NOT NULL,
        nonce text NOT NULL,
        at timestamptz NOT NULL,
        CONSTRAINT notifications_nonce_pk PRIMARY KEY (region, provider, nonce))""",
    "CREATE INDEX notifications_nonce_at_ix ON notifications_nonce (region, at)",
    """CREATE TABLE notifications_received (
        region text NOT NULL CONSTRAINT notifications_received_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        person uuid,
        phone bytea NOT NULL,
        body bytea NOT NULL,
        message uuid,
        state text NOT NULL CONSTRAINT notifications_received_state_ck CHECK (state IN
            ('stop', 'answered', 'open', 'done')),
        at timestamptz NOT NULL,
        staff uuid,
        done timestamptz,
        CONSTRAINT notifications_received_done_ck CHECK ((state = 'done') = (done IS NOT NULL)),
        CONSTRAINT notifications_received_pk PRIMARY KEY (region, id))""",
    "CREATE INDEX notifications_received_open_ix ON notifications_received (region, at) WHERE state = 'open'",
    "CREATE INDEX notifications_received_at_ix ON notifications_received (region, at)",
    """CREATE INDEX notifications_received_person_ix ON notifications_received (region, person, id)
        WHERE person IS NOT NULL""",
    """CREATE TABLE notifications_plan (
        region text NOT NULL CONSTRAINT notifications_plan_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        kind text NOT NULL,
        about_region text NOT NULL CONSTRAINT notifications_plan_about_region_ck CHECK (about_region ~ '^[0-9]{6}$'),
        about uuid NOT NULL,
        due timestamptz NOT NULL,
        tries smallint NOT NULL DEFAULT 0,
        CONSTRAINT notifications_plan_pk PRIMARY KEY (region, id))""",
    "CREATE UNIQUE INDEX notifications_plan_once_uq ON notifications_plan (region, about, kind)",
    "CREATE INDEX notifications_plan_due_ix ON notifications_plan (region, due)",
    """CREATE TABLE notifications_copy (
        region text NOT NULL CONSTRAINT notifications_copy_region_ck CHECK (region ~ '^[0-9]{6}$'),
        person uuid NOT NULL,
        delegate uuid NOT NULL,
        added timestamptz NOT NULL,
        CONSTRAINT notifications_copy_other_ck CHECK (person <> delegate),
        CONSTRAINT notifications_copy_pk PRIMARY KEY (region, person, delegate))""",
    "CREATE INDEX notifications_copy_delegate_ix ON notifications_copy (region, delegate)",
]


async def forwards() -> MigrationManager:
    """Add tables and columns, and move what is under way."""
    return sql_migration(ID, "notifications", DESCRIPTION, UP)
