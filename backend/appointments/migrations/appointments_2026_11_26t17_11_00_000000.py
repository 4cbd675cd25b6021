"""The decisions anew: a booking uses the place that its person holds, and a place given up comes back by the line.

What is new in a signature has a default, so that a portal of the day before goes on booking while this is put in.
``p_further`` are the times of a visit after its first, ``p_items`` its services after the first.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T17:11:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "booking, moving and cancelling with holds"

AS_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"  # decides for people other than whoever asks

GONE = [
    """DROP FUNCTION appointments_take(text, uuid, uuid, text, uuid, text, text, uuid, text, text, timestamptz, bytea,
        bytea, uuid)""",
    """DROP FUNCTION appointments_book(text, uuid, uuid, text, uuid, text, text, uuid, text, text, timestamptz, interval,
        integer, bytea, bytea, uuid)""",
    """DROP FUNCTION appointments_move(text, uuid, uuid, uuid, text, text, uuid, text, text, timestamptz, interval, integer,
        bytea, bytea, uuid)""",
]
# The appointment for places that are counted and a number that is drawn. None in a time that closed while the caller
# waited for the share: the row of the time is read here anyway, so that this look costs nothing. One that replaces
# another keeps its place in people's calendars (RFC 5545 §3.8.7.4).
ENTER = """CREATE FUNCTION appointments_enter(
        p_region text, p_id uuid, p_slot uuid, p_pool text, p_person uuid, p_item text, p_code text,
        p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_request bytea, p_hash bytea, p_moved uuid,
        p_issued integer, p_further uuid[], p_items text[])
    RETURNS appointments_appointment LANGUAGE plpgsql AS $$
    DECLARE v_slot record; v_number text; v_calendar uuid; v_sequence integer := 0; v_made appointments_appointment;
    BEGIN
        SELECT hall_id, ordinal, starts_at, ends_at, state = 'open' AS open INTO v_slot FROM appointments_slot
            WHERE region = p_region AND id = p_slot;
        IF cardinality(p_further) > 0 THEN
            SELECT max(ends_at), v_slot.open AND bool_and(state = 'open') INTO v_slot.ends_at, v_slot.open
                FROM appointments_slot WHERE region = p_region AND id = ANY (p_further);
        END IF;
        IF v_slot.open IS NOT TRUE THEN RETURN NULL; END IF;
        v_number := CASE p_pool WHEN 'online' THEN 'A' WHEN 'phone' THEN 'B' WHEN 'counter' THEN 'C'
            WHEN 'kiosk' THEN 'K' ELSE 'H' END || lpad(v_slot.ordinal::text, greatest(2, length(v_slot.ordinal::text)), '0')
            || CASE WHEN p_issued > 99 THEN '-' || p_issued ELSE lpad(p_issued::text, 2, '0') END;
        IF p_moved IS NOT NULL THEN
            SELECT coalesce(calendar_id, id), sequence + 1 INTO v_calendar, v_sequence FROM appointments_appointment
                WHERE region = p_region AND id = p_moved;
        END IF;
        INSERT INTO appointments_appointment (region, id, slot_id, hall_id, item_id, person_id, pool, number, code,
                starts_at, ends_at, acting, basis, channel, created_at, moved_from, request, request_hash,
                calendar_id, sequence, units, further_items)
            VALUES (p_region, p_id, p_slot, v_slot.hall_id, p_item, p_person, p_pool, v_number, p_code,
                v_slot.starts_at, v_slot.ends_at, p_acting, p_basis, p_channel, p_now, p_moved, p_request, p_hash,
                v_calendar, coalesce(v_sequence, 0), 1 + cardinality(p_further), p_items)
            RETURNING * INTO v_made;
        RETURN v_made;
    END $$"""
# A place in a time that has closed goes back uncounted.
TAKE = """CREATE FUNCTION appointments_take(
        p_region text, p_id uuid, p_slot uuid, p_pool text, p_person uuid, p_item text, p_code text,
        p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_request bytea, p_hash bytea, p_moved uuid,
        p_further uuid[] DEFAULT '{}', p_items text[] DEFAULT '{}')
    RETURNS appointments_appointment LANGUAGE plpgsql AS $$
    DECLARE v_issued integer; v_made appointments_appointment;
    BEGIN
        v_issued := appointments_reserve(p_region, p_slot, p_pool, p_now, 1, p_further);
        IF v_issued IS NULL THEN RETURN NULL; END IF;
        v_made := appointments_enter(p_region, p_id, p_slot, p_pool, p_person, p_item, p_code, p_acting, p_basis,
            p_channel, p_now, p_request, p_hash, p_moved, v_issued, p_further, p_items);
        IF v_made.id IS NULL THEN
            UPDATE appointments_share SET taken = taken - 1, issued = issued - (slot_id = p_slot)::integer
                WHERE region = p_region AND slot_id = ANY (p_slot || p_further) AND pool = p_pool;
        ELSIF cardinality(p_further) > 0 THEN
            INSERT INTO appointments_further (region, owner, slot_id, pool)
                SELECT p_region, p_id, each, p_pool FROM unnest(p_further) each;
        END IF;
        RETURN v_made;
    END $$"""
# The further times of a hold become these: what is missing is counted in its share, what is too much goes back. False,
# and nothing is changed, when there is no room.
REFIT = """CREATE FUNCTION appointments_refit(p_hold appointments_hold, p_further uuid[], p_now timestamptz)
    RETURNS boolean LANGUAGE plpgsql AS $$
    DECLARE v_missing uuid[];
    BEGIN
        IF p_hold.units = 1 AND cardinality(p_further) = 0 THEN RETURN true; END IF;
        v_missing := ARRAY(SELECT unnest(p_further) EXCEPT SELECT slot_id FROM appointments_further
            WHERE region = p_hold.region AND owner = p_hold.id);
        IF NOT appointments_reserve_all(p_hold.region, v_missing, p_hold.pool, p_now) THEN RETURN false; END IF;
        PERFORM appointments_part(p_hold.region, p_hold.id, p_further, p_now, p_now, NULL);
        INSERT INTO appointments_further (region, owner, slot_id, pool)
            SELECT p_hold.region, p_hold.id, each, p_hold.pool FROM unnest(v_missing) each;
        RETURN true;
    END $$"""
# The same, in the places that a person holds; the line that they were offered to is served.
TAKE_HELD = """CREATE FUNCTION appointments_take_held(
        p_hold appointments_hold, p_id uuid, p_item text, p_code text, p_acting uuid, p_basis text, p_channel text,
        p_now timestamptz, p_request bytea, p_hash bytea, p_moved uuid, p_further uuid[], p_items text[])
    RETURNS appointments_appointment LANGUAGE plpgsql AS $$
    DECLARE v_issued integer;
    BEGIN
        IF NOT appointments_refit(p_hold, p_further, p_now) THEN RETURN NULL; END IF;
        DELETE FROM appointments_hold WHERE region = p_hold.region AND id = p_hold.id;
        UPDATE appointments_further SET owner = p_id
            WHERE cardinality(p_further) > 0 AND region = p_hold.region AND owner = p_hold.id;
        UPDATE appointments_share SET issued = issued + 1
            WHERE region = p_hold.region AND slot_id = p_hold.slot_id AND pool = p_hold.pool
            RETURNING issued INTO v_issued;
        UPDATE appointments_wait SET state = 'served', served_by = p_id, ended_at = p_now
            WHERE region = p_hold.region AND id = p_hold.wait_id;
        RETURN appointments_enter(p_hold.region, p_id, p_hold.slot_id, p_hold.pool, p_hold.person_id, p_item, p_code,
            p_acting, p_basis, p_channel, p_now, p_request, p_hash, p_moved, v_issued, p_further, p_items);
    END $$"""
# A place that somebody gave up is free after one to five minutes, at no second that could be agreed on; less than two
# hours before it begins, at once, and so is one of a time that has closed, as nobody can have it. The first share of
# the visit is locked by the caller; its further places all take the way of returns.
GIVE_BACK = f"""CREATE FUNCTION appointments_give_back(
        p_region text, p_slot uuid, p_pool text, p_appointment uuid, p_starts timestamptz, p_now timestamptz)
    RETURNS void LANGUAGE plpgsql {AS_OWNER} AS $$
    DECLARE v_due timestamptz := p_now;
    BEGIN
        IF p_starts >= p_now + interval '2 hours' THEN
            v_due := p_now + interval '1 minute' + random() * interval '4 minutes';
        END IF;
        PERFORM appointments_part(p_region, p_appointment, '{{}}', v_due, p_now, p_appointment);
        IF v_due > p_now AND EXISTS (
                SELECT 1 FROM appointments_slot WHERE region = p_region AND id = p_slot AND state = 'open') THEN
            INSERT INTO appointments_return (region, id, slot_id, pool, appointment_id, due_at)
                VALUES (p_region, appointments_fresh_id(), p_slot, p_pool, p_appointment, v_due);
        ELSIF NOT appointments_offer(p_region, p_slot, p_pool, p_now) THEN
            UPDATE appointments_share SET taken = taken - 1
                WHERE region = p_region AND slot_id = p_slot AND pool = p_pool;
        END IF;
    END $$"""
# What a booking in a held place is refused for: what was decided when it was held stays decided; a closure, the
# beginning, and what the person booked since then are real.
HELD_REFUSAL = """CREATE FUNCTION appointments_held_refusal(
        p_hold appointments_hold, p_item text, p_now timestamptz, p_lead interval, p_most integer, p_leaving uuid,
        p_further uuid[], p_items text[])
    RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN p_hold.starts_at <= p_now THEN 'slot-closed'
        ELSE appointments_refusal(p_hold.region, p_hold.slot_id, p_hold.pool, p_hold.person_id, p_item, p_hold.made_at,
            p_lead, p_most, p_leaving, p_further, p_items) END $$"""
BOOK = """CREATE FUNCTION appointments_book(
        p_region text, p_id uuid, p_slot uuid, p_pool text, p_person uuid, p_item text, p_code text,
        p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_lead interval, p_most integer,
        p_request bytea, p_hash bytea, p_row uuid, p_further uuid[] DEFAULT '{}', p_items text[] DEFAULT '{}',
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
        IF FOUND OR cardinality(p_further) > 0 THEN
            PERFORM 1 FROM appointments_share
                WHERE region = p_region AND slot_id = ANY (p_slot || p_further) AND pool IN (p_pool, v_held.pool)
                ORDER BY slot_id, pool FOR NO KEY UPDATE;
            SELECT * INTO v_held FROM appointments_hold
                WHERE region = p_region AND id = v_held.id FOR UPDATE;
        END IF;
        IF v_held.id IS NOT NULL THEN
            outcome := appointments_held_refusal(v_held, p_item, p_now, p_lead, p_most, NULL, p_further,
                p_items);
            IF outcome <> '' THEN RETURN; END IF;
            made := appointments_take_held(v_held, p_id, p_item, p_code, p_acting, p_basis, p_channel, p_now,
                p_request, p_hash, NULL, p_further, p_items);
        ELSE
            outcome := appointments_refusal(p_region, p_slot, p_pool, p_person, p_item, p_now, p_lead, p_most, NULL,
                p_further, p_items);
            IF outcome <> '' THEN RETURN; END IF;
            made := appointments_take(p_region, p_id, p_slot, p_pool, p_person, p_item, p_code, p_acting, p_basis,
                p_channel, p_now, p_request, p_hash, NULL, p_further, p_items);
        END IF;
        IF made.id IS NULL THEN outcome := 'slot-taken'; RETURN; END IF;
        PERFORM appointments_announce(p_region, p_row, 'AppointmentBooked', p_id, p_now, p_acting, p_person, p_basis,
            p_channel, jsonb_build_object('slot', p_slot, 'pool', made.pool));
        outcome := 'booked';
    END $$"""
MOVE = """CREATE FUNCTION appointments_move(
        p_region text, p_old uuid, p_id uuid, p_slot uuid, p_pool text, p_code text,
        p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_lead interval, p_most integer,
        p_request bytea, p_hash bytea, p_row uuid, p_further uuid[] DEFAULT '{}',
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
            AND ((slot_id = v_old.slot_id AND pool = v_old.pool)
                OR (slot_id = ANY (p_slot || p_further) AND pool IN (p_pool, v_held.pool)))
            ORDER BY slot_id, pool FOR NO KEY UPDATE;
        SELECT * INTO v_old FROM appointments_appointment WHERE region = p_region AND id = p_old FOR UPDATE;
        IF v_old.state <> 'booked' OR v_old.starts_at <= p_now THEN outcome := 'not-live'; RETURN; END IF;
        SELECT * INTO v_held FROM appointments_hold WHERE region = p_region AND id = v_held.id FOR UPDATE;
        outcome := CASE WHEN v_old.slot_id = p_slot THEN 'already-booked'
            WHEN v_held.id IS NOT NULL
                THEN appointments_held_refusal(v_held, v_old.item_id, p_now, p_lead, p_most, p_old,
                    p_further, v_old.further_items)
            ELSE appointments_refusal(p_region, p_slot, p_pool, v_old.person_id, v_old.item_id, p_now, p_lead, p_most,
                p_old, p_further, v_old.further_items) END;
        IF outcome <> '' THEN RETURN; END IF;
        IF v_held.id IS NOT NULL THEN
            made := appointments_take_held(v_held, p_id, v_old.item_id, p_code, p_acting, p_basis, p_channel, p_now,
                p_request, p_hash, p_old, p_further, v_old.further_items);
        ELSE
            made := appointments_take(p_region, p_id, p_slot, p_pool, v_old.person_id, v_old.item_id, p_code, p_acting,
                p_basis, p_channel, p_now, p_request, p_hash, p_old, p_further, v_old.further_items);
        END IF;
        IF made.id IS NULL THEN outcome := 'slot-taken'; RETURN; END IF;
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
            WHERE region = p_region AND slot_id = v_old.slot_id AND pool = v_old.pool
            FOR NO KEY UPDATE;
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
            WHERE region = p_region AND slot_id = v_held.slot_id AND pool = v_held.pool
            FOR NO KEY UPDATE;
        DELETE FROM appointments_hold WHERE region = p_region AND id = p_id;
        IF NOT FOUND THEN RETURN false; END IF;
        PERFORM appointments_part(p_region, p_id, '{{}}', p_now, p_now, NULL) WHERE v_held.units > 1;
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
# Choosing. Not announced: the row says who chose, it lives for minutes, and what follows from it is announced. The same
# time chosen once more for other services stays kept as long as it was, with the times that these need.
HOLD = """CREATE FUNCTION appointments_hold_place(
        p_region text, p_id uuid, p_slot uuid, p_pool text, p_person uuid, p_item text, p_moving uuid,
        p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_for interval, p_extensions integer,
        p_lead interval, p_most integer, p_further uuid[], p_items text[],
        OUT outcome text, OUT made appointments_hold)
    LANGUAGE plpgsql AS $$
    DECLARE v_before appointments_hold; v_own appointments_hold; v_ends timestamptz;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(p_person::text, 11));
        SELECT * INTO v_own FROM appointments_hold
            WHERE region = p_region AND slot_id = p_slot AND person_id = p_person;
        IF v_own.expires_at > p_now AND (v_own.kind = 'offer' OR (v_own.units = 1 + cardinality(p_further)
                AND v_own.item_id IS NOT DISTINCT FROM p_item AND v_own.further_items = p_items)) THEN
            made := v_own; outcome := 'kept'; RETURN;
        END IF;
        SELECT * INTO v_before FROM appointments_hold WHERE person_id = p_person AND kind = 'choice';
        PERFORM 1 FROM appointments_share
            WHERE (region = p_region AND slot_id = ANY (p_slot || p_further) AND pool IN (p_pool, v_own.pool))
                OR (region, slot_id, pool) = (v_before.region, v_before.slot_id, v_before.pool)
            ORDER BY region, slot_id, pool FOR NO KEY UPDATE;
        outcome := appointments_refusal(p_region, p_slot, CASE WHEN v_own.expires_at > p_now THEN v_own.pool
            ELSE p_pool END, p_person, p_item, p_now, p_lead, p_most, p_moving, p_further, p_items);
        IF outcome <> '' THEN RETURN; END IF;
        SELECT max(ends_at) INTO v_ends FROM appointments_slot
            WHERE region = p_region AND id = ANY (p_slot || p_further);
        IF v_own.expires_at > p_now THEN
            SELECT * INTO v_own FROM appointments_hold WHERE region = p_region AND id = v_own.id FOR UPDATE;
            IF v_own.id IS NULL OR NOT appointments_refit(v_own, p_further, p_now) THEN
                outcome := 'slot-taken'; RETURN;
            END IF;
            UPDATE appointments_hold SET item_id = p_item, further_items = p_items, units = 1 + cardinality(p_further),
                    ends_at = v_ends
                WHERE region = p_region AND id = v_own.id RETURNING * INTO made;
            outcome := 'kept'; RETURN;
        END IF;
        -- Chosen once more after its time: whoever waits comes first, then it is like any other choice.
        IF v_own.id IS NOT NULL THEN PERFORM appointments_settle(p_region, p_slot, v_own.pool, p_now); END IF;
        IF appointments_reserve(p_region, p_slot, p_pool, p_now, 0, p_further) IS NULL THEN
            outcome := 'slot-taken'; RETURN;
        END IF;
        PERFORM appointments_let_go(v_before.region, v_before.id, p_now, 'waiting');
        INSERT INTO appointments_hold (region, id, slot_id, hall_id, pool, person_id, item_id, further_items, units, kind,
                moving, starts_at, ends_at, made_at, expires_at, extensions, acting, basis, channel)
            SELECT p_region, p_id, p_slot, s.hall_id, p_pool, p_person, p_item, p_items, 1 + cardinality(p_further),
                'choice', p_moving, s.starts_at, v_ends, p_now, least(p_now + p_for, s.starts_at), p_extensions,
                p_acting, p_basis, p_channel
            FROM appointments_slot s WHERE s.region = p_region AND s.id = p_slot
            ON CONFLICT (region, slot_id, person_id) DO NOTHING RETURNING * INTO made;
        IF made.id IS NULL THEN -- this very time has just been offered to the person
            UPDATE appointments_share SET taken = taken - 1
                WHERE region = p_region AND slot_id = ANY (p_slot || p_further) AND pool = p_pool;
            SELECT * INTO made FROM appointments_hold
                WHERE region = p_region AND slot_id = p_slot AND person_id = p_person;
            outcome := 'kept'; RETURN;
        END IF;
        INSERT INTO appointments_further (region, owner, slot_id, pool)
            SELECT p_region, p_id, each, p_pool FROM unnest(p_further) each;
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
FUNCTIONS = [
    *GONE, ENTER, TAKE, REFIT, TAKE_HELD, GIVE_BACK, HELD_REFUSAL, BOOK, MOVE, CANCEL, LET_GO, LEAVE,
    HOLD, SERVE,
]  # fmt: skip


async def forwards() -> MigrationManager:
    """Create and replace the functions."""
    return sql_migration(ID, "appointments", DESCRIPTION, FUNCTIONS)
