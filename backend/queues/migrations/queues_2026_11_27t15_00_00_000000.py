"""The line has an end: numbers are stopped, counted and bounded by the closing time; whoever was not served is told."""

from importlib import import_module

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-27T15:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "stops, contingents, the last number, unserved tickets"
FIRST = import_module("backend.queues.migrations.queues_2026_11_26t10_00_00_000000")

COLUMNS = [
    """ALTER TABLE queues_ticket ADD COLUMN scopes text[] NOT NULL DEFAULT '{}',
        ADD COLUMN forgotten boolean NOT NULL DEFAULT false""",
    """ALTER TABLE queues_ticket DROP CONSTRAINT queues_ticket_state_ck, DROP CONSTRAINT queues_ticket_ended_ck,
        ADD CONSTRAINT queues_ticket_state_ck CHECK (state IN
            ('waiting', 'called', 'serving', 'held', 'parked', 'missed', 'done', 'left', 'unserved')),
        ADD CONSTRAINT queues_ticket_ended_ck
            CHECK ((state IN ('done', 'left', 'unserved')) = (ended_at IS NOT NULL))""",
    # Whoever still stands, for the end of the day.
    """CREATE INDEX queues_ticket_standing_ix ON queues_ticket (day, region, hall_id)
        WHERE state IN ('waiting', 'called', 'serving', 'held', 'parked')""",
]
TABLES = [
    f"""CREATE TABLE queues_stop (
        {FIRST.region("queues_stop")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        day date NOT NULL,
        reason text NOT NULL,
        stopped_by uuid NOT NULL,
        stopped_at timestamptz NOT NULL,
        resumed_by uuid,
        resumed_at timestamptz,
        CONSTRAINT queues_stop_pk PRIMARY KEY (region, id),
        CONSTRAINT queues_stop_reason_ck CHECK (reason IN ('crowded', 'system', 'staff', 'safety', 'other')),
        CONSTRAINT queues_stop_resumed_ck CHECK ((resumed_by IS NULL) = (resumed_at IS NULL)))""",
    # One stop of a day at a time; pressing twice is the same stop.
    "CREATE UNIQUE INDEX queues_stop_open_uq ON queues_stop (region, hall_id, day) WHERE resumed_at IS NULL",
    # ``scope``: empty for the whole hall, item:ID or theme:SLUG for some services.
    f"""CREATE TABLE queues_contingent (
        {FIRST.region("queues_contingent")},
        hall_id uuid NOT NULL,
        scope text NOT NULL,
        numbers integer NOT NULL,
        changed timestamptz NOT NULL,
        CONSTRAINT queues_contingent_pk PRIMARY KEY (region, hall_id, scope),
        CONSTRAINT queues_contingent_scope_ck CHECK (scope ~ '^$|^(item|theme):'),
        CONSTRAINT queues_contingent_numbers_ck CHECK (numbers BETWEEN 0 AND 5000))""",
]
# How many street numbers can still be given, and why none if none; NULL: nothing bounds them. The twin of
# ending_rules.room. Not STABLE: called under the lock of the line it must see what was committed while it waited.
ROOM = """CREATE FUNCTION queues_room(
        p_region text, p_hall uuid, p_day date, p_scopes text[], p_rounds integer, p_coming integer, p_every integer,
        OUT why text, OUT room integer, OUT reason text)
    LANGUAGE plpgsql AS $$
    DECLARE v_open integer; v_all integer; v_here integer; v_street integer; v_sure integer; v_quota integer;
    BEGIN
        SELECT s.reason INTO reason FROM queues_stop s
            WHERE s.region = p_region AND s.hall_id = p_hall AND s.day = p_day AND s.resumed_at IS NULL;
        IF FOUND THEN why := 'stopped'; room := 0; RETURN; END IF;
        -- Of each contingent what is left. A number given back before its call is free again; whoever had an
        -- appointment and came late has a number of the street, and takes none of its contingent.
        SELECT min(c.numbers - (SELECT count(*) FROM queues_ticket t
                WHERE t.region = p_region AND t.hall_id = p_hall AND t.day = p_day AND t.number LIKE 'W%'
                    AND t.appointment_id IS NULL AND (t.state <> 'left' OR t.called_at IS NOT NULL)
                    AND (c.scope = '' OR c.scope = ANY (t.scopes))))::int INTO v_quota
            FROM queues_contingent c
            WHERE c.region = p_region AND c.hall_id = p_hall AND (c.scope = '' OR c.scope = ANY (p_scopes));
        IF p_rounds IS NOT NULL THEN
            SELECT count(*) FILTER (WHERE state = 'open'), count(*) INTO v_open, v_all FROM queues_counter
                WHERE region = p_region AND hall_id = p_hall;
            SELECT count(*), count(*) FILTER (WHERE kind = 'walk-in') INTO v_here, v_street FROM queues_ticket
                WHERE region = p_region AND hall_id = p_hall AND day = p_day AND state IN ('waiting', 'held', 'parked');
            v_sure := p_rounds * CASE WHEN v_open > 0 THEN v_open ELSE greatest(1, v_all) END;
            room := greatest(v_sure - v_here - p_coming, v_sure / p_every - v_street, 0);
        END IF;
        why := CASE WHEN v_quota <= 0 THEN 'used-up' WHEN room = 0 THEN 'full' ELSE '' END;
        room := CASE WHEN coalesce(room, v_quota) IS NOT NULL THEN greatest(0, least(room, v_quota)) END;
    END $$"""
# The line's row is held while it is decided: of two who want the last number one gets it.
TAKE = """CREATE FUNCTION queues_take_street(
        p_region text, p_id uuid, p_hall uuid, p_day date, p_kind text, p_item text, p_person uuid, p_appointment uuid,
        p_channel text, p_token bytea, p_since timestamptz, p_due timestamptz, p_now timestamptz, p_request bytea,
        p_scopes text[], p_rounds integer, p_coming integer, p_every integer,
        OUT outcome text, OUT reason text, OUT made queues_ticket)
    LANGUAGE plpgsql AS $$
    DECLARE v_room record; v_taken record;
    BEGIN
        INSERT INTO queues_line (region, hall_id, day) VALUES (p_region, p_hall, p_day) ON CONFLICT DO NOTHING;
        PERFORM 1 FROM queues_line WHERE region = p_region AND hall_id = p_hall AND day = p_day FOR UPDATE;
        IF NOT EXISTS (SELECT 1 FROM queues_ticket WHERE region = p_region AND request = p_request) THEN
            SELECT * INTO v_room FROM queues_room(p_region, p_hall, p_day, p_scopes, p_rounds, p_coming, p_every);
            IF v_room.why <> '' THEN outcome := v_room.why; reason := v_room.reason; RETURN; END IF;
        END IF;
        SELECT * INTO v_taken FROM queues_take(p_region, p_id, p_hall, p_day, p_kind, p_item, p_person, p_appointment,
            p_channel, p_token, p_since, p_due, p_now, p_request);
        outcome := v_taken.outcome;
        made := v_taken.made;
        IF outcome = 'taken' AND cardinality(p_scopes) > 0 THEN
            UPDATE queues_ticket SET scopes = p_scopes WHERE region = p_region AND id = made.id;
        END IF;
    END $$"""


async def forwards() -> MigrationManager:
    """Add the columns, tables and functions."""
    return sql_migration(ID, "queues", DESCRIPTION, [*COLUMNS, *TABLES, ROOM, TAKE])
