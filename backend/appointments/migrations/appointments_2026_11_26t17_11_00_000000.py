"""The decisions anew: a booking uses the place that its person holds, and a place given up comes back by the line.

Signatures stay, so that a portal of the day before goes on booking while this is put in.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T17:11:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "booking, moving and cancelling with holds"

AS_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"  # decides for people other than whoever asks

# Count one place; NULL when there is none. ``p_numbers`` is 1 when a number is drawn with it.
RESERVE = """CREATE FUNCTION appointments_reserve(
        p_region text, p_slot uuid, p_pool text, p_now timestamptz, p_numbers integer)
    RETURNS integer LANGUAGE plpgsql AS $$
    DECLARE v_issued integer;
    BEGIN
        FOR v_try IN 1..2 LOOP
            UPDATE appointments_share SET taken = taken + 1, issued = issued + p_numbers
                WHERE region = p_region AND slot_id = p_slot AND pool = p_pool AND taken < capacity
                RETURNING issued INTO v_issued;
            IF FOUND THEN RETURN v_issued; END IF;
            IF v_try = 2 OR appointments_settle(p_region, p_slot, p_pool, p_now) = 0 THEN RETURN NULL; END IF;
        END LOOP;
    END $$"""
# The appointment for a place that is counted and a number that is drawn. One that replaces another keeps its place in
# people's calendars (RFC 5545 §3.8.7.4).
ENTER = """CREATE FUNCTION appointments_enter(
        p_region text, p_id uuid, p_slot uuid, p_pool text, p_person uuid, p_item text, p_code text,
        p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_request bytea, p_hash bytea, p_moved uuid,
        p_issued integer)
    RETURNS appointments_appointment LANGUAGE plpgsql AS $$
    DECLARE v_slot record; v_number text; v_calendar uuid; v_sequence integer := 0; v_made appointments_appointment;
    BEGIN
        SELECT hall_id, ordinal, starts_at, ends_at INTO v_slot FROM appointments_slot
            WHERE region = p_region AND id = p_slot;
        v_number := CASE p_pool WHEN 'online' THEN 'A' WHEN 'phone' THEN 'B' WHEN 'counter' THEN 'C'
            WHEN 'kiosk' THEN 'K' ELSE 'H' END || lpad(v_slot.ordinal::text, greatest(2, length(v_slot.ordinal::text)), '0')
            || CASE WHEN p_issued > 99 THEN '-' || p_issued ELSE lpad(p_issued::text, 2, '0') END;
        IF p_moved IS NOT NULL THEN
            SELECT coalesce(calendar_id, id), sequence + 1 INTO v_calendar, v_sequence FROM appointments_appointment
                WHERE region = p_region AND id = p_moved;
        END IF;
        INSERT INTO appointments_appointment (region, id, slot_id, hall_id, item_id, person_id, pool, number, code,
                starts_at, ends_at, acting, basis, channel, created_at, moved_from, request, request_hash,
                calendar_id, sequence)
            VALUES (p_region, p_id, p_slot, v_slot.hall_id, p_item, p_person, p_pool, v_number, p_code,
                v_slot.starts_at, v_slot.ends_at, p_acting, p_basis, p_channel, p_now, p_moved, p_request, p_hash,
                v_calendar, coalesce(v_sequence, 0))
            RETURNING * INTO v_made;
        RETURN v_made;
    END $$"""
TAKE = """CREATE OR REPLACE FUNCTION appointments_take(
        p_region text, p_id uuid, p_slot uuid, p_pool text, p_person uuid, p_item text, p_code text,
        p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_request bytea, p_hash bytea, p_moved uuid)
    RETURNS appointments_appointment LANGUAGE plpgsql AS $$
    DECLARE v_issued integer;
    BEGIN
        v_issued := appointments_reserve(p_region, p_slot, p_pool, p_now, 1);
        IF v_issued IS NULL THEN RETURN NULL; END IF;
        RETURN appointments_enter(p_region, p_id, p_slot, p_pool, p_person, p_item, p_code, p_acting, p_basis,
            p_channel, p_now, p_request, p_hash, p_moved, v_issued);
    END $$"""
# The same, in the place that a person holds; the line that it was offered to is served.
TAKE_HELD = """CREATE FUNCTION appointments_take_held(
        p_hold appointments_hold, p_id uuid, p_item text, p_code text, p_acting uuid, p_basis text, p_channel text,
        p_now timestamptz, p_request bytea, p_hash bytea, p_moved uuid)
    RETURNS appointments_appointment LANGUAGE plpgsql AS $$
    DECLARE v_issued integer;
    BEGIN
        DELETE FROM appointments_hold WHERE region = p_hold.region AND id = p_hold.id;
        UPDATE appointments_share SET issued = issued + 1
            WHERE region = p_hold.region AND slot_id = p_hold.slot_id AND pool = p_hold.pool
            RETURNING issued INTO v_issued;
        UPDATE appointments_wait SET state = 'served', served_by = p_id, ended_at = p_now
            WHERE region = p_hold.region AND id = p_hold.wait_id;
        RETURN appointments_enter(p_hold.region, p_id, p_hold.slot_id, p_hold.pool, p_hold.person_id, p_item, p_code,
            p_acting, p_basis, p_channel, p_now, p_request, p_hash, p_moved, v_issued);
    END $$"""
# A place that somebody gave up is free after one to five minutes, at no second that could be agreed on; less than two
# hours before it begins, at once. The share is locked by the caller.
GIVE_BACK = f"""CREATE FUNCTION appointments_give_back(
        p_region text, p_slot uuid, p_pool text, p_appointment uuid, p_starts timestamptz, p_now timestamptz)
    RETURNS void LANGUAGE plpgsql {AS_OWNER} AS $$
    BEGIN
        IF p_starts >= p_now + interval '2 hours' THEN
            INSERT INTO appointments_return (region, id, slot_id, pool, appointment_id, due_at)
                VALUES (p_region, appointments_fresh_id(), p_slot, p_pool, p_appointment,
                    p_now + interval '1 minute' + random() * interval '4 minutes');
        ELSIF NOT appointments_offer(p_region, p_slot, p_pool, p_now) THEN
            UPDATE appointments_share SET taken = taken - 1
                WHERE region = p_region AND slot_id = p_slot AND pool = p_pool;
        END IF;
    END $$"""
# What a booking in a held place is refused for: what was decided when it was held stays decided; a closure, the
# beginning, and what the person booked since then are real.
HELD_REFUSAL = """CREATE FUNCTION appointments_held_refusal(
        p_hold appointments_hold, p_item text, p_now timestamptz, p_lead interval, p_most integer, p_leaving uuid)
    RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN p_hold.starts_at <= p_now THEN 'slot-closed'
        ELSE appointments_refusal(p_hold.region, p_hold.slot_id, p_hold.pool, p_hold.person_id, p_item, p_hold.made_at,
            p_lead, p_most, p_leaving) END $$"""
BOOK = """CREATE OR REPLACE FUNCTION appointments_book(
        p_region text, p_id uuid, p_slot uuid, p_pool text, p_person uuid, p_item text, p_code text,
        p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_lead interval, p_most integer,
        p_request bytea, p_hash bytea, p_row uuid,
        OUT outcome text, OUT made appointments_appointment)
    LANGUAGE plpgsql AS $$
    DECLARE v_held appointments_hold;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(p_person::text, 11));
        SELECT * INTO made FROM appointments_appointment WHERE region = p_region AND request = p_request;
        IF FOUND THEN
            outcome := CASE WHEN made.request_hash = p_hash THEN 'replayed' ELSE 'key-reused' END;
            RETURN;
        END IF;
        SELECT * INTO v_held FROM appointments_hold
            WHERE region = p_region AND slot_id = p_slot AND person_id = p_person;
        IF FOUND THEN
            PERFORM 1 FROM appointments_share
                WHERE region = p_region AND slot_id = p_slot AND pool = v_held.pool FOR UPDATE;
            SELECT * INTO v_held FROM appointments_hold
                WHERE region = p_region AND id = v_held.id FOR UPDATE;
        END IF;
        IF v_held.id IS NOT NULL THEN
            outcome := appointments_held_refusal(v_held, p_item, p_now, p_lead, p_most, NULL);
            IF outcome <> '' THEN RETURN; END IF;
            made := appointments_take_held(v_held, p_id, p_item, p_code, p_acting, p_basis, p_channel, p_now,
                p_request, p_hash, NULL);
        ELSE
            outcome := appointments_refusal(p_region, p_slot, p_pool, p_person, p_item, p_now, p_lead, p_most, NULL);
            IF outcome <> '' THEN RETURN; END IF;
            made := appointments_take(p_region, p_id, p_slot, p_pool, p_person, p_item, p_code, p_acting, p_basis,
                p_channel, p_now, p_request, p_hash, NULL);
            IF made.id IS NULL THEN outcome := 'slot-taken'; RETURN; END IF;
        END IF;
        PERFORM appointments_announce(p_region, p_row, 'AppointmentBooked', p_id, p_now, p_acting, p_person, p_basis,
            p_channel, jsonb_build_object('slot', p_slot, 'pool', made.pool));
        outcome := 'booked';
    END $$"""
MOVE = """CREATE OR REPLACE FUNCTION appointments_move(
        p_region text, p_old uuid, p_id uuid, p_slot uuid, p_pool text, p_code text,
        p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_lead interval, p_most integer,
        p_request bytea, p_hash bytea, p_row uuid,
        OUT outcome text, OUT made appointments_appointment)
    LANGUAGE plpgsql AS $$
    DECLARE v_old record; v_held appointments_hold;
    BEGIN
        SELECT * INTO v_old FROM appointments_appointment WHERE region = p_region AND id = p_old;
        IF NOT FOUND THEN outcome := 'not-found'; RETURN; END IF;
        PERFORM pg_advisory_xact_lock(hashtextextended(v_old.person_id::text, 11));
        SELECT * INTO made FROM appointments_appointment WHERE region = p_region AND request = p_request;
        IF FOUND THEN
            outcome := CASE WHEN made.request_hash = p_hash THEN 'replayed' ELSE 'key-reused' END;
            RETURN;
        END IF;
        SELECT * INTO v_held FROM appointments_hold
            WHERE region = p_region AND slot_id = p_slot AND person_id = v_old.person_id;
        -- All shares in one order, so that two people who change places with each other cannot wait for one another.
        PERFORM 1 FROM appointments_share WHERE region = p_region
            AND ((slot_id = v_old.slot_id AND pool = v_old.pool) OR (slot_id = p_slot AND pool IN (p_pool, v_held.pool)))
            ORDER BY slot_id, pool FOR UPDATE;
        SELECT * INTO v_old FROM appointments_appointment WHERE region = p_region AND id = p_old FOR UPDATE;
        IF v_old.state <> 'booked' OR v_old.starts_at <= p_now THEN outcome := 'not-live'; RETURN; END IF;
        SELECT * INTO v_held FROM appointments_hold WHERE region = p_region AND id = v_held.id FOR UPDATE;
        outcome := CASE WHEN v_old.slot_id = p_slot THEN 'already-booked'
            WHEN v_held.id IS NOT NULL
                THEN appointments_held_refusal(v_held, v_old.item_id, p_now, p_lead, p_most, p_old)
            ELSE appointments_refusal(p_region, p_slot, p_pool, v_old.person_id, v_old.item_id, p_now, p_lead, p_most,
                p_old) END;
        IF outcome <> '' THEN RETURN; END IF;
        IF v_held.id IS NOT NULL THEN
            made := appointments_take_held(v_held, p_id, v_old.item_id, p_code, p_acting, p_basis, p_channel, p_now,
                p_request, p_hash, p_old);
        ELSE
            made := appointments_take(p_region, p_id, p_slot, p_pool, v_old.person_id, v_old.item_id, p_code, p_acting,
                p_basis, p_channel, p_now, p_request, p_hash, p_old);
            IF made.id IS NULL THEN outcome := 'slot-taken'; RETURN; END IF;
        END IF;
        UPDATE appointments_appointment SET state = 'moved', ended_at = p_now WHERE region = p_region AND id = p_old;
        PERFORM appointments_give_back(p_region, v_old.slot_id, v_old.pool, p_old, v_old.starts_at, p_now);
        PERFORM appointments_announce(p_region, p_row, 'AppointmentMoved', p_id, p_now, p_acting, v_old.person_id,
            p_basis, p_channel, jsonb_build_object('slot', p_slot, 'pool', made.pool, 'before', p_old));
        outcome := 'booked';
    END $$"""
CANCEL = """CREATE OR REPLACE FUNCTION appointments_cancel(
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
        PERFORM appointments_give_back(p_region, v_old.slot_id, v_old.pool, p_id, v_old.starts_at, p_now);
        PERFORM appointments_announce(p_region, p_row, 'AppointmentCancelled', p_id, p_now, p_acting, v_old.person_id,
            p_basis, p_channel, jsonb_build_object('slot', v_old.slot_id, 'pool', v_old.pool));
        RETURN 'cancelled';
    END $$"""
# Let a hold go: its place is offered to the first in line, or free. Of an offer, the line goes to ``p_line``.
LET_GO = f"""CREATE FUNCTION appointments_let_go(p_region text, p_id uuid, p_now timestamptz, p_line text)
    RETURNS boolean LANGUAGE plpgsql {AS_OWNER} AS $$
    DECLARE v_held record;
    BEGIN
        SELECT * INTO v_held FROM appointments_hold WHERE region = p_region AND id = p_id;
        IF NOT FOUND THEN RETURN false; END IF;
        PERFORM 1 FROM appointments_share
            WHERE region = p_region AND slot_id = v_held.slot_id AND pool = v_held.pool FOR UPDATE;
        DELETE FROM appointments_hold WHERE region = p_region AND id = p_id;
        IF NOT FOUND THEN RETURN false; END IF;
        UPDATE appointments_wait SET state = p_line, passed = passed || v_held.slot_id, unanswered = 0,
                ended_at = CASE WHEN p_line <> 'waiting' THEN p_now END
            WHERE region = p_region AND id = v_held.wait_id;
        IF NOT appointments_offer(p_region, v_held.slot_id, v_held.pool, p_now) THEN
            UPDATE appointments_share SET taken = taken - 1
                WHERE region = p_region AND slot_id = v_held.slot_id AND pool = v_held.pool;
        END IF;
        RETURN true;
    END $$"""
# Leave the line, whether a place is on offer or not. Again when an offer comes in between.
LEAVE = f"""CREATE FUNCTION appointments_leave(p_region text, p_wait uuid, p_state text, p_now timestamptz)
    RETURNS boolean LANGUAGE plpgsql {AS_OWNER} AS $$
    DECLARE v_hold uuid;
    BEGIN
        LOOP
            SELECT id INTO v_hold FROM appointments_hold WHERE region = p_region AND wait_id = p_wait;
            IF FOUND AND appointments_let_go(p_region, v_hold, p_now, p_state) THEN RETURN true; END IF;
            UPDATE appointments_wait SET state = p_state, ended_at = p_now
                WHERE region = p_region AND id = p_wait AND state = 'waiting';
            IF FOUND THEN RETURN true; END IF;
            IF NOT EXISTS (SELECT 1 FROM appointments_wait
                WHERE region = p_region AND id = p_wait AND state = 'offered') THEN RETURN false; END IF;
        END LOOP;
    END $$"""
# Choosing. Not announced: the row says who chose, it lives for minutes, and what follows from it is announced.
HOLD = """CREATE FUNCTION appointments_hold_place(
        p_region text, p_id uuid, p_slot uuid, p_pool text, p_person uuid, p_item text, p_moving uuid,
        p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_for interval, p_extensions integer,
        p_lead interval, p_most integer,
        OUT outcome text, OUT made appointments_hold)
    LANGUAGE plpgsql AS $$
    DECLARE v_before appointments_hold; v_stale text;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(p_person::text, 11));
        SELECT * INTO made FROM appointments_hold
            WHERE region = p_region AND slot_id = p_slot AND person_id = p_person AND expires_at > p_now;
        IF FOUND THEN outcome := 'kept'; RETURN; END IF;
        SELECT * INTO v_before FROM appointments_hold WHERE person_id = p_person AND kind = 'choice';
        SELECT pool INTO v_stale FROM appointments_hold
            WHERE region = p_region AND slot_id = p_slot AND person_id = p_person;
        PERFORM 1 FROM appointments_share
            WHERE (region, slot_id, pool) IN ((p_region, p_slot, p_pool), (p_region, p_slot, v_stale),
                (v_before.region, v_before.slot_id, v_before.pool))
            ORDER BY region, slot_id, pool FOR UPDATE;
        outcome := appointments_refusal(p_region, p_slot, p_pool, p_person, p_item, p_now, p_lead, p_most, p_moving);
        IF outcome <> '' THEN RETURN; END IF;
        -- Chosen once more after its time: whoever waits comes first, then it is like any other choice.
        IF v_stale IS NOT NULL THEN PERFORM appointments_settle(p_region, p_slot, v_stale, p_now); END IF;
        IF appointments_reserve(p_region, p_slot, p_pool, p_now, 0) IS NULL THEN
            outcome := 'slot-taken'; RETURN;
        END IF;
        PERFORM appointments_let_go(v_before.region, v_before.id, p_now, 'waiting');
        INSERT INTO appointments_hold (region, id, slot_id, hall_id, pool, person_id, item_id, kind, moving, starts_at,
                ends_at, made_at, expires_at, extensions, acting, basis, channel)
            SELECT p_region, p_id, p_slot, s.hall_id, p_pool, p_person, p_item, 'choice', p_moving, s.starts_at,
                s.ends_at, p_now, least(p_now + p_for, s.starts_at), p_extensions, p_acting, p_basis, p_channel
            FROM appointments_slot s WHERE s.region = p_region AND s.id = p_slot
            ON CONFLICT (region, slot_id, person_id) DO NOTHING RETURNING * INTO made;
        IF made.id IS NULL THEN -- this very time has just been offered to the person
            UPDATE appointments_share SET taken = taken - 1
                WHERE region = p_region AND slot_id = p_slot AND pool = p_pool;
            SELECT * INTO made FROM appointments_hold
                WHERE region = p_region AND slot_id = p_slot AND person_id = p_person;
            outcome := 'kept'; RETURN;
        END IF;
        outcome := 'held';
    END $$"""
# A free place for the first in line: times that opened, or places that came over from another share.
SERVE = """CREATE FUNCTION appointments_serve(p_region text, p_slot uuid, p_pool text, p_now timestamptz)
    RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE appointments_share SET taken = taken + 1
            WHERE region = p_region AND slot_id = p_slot AND pool = p_pool AND taken < capacity;
        IF NOT FOUND THEN RETURN false; END IF;
        IF appointments_offer(p_region, p_slot, p_pool, p_now) THEN RETURN true; END IF;
        UPDATE appointments_share SET taken = taken - 1
            WHERE region = p_region AND slot_id = p_slot AND pool = p_pool;
        RETURN false;
    END $$"""
FUNCTIONS = [RESERVE, ENTER, TAKE, TAKE_HELD, GIVE_BACK, HELD_REFUSAL, BOOK, MOVE, CANCEL, LET_GO, LEAVE, HOLD, SERVE]


async def forwards() -> MigrationManager:
    """Create and replace the functions."""
    return sql_migration(ID, "appointments", DESCRIPTION, FUNCTIONS)
