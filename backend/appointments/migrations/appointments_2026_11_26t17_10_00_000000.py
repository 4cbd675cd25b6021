"""Holds, places on their way back, the waiting list; and the functions that decide with them, each in one round trip.

Every place that is counted in ``taken`` is an appointment (booked, attended, missed), a hold or a return. A row of these
three is made and deleted only by whoever holds the lock of the share's row, so that the sum is true at each commit.
Order of locks: the person, the shares by (region, slot, pool), then appointments, holds, returns and lines.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T17:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "holds, returned places and the waiting list"

AS_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"  # decides for people other than whoever asks


def region(table: str) -> str:
    return f"region text NOT NULL CONSTRAINT {table}_region_ck CHECK (region ~ '^[0-9]{{6}}$')"


TABLES = [
    "ALTER TABLE appointments_appointment ADD COLUMN calendar_id uuid, ADD COLUMN sequence integer NOT NULL DEFAULT 0",
    f"""CREATE TABLE appointments_wait (
        {region("appointments_wait")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        pool text NOT NULL,
        person_id uuid NOT NULL,
        item_id text,
        first_day date NOT NULL,
        last_day date NOT NULL,
        instead_of uuid,
        slow boolean NOT NULL,
        state text NOT NULL DEFAULT 'waiting',
        passed uuid[] NOT NULL DEFAULT '{{}}',
        unanswered integer NOT NULL DEFAULT 0,
        served_by uuid,
        acting uuid NOT NULL,
        basis text NOT NULL,
        channel text NOT NULL,
        joined_at timestamptz NOT NULL,
        ended_at timestamptz,
        CONSTRAINT appointments_wait_pk PRIMARY KEY (region, id),
        CONSTRAINT appointments_wait_days_ck CHECK (first_day <= last_day),
        CONSTRAINT appointments_wait_pool_ck CHECK (pool IN ('online', 'phone', 'counter', 'kiosk', 'helper')),
        CONSTRAINT appointments_wait_state_ck
            CHECK (state IN ('waiting', 'offered', 'served', 'left', 'lapsed', 'over')),
        CONSTRAINT appointments_wait_ended_ck CHECK ((state IN ('waiting', 'offered')) = (ended_at IS NULL)),
        CONSTRAINT appointments_wait_unanswered_ck CHECK (unanswered BETWEEN 0 AND 2))""",
    """CREATE UNIQUE INDEX appointments_wait_live_uq ON appointments_wait (region, hall_id, person_id)
        WHERE ended_at IS NULL""",
    """CREATE INDEX appointments_wait_line_ix ON appointments_wait (region, hall_id, pool, joined_at, id)
        WHERE state = 'waiting'""",
    "CREATE INDEX appointments_wait_person_ix ON appointments_wait (person_id, joined_at DESC)",
    "CREATE INDEX appointments_wait_over_ix ON appointments_wait (last_day)",
    f"""CREATE TABLE appointments_hold (
        {region("appointments_hold")},
        id uuid NOT NULL,
        slot_id uuid NOT NULL,
        hall_id uuid NOT NULL,
        pool text NOT NULL,
        person_id uuid NOT NULL,
        item_id text,
        kind text NOT NULL,
        moving uuid,
        wait_id uuid,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        made_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        extended integer NOT NULL DEFAULT 0,
        extensions integer NOT NULL DEFAULT 0,
        acting uuid,
        basis text NOT NULL,
        channel text NOT NULL,
        CONSTRAINT appointments_hold_pk PRIMARY KEY (region, id),
        CONSTRAINT appointments_hold_person_uq UNIQUE (region, slot_id, person_id),
        CONSTRAINT appointments_hold_kind_ck CHECK (kind IN ('choice', 'offer')),
        CONSTRAINT appointments_hold_wait_ck CHECK ((kind = 'offer') = (wait_id IS NOT NULL)),
        CONSTRAINT appointments_hold_times_ck CHECK (made_at < expires_at AND expires_at <= starts_at),
        CONSTRAINT appointments_hold_extended_ck CHECK (extended BETWEEN 0 AND extensions AND extensions <= 2),
        CONSTRAINT appointments_hold_share_fk FOREIGN KEY (region, slot_id, pool)
            REFERENCES appointments_share (region, slot_id, pool) ON DELETE RESTRICT,
        CONSTRAINT appointments_hold_wait_fk FOREIGN KEY (region, wait_id)
            REFERENCES appointments_wait (region, id) ON DELETE RESTRICT)""",
    "CREATE INDEX appointments_hold_share_ix ON appointments_hold (region, slot_id, pool)",
    "CREATE UNIQUE INDEX appointments_hold_choice_uq ON appointments_hold (region, person_id) WHERE kind = 'choice'",
    "CREATE UNIQUE INDEX appointments_hold_wait_uq ON appointments_hold (region, wait_id)",
    "CREATE INDEX appointments_hold_of_person_ix ON appointments_hold (person_id)",
    "CREATE INDEX appointments_hold_due_ix ON appointments_hold (expires_at)",
    f"""CREATE TABLE appointments_return (
        {region("appointments_return")},
        id uuid NOT NULL,
        slot_id uuid NOT NULL,
        pool text NOT NULL,
        appointment_id uuid NOT NULL,
        due_at timestamptz NOT NULL,
        CONSTRAINT appointments_return_pk PRIMARY KEY (region, id),
        CONSTRAINT appointments_return_once_uq UNIQUE (region, appointment_id),
        CONSTRAINT appointments_return_share_fk FOREIGN KEY (region, slot_id, pool)
            REFERENCES appointments_share (region, slot_id, pool) ON DELETE RESTRICT)""",
    "CREATE INDEX appointments_return_share_ix ON appointments_return (region, slot_id, pool)",
    "CREATE INDEX appointments_return_due_ix ON appointments_return (due_at)",
]

# Ids of what a decision makes on the way for others; in order of time like those of the application (RFC 9562 §5.7).
FRESH = """CREATE FUNCTION appointments_fresh_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_byte(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
        6, 112 | (get_byte(uuid_send(gen_random_uuid()), 6) & 15)), 'hex')::uuid $$"""
# The twin of waiting_rules.offer_until: two hours of daytime, or until the next noon for people who are rung or written
# to. NULL: too late to ask this person about this time.
UNTIL = """CREATE FUNCTION appointments_offer_until(p_now timestamptz, p_starts timestamptz, p_slow boolean)
    RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
    DECLARE v_now timestamp := p_now AT TIME ZONE 'Asia/Shanghai'; v_opens timestamp; v_closes timestamp;
        v_until timestamp; v_at timestamptz;
    BEGIN
        v_opens := date_trunc('day', v_now) + interval '8 hours';
        v_closes := date_trunc('day', v_now) + interval '20 hours';
        IF p_slow THEN
            v_at := least((date_trunc('day', v_now) + interval '36 hours') AT TIME ZONE 'Asia/Shanghai',
                p_starts - interval '3 hours');
            RETURN CASE WHEN v_at >= p_now + interval '30 minutes' THEN v_at END;
        END IF;
        v_until := CASE WHEN v_now < v_opens THEN v_opens + interval '2 hours'
            WHEN v_now >= v_closes THEN v_opens + interval '26 hours'
            WHEN v_now + interval '2 hours' <= v_closes THEN v_now + interval '2 hours'
            ELSE v_opens + interval '26 hours' - (v_closes - v_now) END;
        v_at := least(v_until AT TIME ZONE 'Asia/Shanghai', p_starts - interval '30 minutes');
        RETURN CASE WHEN v_at >= p_now + interval '15 minutes' THEN v_at END;
    END $$"""
# A place that is counted already goes to the first in line whom it suits (appointments_suits comes with the counter
# groups). One line at a time, skipping what another decision holds: that one is being offered another place, or is leaving.
OFFER = f"""CREATE FUNCTION appointments_offer(p_region text, p_slot uuid, p_pool text, p_now timestamptz)
    RETURNS boolean LANGUAGE plpgsql {AS_OWNER} AS $$
    DECLARE v_slot record; v_line record; v_at timestamptz := '-infinity'; v_id uuid := '{"0" * 32}';
        v_old timestamptz; v_until timestamptz; v_moving uuid; v_hold uuid;
    BEGIN
        SELECT hall_id, day, starts_at, ends_at, state INTO v_slot FROM appointments_slot
            WHERE region = p_region AND id = p_slot;
        IF v_slot.state <> 'open' OR v_slot.starts_at <= p_now THEN RETURN false; END IF;
        LOOP
            SELECT * INTO v_line FROM appointments_wait
                WHERE region = p_region AND hall_id = v_slot.hall_id AND pool = p_pool AND state = 'waiting'
                    AND v_slot.day BETWEEN first_day AND last_day AND p_slot <> ALL (passed)
                    AND (joined_at, id) > (v_at, v_id)
                ORDER BY joined_at, id LIMIT 1 FOR UPDATE SKIP LOCKED;
            IF NOT FOUND THEN RETURN false; END IF;
            v_at := v_line.joined_at; v_id := v_line.id; v_moving := NULL;
            IF v_line.instead_of IS NOT NULL THEN
                SELECT starts_at INTO v_old FROM appointments_appointment
                    WHERE region = p_region AND id = v_line.instead_of AND state = 'booked' AND starts_at > p_now;
                CONTINUE WHEN NOT FOUND OR v_slot.starts_at >= v_old;
                v_moving := v_line.instead_of;
            END IF;
            v_until := appointments_offer_until(p_now, v_slot.starts_at, v_line.slow);
            CONTINUE WHEN v_until IS NULL OR NOT appointments_suits(p_region, p_slot, v_line.item_id)
                OR appointments_refusal(p_region, p_slot, p_pool, v_line.person_id, v_line.item_id, p_now,
                    interval '30 minutes', 5, v_moving) <> '';
            v_hold := appointments_fresh_id();
            INSERT INTO appointments_hold (region, id, slot_id, hall_id, pool, person_id, item_id, kind, moving, wait_id,
                    starts_at, ends_at, made_at, expires_at, basis, channel)
                VALUES (p_region, v_hold, p_slot, v_slot.hall_id, p_pool, v_line.person_id, v_line.item_id, 'offer',
                    v_moving, v_line.id, v_slot.starts_at, v_slot.ends_at, p_now, v_until, 'official', 'web')
                ON CONFLICT (region, slot_id, person_id) DO NOTHING;
            CONTINUE WHEN NOT FOUND;
            UPDATE appointments_wait SET state = 'offered' WHERE region = p_region AND id = v_line.id;
            PERFORM appointments_announce(p_region, appointments_fresh_id(), 'PlaceOffered', v_line.id, p_now, NULL,
                v_line.person_id, 'official', 'web', jsonb_build_object('hold', v_hold, 'slot', p_slot, 'pool', p_pool));
            RETURN true;
        END LOOP;
    END $$"""
# What is over in one share: holds whose time has run out and places on their way back. Each goes to the first in line,
# or is free. Nobody waits for a job: a booking that finds the share full calls this itself.
SETTLE = f"""CREATE FUNCTION appointments_settle(p_region text, p_slot uuid, p_pool text, p_now timestamptz)
    RETURNS integer LANGUAGE plpgsql {AS_OWNER} AS $$
    DECLARE v_hold record; v_back record; v_state text; v_free integer := 0;
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM appointments_hold
                WHERE region = p_region AND slot_id = p_slot AND pool = p_pool AND expires_at <= p_now)
            AND NOT EXISTS (SELECT 1 FROM appointments_return
                WHERE region = p_region AND slot_id = p_slot AND pool = p_pool AND due_at <= p_now) THEN
            RETURN 0;
        END IF;
        PERFORM 1 FROM appointments_share WHERE region = p_region AND slot_id = p_slot AND pool = p_pool FOR UPDATE;
        FOR v_hold IN SELECT * FROM appointments_hold WHERE region = p_region AND slot_id = p_slot AND pool = p_pool
                AND expires_at <= p_now ORDER BY expires_at, id FOR UPDATE LOOP
            DELETE FROM appointments_hold WHERE region = p_region AND id = v_hold.id;
            IF v_hold.kind = 'offer' THEN
                UPDATE appointments_wait SET passed = passed || p_slot, unanswered = unanswered + 1,
                        state = CASE WHEN unanswered >= 1 THEN 'lapsed' ELSE 'waiting' END,
                        ended_at = CASE WHEN unanswered >= 1 THEN p_now END
                    WHERE region = p_region AND id = v_hold.wait_id RETURNING state INTO v_state;
                PERFORM appointments_announce(p_region, appointments_fresh_id(), 'OfferLapsed', v_hold.wait_id, p_now,
                    NULL, v_hold.person_id, 'official', 'web',
                    jsonb_build_object('hold', v_hold.id, 'slot', p_slot, 'ended', v_state = 'lapsed'));
            END IF;
            IF NOT appointments_offer(p_region, p_slot, p_pool, p_now) THEN v_free := v_free + 1; END IF;
        END LOOP;
        FOR v_back IN SELECT * FROM appointments_return WHERE region = p_region AND slot_id = p_slot AND pool = p_pool
                AND due_at <= p_now ORDER BY due_at, id FOR UPDATE LOOP
            DELETE FROM appointments_return WHERE region = p_region AND id = v_back.id;
            IF NOT appointments_offer(p_region, p_slot, p_pool, p_now) THEN v_free := v_free + 1; END IF;
        END LOOP;
        UPDATE appointments_share SET taken = taken - v_free
            WHERE v_free > 0 AND region = p_region AND slot_id = p_slot AND pool = p_pool;
        RETURN v_free;
    END $$"""


async def forwards() -> MigrationManager:
    """Create the tables and the functions of the line."""
    return sql_migration(ID, "appointments", DESCRIPTION, [*TABLES, FRESH, UNTIL, OFFER, SETTLE])
