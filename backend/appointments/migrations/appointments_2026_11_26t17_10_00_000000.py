"""Holds, places on their way back, the waiting list; and the functions that decide with them, each in one round trip.

Every place that is counted in ``taken`` is an appointment (booked, attended, missed), a hold, a return, or a further
place of one of the first two: a visit for several services takes several times, one after the other, of one share.
A row of these is made and deleted only by whoever holds the lock of the share's row, so that the sum is true at each
commit. One exception: whoever ends a visit under the lock of one of its shares may turn its places in the others into
returns, one for one, which leaves the sum as it is and needs no second lock (appointments_part).

Order of locks: the person, the shares by (region, slot, pool), then appointments, holds, returns and lines. Shares are
locked FOR NO KEY UPDATE, which the foreign keys of new rows need not wait for.
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
    """ALTER TABLE appointments_appointment ADD COLUMN calendar_id uuid, ADD COLUMN sequence integer NOT NULL DEFAULT 0,
        ADD COLUMN units integer NOT NULL DEFAULT 1 CONSTRAINT appointments_appointment_units_ck CHECK (units > 0),
        ADD COLUMN further_items text[] NOT NULL DEFAULT '{}'
            CONSTRAINT appointments_appointment_items_ck CHECK (cardinality(further_items) <= 3)""",
    f"""CREATE TABLE appointments_wait (
        {region("appointments_wait")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        pool text NOT NULL,
        person_id uuid NOT NULL,
        item_id text,
        further_items text[] NOT NULL DEFAULT '{{}}',
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
        CONSTRAINT appointments_wait_items_ck CHECK (cardinality(further_items) <= 3),
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
        further_items text[] NOT NULL DEFAULT '{{}}',
        units integer NOT NULL DEFAULT 1,
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
        CONSTRAINT appointments_hold_units_ck CHECK (units > 0 AND cardinality(further_items) <= 3),
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
        CONSTRAINT appointments_return_once_uq UNIQUE (region, appointment_id, slot_id),
        CONSTRAINT appointments_return_share_fk FOREIGN KEY (region, slot_id, pool)
            REFERENCES appointments_share (region, slot_id, pool) ON DELETE RESTRICT)""",
    "CREATE INDEX appointments_return_share_ix ON appointments_return (region, slot_id, pool)",
    "CREATE INDEX appointments_return_due_ix ON appointments_return (due_at)",
    f"""CREATE TABLE appointments_further (
        {region("appointments_further")},
        owner uuid NOT NULL,
        slot_id uuid NOT NULL,
        pool text NOT NULL,
        CONSTRAINT appointments_further_pk PRIMARY KEY (region, owner, slot_id),
        CONSTRAINT appointments_further_share_fk FOREIGN KEY (region, slot_id, pool)
            REFERENCES appointments_share (region, slot_id, pool) ON DELETE RESTRICT)""",
    "CREATE INDEX appointments_further_share_ix ON appointments_further (region, slot_id, pool)",
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
# The further places of a visit go back to their shares, all but those to keep. ``p_appointment`` is what gave them up;
# a hold can give up the same time twice, so of a hold it is nothing that exists. The visit's first share is locked.
PART = """CREATE FUNCTION appointments_part(
        p_region text, p_owner uuid, p_keep uuid[], p_due timestamptz, p_now timestamptz, p_appointment uuid)
    RETURNS void LANGUAGE sql AS $$
    WITH parted AS (DELETE FROM appointments_further
            WHERE region = p_region AND owner = p_owner AND slot_id <> ALL (p_keep) RETURNING slot_id, pool)
    INSERT INTO appointments_return (region, id, slot_id, pool, appointment_id, due_at)
        SELECT p_region, appointments_fresh_id(), f.slot_id, f.pool, coalesce(p_appointment, gen_random_uuid()),
            CASE s.state WHEN 'open' THEN p_due ELSE p_now END
        FROM parted f JOIN appointments_slot s ON s.region = p_region AND s.id = f.slot_id $$"""
# Count the further places of an offer, if they are there at this moment: nobody is waited for, so that no lock is taken
# out of turn. A place that is due back is as good as a free one.
REACH = f"""CREATE FUNCTION appointments_reach(p_region text, p_slots uuid[], p_pool text, p_now timestamptz)
    RETURNS boolean LANGUAGE plpgsql {AS_OWNER} AS $$
    DECLARE v_slot uuid;
    BEGIN
        IF cardinality(p_slots) = 0 THEN RETURN true; END IF;
        IF (SELECT count(*) FILTER (WHERE locked.taken < locked.capacity OR EXISTS (
                    SELECT 1 FROM appointments_return b WHERE b.region = p_region AND b.slot_id = locked.slot_id
                        AND b.pool = p_pool AND b.due_at <= p_now))
                FROM (SELECT slot_id, taken, capacity FROM appointments_share
                    WHERE region = p_region AND slot_id = ANY (p_slots) AND pool = p_pool
                    ORDER BY slot_id FOR NO KEY UPDATE SKIP LOCKED) locked) < cardinality(p_slots) THEN
            RETURN false;
        END IF;
        FOREACH v_slot IN ARRAY p_slots LOOP
            DELETE FROM appointments_return WHERE region = p_region AND id = (SELECT id FROM appointments_return
                WHERE region = p_region AND slot_id = v_slot AND pool = p_pool AND due_at <= p_now
                ORDER BY due_at, id LIMIT 1);
            IF NOT FOUND THEN
                UPDATE appointments_share SET taken = taken + 1
                    WHERE region = p_region AND slot_id = v_slot AND pool = p_pool;
            END IF;
        END LOOP;
        RETURN true;
    END $$"""
# A place that is counted already goes to the first in line whom it suits: only of a time whose counters do what the
# person waits for, long enough for it with the times that follow, and not nearer than the hall allows; a visit at home
# only to whoever said where. One line at a time, skipping what another decision holds: that one is being offered
# another place, or is leaving.
OFFER = f"""CREATE FUNCTION appointments_offer(p_region text, p_slot uuid, p_pool text, p_now timestamptz)
    RETURNS boolean LANGUAGE plpgsql {AS_OWNER} AS $$
    DECLARE v_slot record; v_line record; v_at timestamptz := '-infinity'; v_id uuid := '{"0" * 32}';
        v_old timestamptz; v_until timestamptz; v_moving uuid; v_hold uuid; v_addressed boolean; v_run uuid[];
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
            CONTINUE WHEN v_until IS NULL OR EXISTS (SELECT 1 FROM appointments_hold
                WHERE region = p_region AND slot_id = p_slot AND person_id = v_line.person_id);
            v_addressed := EXISTS (SELECT 1 FROM appointments_visit
                WHERE region = p_region AND id IN (v_moving, v_line.id));
            v_run := appointments_suited(p_region, p_slot, array_remove(v_line.item_id || v_line.further_items, NULL),
                v_line.person_id, v_addressed);
            CONTINUE WHEN v_run IS NULL
                OR appointments_refusal(p_region, p_slot, p_pool, v_line.person_id, v_line.item_id, p_now,
                    appointments_lead(p_region, p_slot, interval '30 minutes'), 5, v_moving, v_run[2:],
                    v_line.further_items) <> ''
                OR NOT appointments_reach(p_region, v_run[2:], p_pool, p_now);
            v_hold := appointments_fresh_id();
            INSERT INTO appointments_hold (region, id, slot_id, hall_id, pool, person_id, item_id, further_items, units,
                    kind, moving, wait_id, starts_at, ends_at, made_at, expires_at, basis, channel)
                SELECT p_region, v_hold, p_slot, v_slot.hall_id, p_pool, v_line.person_id, v_line.item_id,
                    v_line.further_items, cardinality(v_run), 'offer', v_moving, v_line.id, v_slot.starts_at,
                    max(s.ends_at), p_now, v_until, 'official', 'web'
                FROM appointments_slot s WHERE s.region = p_region AND s.id = ANY (v_run)
                ON CONFLICT (region, slot_id, person_id) DO NOTHING;
            IF NOT FOUND THEN -- chosen from another share in this very moment
                UPDATE appointments_share SET taken = taken - 1
                    WHERE region = p_region AND slot_id = ANY (v_run[2:]) AND pool = p_pool;
                CONTINUE;
            END IF;
            INSERT INTO appointments_further (region, owner, slot_id, pool)
                SELECT p_region, v_hold, each, p_pool FROM unnest(v_run[2:]) each;
            UPDATE appointments_wait SET state = 'offered' WHERE region = p_region AND id = v_line.id;
            PERFORM appointments_announce(p_region, appointments_fresh_id(), 'PlaceOffered', v_line.id, p_now, NULL,
                v_line.person_id, 'official', 'web', jsonb_build_object('hold', v_hold, 'slot', p_slot, 'pool', p_pool));
            RETURN true;
        END LOOP;
    END $$"""
# A hold whose time has run out is gone; of an offer, the line goes on or ends. The hold's row is locked by the caller.
EXPIRE = """CREATE FUNCTION appointments_expire(p_hold appointments_hold, p_now timestamptz)
    RETURNS void LANGUAGE plpgsql AS $$
    DECLARE v_state text;
    BEGIN
        DELETE FROM appointments_hold WHERE region = p_hold.region AND id = p_hold.id;
        IF p_hold.kind = 'choice' THEN RETURN; END IF;
        UPDATE appointments_wait SET passed = passed || p_hold.slot_id, unanswered = unanswered + 1,
                state = CASE WHEN unanswered >= 1 THEN 'lapsed' ELSE 'waiting' END,
                ended_at = CASE WHEN unanswered >= 1 THEN p_now END
            WHERE region = p_hold.region AND id = p_hold.wait_id RETURNING state INTO v_state;
        PERFORM appointments_announce(p_hold.region, appointments_fresh_id(), 'OfferLapsed', p_hold.wait_id, p_now,
            NULL, p_hold.person_id, 'official', 'web',
            jsonb_build_object('hold', p_hold.id, 'slot', p_hold.slot_id, 'ended', v_state = 'lapsed'));
    END $$"""
# What is over in one share: holds whose time has run out and places on their way back. Each goes to the first in line,
# or is free. Nobody waits for a job: a booking that finds the share full calls this itself. A visit that was kept from
# an earlier time on and reaches into this one is over as a whole; its first place goes back like its others. Whoever
# removes a hold locks its row before its further places, and a row that somebody else has is left to them.
SETTLE = f"""CREATE FUNCTION appointments_settle(p_region text, p_slot uuid, p_pool text, p_now timestamptz)
    RETURNS integer LANGUAGE plpgsql {AS_OWNER} AS $$
    DECLARE v_hold appointments_hold; v_back record; v_free integer := 0;
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM appointments_hold
                WHERE region = p_region AND slot_id = p_slot AND pool = p_pool AND expires_at <= p_now)
            AND NOT EXISTS (SELECT 1 FROM appointments_return
                WHERE region = p_region AND slot_id = p_slot AND pool = p_pool AND due_at <= p_now)
            AND NOT EXISTS (SELECT 1 FROM appointments_further f
                JOIN appointments_hold h ON h.region = f.region AND h.id = f.owner AND h.expires_at <= p_now
                WHERE f.region = p_region AND f.slot_id = p_slot AND f.pool = p_pool) THEN
            RETURN 0;
        END IF;
        PERFORM 1 FROM appointments_share WHERE region = p_region AND slot_id = p_slot AND pool = p_pool
            FOR NO KEY UPDATE;
        FOR v_hold IN SELECT * FROM appointments_hold WHERE region = p_region AND slot_id = p_slot AND pool = p_pool
                AND expires_at <= p_now ORDER BY expires_at, id FOR UPDATE LOOP
            PERFORM appointments_expire(v_hold, p_now);
            PERFORM appointments_part(p_region, v_hold.id, '{{}}', p_now, p_now, NULL) WHERE v_hold.units > 1;
            IF NOT appointments_offer(p_region, p_slot, p_pool, p_now) THEN v_free := v_free + 1; END IF;
        END LOOP;
        FOR v_hold IN SELECT h.* FROM appointments_further f JOIN appointments_hold h ON h.region = f.region
                AND h.id = f.owner AND h.expires_at <= p_now
                WHERE f.region = p_region AND f.slot_id = p_slot AND f.pool = p_pool
                ORDER BY h.expires_at, h.id FOR UPDATE OF h SKIP LOCKED LOOP
            PERFORM appointments_expire(v_hold, p_now);
            PERFORM appointments_part(p_region, v_hold.id, ARRAY[p_slot], p_now, p_now, NULL);
            INSERT INTO appointments_return (region, id, slot_id, pool, appointment_id, due_at)
                VALUES (p_region, appointments_fresh_id(), v_hold.slot_id, v_hold.pool, gen_random_uuid(), p_now);
            DELETE FROM appointments_further WHERE region = p_region AND owner = v_hold.id;
            IF NOT appointments_offer(p_region, p_slot, p_pool, p_now) THEN v_free := v_free + 1; END IF;
        END LOOP;
        FOR v_back IN SELECT * FROM appointments_return WHERE region = p_region AND slot_id = p_slot AND pool = p_pool
                AND due_at <= p_now ORDER BY due_at, id FOR UPDATE LOOP
            DELETE FROM appointments_return WHERE region = p_region AND id = v_back.id;
            CONTINUE WHEN NOT FOUND; -- it is in the visit that was offered a moment ago
            IF NOT appointments_offer(p_region, p_slot, p_pool, p_now) THEN v_free := v_free + 1; END IF;
        END LOOP;
        UPDATE appointments_share SET taken = taken - v_free
            WHERE v_free > 0 AND region = p_region AND slot_id = p_slot AND pool = p_pool;
        RETURN v_free;
    END $$"""
# Count one place in each of these, or none. Their shares are locked by the caller, in order.
RESERVE_ALL = """CREATE FUNCTION appointments_reserve_all(p_region text, p_slots uuid[], p_pool text, p_now timestamptz)
    RETURNS boolean LANGUAGE plpgsql AS $$
    DECLARE v_slot uuid;
    BEGIN
        FOREACH v_slot IN ARRAY p_slots LOOP
            PERFORM appointments_settle(p_region, v_slot, p_pool, p_now) FROM appointments_share
                WHERE region = p_region AND slot_id = v_slot AND pool = p_pool AND taken = capacity;
        END LOOP;
        IF (SELECT count(*) FROM appointments_share WHERE region = p_region AND slot_id = ANY (p_slots)
            AND pool = p_pool AND taken < capacity) < cardinality(p_slots) THEN RETURN false; END IF;
        UPDATE appointments_share SET taken = taken + 1
            WHERE region = p_region AND slot_id = ANY (p_slots) AND pool = p_pool;
        RETURN true;
    END $$"""
# Count one place, and one in each further time; NULL when there is none. ``p_numbers`` is 1 when a number is drawn with
# it. One place needs no lock beforehand: the first statement takes it.
RESERVE = """CREATE FUNCTION appointments_reserve(
        p_region text, p_slot uuid, p_pool text, p_now timestamptz, p_numbers integer, p_further uuid[] DEFAULT '{}')
    RETURNS integer LANGUAGE plpgsql AS $$
    DECLARE v_issued integer;
    BEGIN
        IF cardinality(p_further) > 0 AND NOT appointments_reserve_all(p_region, p_further, p_pool, p_now) THEN
            RETURN NULL;
        END IF;
        FOR v_try IN 1..2 LOOP
            UPDATE appointments_share SET taken = taken + 1, issued = issued + p_numbers
                WHERE region = p_region AND slot_id = p_slot AND pool = p_pool AND taken < capacity
                RETURNING issued INTO v_issued;
            IF FOUND THEN RETURN v_issued; END IF;
            EXIT WHEN v_try = 2 OR appointments_settle(p_region, p_slot, p_pool, p_now) = 0;
        END LOOP;
        UPDATE appointments_share SET taken = taken - 1
            WHERE region = p_region AND slot_id = ANY (p_further) AND pool = p_pool;
        RETURN NULL;
    END $$"""


async def forwards() -> MigrationManager:
    """Create the tables and the functions of the line."""
    return sql_migration(ID, "appointments", DESCRIPTION, [*TABLES, FRESH, UNTIL, PART, REACH, OFFER, EXPIRE, SETTLE, RESERVE_ALL, RESERVE])
