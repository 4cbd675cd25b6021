"""Opening rules, closures, slots, shares, appointments, and the functions that decide a booking in one round trip."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-24T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "slots, shares and appointments"

POOLS = "('online', 'phone', 'counter', 'kiosk', 'helper')"


def region(table: str) -> str:
    return f"region text NOT NULL CONSTRAINT {table}_region_ck CHECK (region ~ '^[0-9]{{6}}$')"


TABLES = [
    f"""CREATE TABLE appointments_opening_rule (
        {region("appointments_opening_rule")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        weekdays integer[] NOT NULL,
        opens time NOT NULL,
        closes time NOT NULL,
        minutes integer NOT NULL,
        capacity integer NOT NULL,
        valid_from date NOT NULL,
        valid_to date,
        source text NOT NULL,
        CONSTRAINT appointments_opening_rule_pk PRIMARY KEY (region, id),
        CONSTRAINT appointments_opening_rule_hours_ck CHECK (opens < closes),
        CONSTRAINT appointments_opening_rule_minutes_ck CHECK (minutes BETWEEN 5 AND 240),
        CONSTRAINT appointments_opening_rule_capacity_ck CHECK (capacity BETWEEN 0 AND 1000),
        CONSTRAINT appointments_opening_rule_weekdays_ck CHECK (weekdays <@ ARRAY[1, 2, 3, 4, 5, 6, 7]),
        CONSTRAINT appointments_opening_rule_source_ck CHECK (source IN ('listed', 'demonstration', 'manager')))""",
    "CREATE INDEX appointments_opening_rule_hall_ix ON appointments_opening_rule (region, hall_id)",
    f"""CREATE TABLE appointments_closure (
        {region("appointments_closure")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        day date NOT NULL,
        reason text NOT NULL,
        CONSTRAINT appointments_closure_pk PRIMARY KEY (region, id),
        CONSTRAINT appointments_closure_day_uq UNIQUE (region, hall_id, day))""",
    f"""CREATE TABLE appointments_slot (
        {region("appointments_slot")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        day date NOT NULL,
        ordinal integer NOT NULL,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        state text NOT NULL DEFAULT 'open',
        CONSTRAINT appointments_slot_pk PRIMARY KEY (region, id),
        CONSTRAINT appointments_slot_start_uq UNIQUE (region, hall_id, starts_at),
        CONSTRAINT appointments_slot_times_ck CHECK (starts_at < ends_at),
        CONSTRAINT appointments_slot_state_ck CHECK (state IN ('open', 'closed')))""",
    "CREATE INDEX appointments_slot_day_ix ON appointments_slot (region, hall_id, day)",
    f"""CREATE TABLE appointments_share (
        {region("appointments_share")},
        slot_id uuid NOT NULL,
        pool text NOT NULL,
        capacity integer NOT NULL,
        taken integer NOT NULL DEFAULT 0,
        issued integer NOT NULL DEFAULT 0,
        CONSTRAINT appointments_share_pk PRIMARY KEY (region, slot_id, pool),
        CONSTRAINT appointments_share_taken_ck CHECK (taken BETWEEN 0 AND capacity),
        CONSTRAINT appointments_share_pool_ck CHECK (pool IN {POOLS}),
        CONSTRAINT appointments_share_slot_fk FOREIGN KEY (region, slot_id)
            REFERENCES appointments_slot (region, id) ON DELETE RESTRICT)""",
    f"""CREATE TABLE appointments_appointment (
        {region("appointments_appointment")},
        id uuid NOT NULL,
        slot_id uuid NOT NULL,
        hall_id uuid NOT NULL,
        item_id text,
        person_id uuid NOT NULL,
        pool text NOT NULL,
        number text NOT NULL,
        code text NOT NULL,
        state text NOT NULL DEFAULT 'booked',
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        acting uuid NOT NULL,
        basis text NOT NULL,
        channel text NOT NULL,
        created_at timestamptz NOT NULL,
        ended_at timestamptz,
        moved_from uuid,
        request bytea NOT NULL,
        request_hash bytea NOT NULL,
        CONSTRAINT appointments_appointment_pk PRIMARY KEY (region, id),
        CONSTRAINT appointments_appointment_request_uq UNIQUE (region, request),
        CONSTRAINT appointments_appointment_number_uq UNIQUE (region, slot_id, number),
        CONSTRAINT appointments_appointment_state_ck
            CHECK (state IN ('booked', 'cancelled', 'moved', 'attended', 'missed')),
        CONSTRAINT appointments_appointment_ended_ck CHECK ((state = 'booked') = (ended_at IS NULL)),
        CONSTRAINT appointments_appointment_share_fk FOREIGN KEY (region, slot_id, pool)
            REFERENCES appointments_share (region, slot_id, pool) ON DELETE RESTRICT)""",
    """CREATE UNIQUE INDEX appointments_appointment_live_uq ON appointments_appointment (region, slot_id, person_id)
        WHERE state = 'booked'""",
    "CREATE INDEX appointments_appointment_share_ix ON appointments_appointment (region, slot_id, pool)",
    "CREATE INDEX appointments_appointment_person_ix ON appointments_appointment (person_id, starts_at DESC, id DESC)",
    """CREATE INDEX appointments_appointment_live_ix ON appointments_appointment (person_id, starts_at)
        WHERE state = 'booked'""",
    "CREATE INDEX appointments_appointment_due_ix ON appointments_appointment (ends_at) WHERE state = 'booked'",
    "CREATE INDEX appointments_appointment_hall_ix ON appointments_appointment (region, hall_id, starts_at)",
]

# Why functions: the decision, the booking and its announcement are one round trip and one commit, on one shard.
# The order of the checks is that of rules.decide, its twin; a test compares the two.
CHECK = """CREATE FUNCTION appointments_refusal(
        p_region text, p_slot uuid, p_pool text, p_person uuid, p_item text, p_now timestamptz,
        p_lead interval, p_most integer, p_leaving uuid)
    RETURNS text LANGUAGE plpgsql AS $$
    DECLARE v_slot record;
    BEGIN
        SELECT s.starts_at, s.ends_at, s.state, h.pool INTO v_slot
            FROM appointments_slot s LEFT JOIN appointments_share h
                ON h.region = s.region AND h.slot_id = s.id AND h.pool = p_pool
            WHERE s.region = p_region AND s.id = p_slot;
        IF NOT FOUND OR v_slot.pool IS NULL THEN RETURN 'no-such-slot'; END IF;
        IF v_slot.state <> 'open' OR v_slot.starts_at < p_now + p_lead THEN RETURN 'slot-closed'; END IF;
        RETURN (SELECT CASE
                WHEN bool_or(a.slot_id = p_slot) THEN 'already-booked'
                WHEN bool_or(a.starts_at < v_slot.ends_at AND a.ends_at > v_slot.starts_at) THEN 'overlap'
                WHEN bool_or(a.item_id = p_item) THEN 'same-item'
                WHEN count(*) >= p_most THEN 'too-many'
                ELSE '' END
            FROM appointments_appointment a
            WHERE a.person_id = p_person AND a.state = 'booked' AND a.ends_at > p_now
                AND a.id IS DISTINCT FROM p_leaving);
    END $$"""
TAKE = """CREATE FUNCTION appointments_take(
        p_region text, p_id uuid, p_slot uuid, p_pool text, p_person uuid, p_item text, p_code text,
        p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_request bytea, p_hash bytea, p_moved uuid)
    RETURNS appointments_appointment LANGUAGE plpgsql AS $$
    DECLARE v_issued integer; v_slot record; v_number text; v_made appointments_appointment;
    BEGIN
        UPDATE appointments_share SET taken = taken + 1, issued = issued + 1
            WHERE region = p_region AND slot_id = p_slot AND pool = p_pool AND taken < capacity
            RETURNING issued INTO v_issued;
        IF NOT FOUND THEN RETURN NULL; END IF;
        SELECT hall_id, ordinal, starts_at, ends_at INTO v_slot FROM appointments_slot
            WHERE region = p_region AND id = p_slot;
        v_number := CASE p_pool WHEN 'online' THEN 'A' WHEN 'phone' THEN 'B' WHEN 'counter' THEN 'C'
            WHEN 'kiosk' THEN 'K' ELSE 'H' END || lpad(v_slot.ordinal::text, greatest(2, length(v_slot.ordinal::text)), '0')
            || CASE WHEN v_issued > 99 THEN '-' || v_issued ELSE lpad(v_issued::text, 2, '0') END;
        INSERT INTO appointments_appointment (region, id, slot_id, hall_id, item_id, person_id, pool, number, code,
                starts_at, ends_at, acting, basis, channel, created_at, moved_from, request, request_hash)
            VALUES (p_region, p_id, p_slot, v_slot.hall_id, p_item, p_person, p_pool, v_number, p_code,
                v_slot.starts_at, v_slot.ends_at, p_acting, p_basis, p_channel, p_now, p_moved, p_request, p_hash)
            RETURNING * INTO v_made;
        RETURN v_made;
    END $$"""
ANNOUNCE = """CREATE FUNCTION appointments_announce(
        p_region text, p_row uuid, p_name text, p_subject uuid, p_now timestamptz,
        p_acting uuid, p_person uuid, p_basis text, p_channel text, p_body jsonb)
    RETURNS void LANGUAGE sql AS $$
        INSERT INTO core_announcement (region, id, name, subject, at, acting, principal, basis, channel, body, next_try)
        VALUES (p_region, p_row, p_name, p_subject, p_now, p_acting, p_person, p_basis, p_channel,
            p_body || jsonb_build_object('region', p_region, 'subject', p_subject), p_now)
    $$"""
BOOK = """CREATE FUNCTION appointments_book(
        p_region text, p_id uuid, p_slot uuid, p_pool text, p_person uuid, p_item text, p_code text,
        p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_lead interval, p_most integer,
        p_request bytea, p_hash bytea, p_row uuid,
        OUT outcome text, OUT made appointments_appointment)
    LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(p_person::text, 11));
        SELECT * INTO made FROM appointments_appointment WHERE region = p_region AND request = p_request;
        IF FOUND THEN
            outcome := CASE WHEN made.request_hash = p_hash THEN 'replayed' ELSE 'key-reused' END;
            RETURN;
        END IF;
        outcome := appointments_refusal(p_region, p_slot, p_pool, p_person, p_item, p_now, p_lead, p_most, NULL);
        IF outcome <> '' THEN RETURN; END IF;
        made := appointments_take(p_region, p_id, p_slot, p_pool, p_person, p_item, p_code, p_acting, p_basis,
            p_channel, p_now, p_request, p_hash, NULL);
        IF made.id IS NULL THEN outcome := 'slot-taken'; RETURN; END IF;
        PERFORM appointments_announce(p_region, p_row, 'AppointmentBooked', p_id, p_now, p_acting, p_person, p_basis,
            p_channel, jsonb_build_object('slot', p_slot, 'pool', p_pool));
        outcome := 'booked';
    END $$"""
MOVE = """CREATE FUNCTION appointments_move(
        p_region text, p_old uuid, p_id uuid, p_slot uuid, p_pool text, p_code text,
        p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_lead interval, p_most integer,
        p_request bytea, p_hash bytea, p_row uuid,
        OUT outcome text, OUT made appointments_appointment)
    LANGUAGE plpgsql AS $$
    DECLARE v_old record;
    BEGIN
        SELECT * INTO v_old FROM appointments_appointment WHERE region = p_region AND id = p_old;
        IF NOT FOUND THEN outcome := 'not-found'; RETURN; END IF;
        PERFORM pg_advisory_xact_lock(hashtextextended(v_old.person_id::text, 11));
        SELECT * INTO made FROM appointments_appointment WHERE region = p_region AND request = p_request;
        IF FOUND THEN
            outcome := CASE WHEN made.request_hash = p_hash THEN 'replayed' ELSE 'key-reused' END;
            RETURN;
        END IF;
        -- Both shares in one order, so that two people who change places with each other cannot wait for one another.
        PERFORM 1 FROM appointments_share WHERE region = p_region
            AND ((slot_id = v_old.slot_id AND pool = v_old.pool) OR (slot_id = p_slot AND pool = p_pool))
            ORDER BY slot_id, pool FOR UPDATE;
        SELECT * INTO v_old FROM appointments_appointment WHERE region = p_region AND id = p_old FOR UPDATE;
        IF v_old.state <> 'booked' OR v_old.starts_at <= p_now THEN outcome := 'not-live'; RETURN; END IF;
        outcome := appointments_refusal(p_region, p_slot, p_pool, v_old.person_id, v_old.item_id, p_now, p_lead,
            p_most, p_old);
        IF v_old.slot_id = p_slot THEN outcome := 'already-booked'; END IF;
        IF outcome <> '' THEN RETURN; END IF;
        made := appointments_take(p_region, p_id, p_slot, p_pool, v_old.person_id, v_old.item_id, p_code, p_acting,
            p_basis, p_channel, p_now, p_request, p_hash, p_old);
        IF made.id IS NULL THEN outcome := 'slot-taken'; RETURN; END IF;
        UPDATE appointments_appointment SET state = 'moved', ended_at = p_now WHERE region = p_region AND id = p_old;
        UPDATE appointments_share SET taken = taken - 1
            WHERE region = p_region AND slot_id = v_old.slot_id AND pool = v_old.pool;
        PERFORM appointments_announce(p_region, p_row, 'AppointmentMoved', p_id, p_now, p_acting, v_old.person_id,
            p_basis, p_channel, jsonb_build_object('slot', p_slot, 'pool', p_pool, 'before', p_old));
        outcome := 'booked';
    END $$"""
CANCEL = """CREATE FUNCTION appointments_cancel(
        p_region text, p_id uuid, p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_row uuid)
    RETURNS text LANGUAGE plpgsql AS $$
    DECLARE v_old record;
    BEGIN
        SELECT * INTO v_old FROM appointments_appointment WHERE region = p_region AND id = p_id;
        IF NOT FOUND THEN RETURN 'not-found'; END IF;
        PERFORM 1 FROM appointments_share
            WHERE region = p_region AND slot_id = v_old.slot_id AND pool = v_old.pool FOR UPDATE;
        UPDATE appointments_appointment SET state = 'cancelled', ended_at = p_now
            WHERE region = p_region AND id = p_id AND state = 'booked' AND starts_at > p_now;
        IF NOT FOUND THEN
            RETURN (SELECT CASE state WHEN 'cancelled' THEN 'replayed' ELSE 'not-live' END
                FROM appointments_appointment WHERE region = p_region AND id = p_id);
        END IF;
        UPDATE appointments_share SET taken = taken - 1
            WHERE region = p_region AND slot_id = v_old.slot_id AND pool = v_old.pool;
        PERFORM appointments_announce(p_region, p_row, 'AppointmentCancelled', p_id, p_now, p_acting, v_old.person_id,
            p_basis, p_channel, jsonb_build_object('slot', v_old.slot_id, 'pool', v_old.pool));
        RETURN 'cancelled';
    END $$"""


async def forwards() -> MigrationManager:
    """Create the tables and functions."""
    return sql_migration(ID, "appointments", DESCRIPTION, [*TABLES, CHECK, TAKE, ANNOUNCE, BOOK, MOVE, CANCEL])
