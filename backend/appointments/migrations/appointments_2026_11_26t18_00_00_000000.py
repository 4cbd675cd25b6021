"""Holds and the line meet counter groups, a hall's own lead, and closures.

An offer is made only of a time whose counters do what the person waits for, and not nearer than the hall allows. Whoever
takes a place looks at the time's state once more under the lock of its share: a closing that held it comes first.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T18:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "holds and the line with counter groups and closures"

AS_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"  # decides for people other than whoever asks

# As before, and: only what suits the line. A visit at home is offered only for one whose address we have.
OFFER = f"""CREATE OR REPLACE FUNCTION appointments_offer(p_region text, p_slot uuid, p_pool text, p_now timestamptz)
    RETURNS boolean LANGUAGE plpgsql {AS_OWNER} AS $$
    DECLARE v_slot record; v_line record; v_at timestamptz := '-infinity'; v_id uuid := '{"0" * 32}';
        v_old timestamptz; v_until timestamptz; v_moving uuid; v_hold uuid;
        v_addressed boolean;
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
            v_addressed := EXISTS (SELECT 1 FROM appointments_visit WHERE region = p_region AND id = v_moving);
            CONTINUE WHEN v_until IS NULL OR appointments_suited(p_region, p_slot, v_line.item_id, v_line.person_id,
                    v_addressed) IS NULL
                OR appointments_refusal(p_region, p_slot, p_pool, v_line.person_id, v_line.item_id, p_now,
                    appointments_lead(p_region, p_slot, interval '30 minutes'), 5, v_moving) <> '';
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
# As before, and: none in a time that closed while the caller waited for the share. The row of the time is read here
# anyway, so that this look costs nothing.
ENTER = """CREATE OR REPLACE FUNCTION appointments_enter(
        p_region text, p_id uuid, p_slot uuid, p_pool text, p_person uuid, p_item text, p_code text,
        p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_request bytea, p_hash bytea, p_moved uuid,
        p_issued integer)
    RETURNS appointments_appointment LANGUAGE plpgsql AS $$
    DECLARE v_slot record; v_number text; v_calendar uuid; v_sequence integer := 0; v_made appointments_appointment;
    BEGIN
        SELECT hall_id, ordinal, starts_at, ends_at, state INTO v_slot FROM appointments_slot
            WHERE region = p_region AND id = p_slot;
        IF v_slot.state IS DISTINCT FROM 'open' THEN RETURN NULL; END IF;
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
# As before; a place in a time that has closed goes back uncounted.
TAKE = """CREATE OR REPLACE FUNCTION appointments_take(
        p_region text, p_id uuid, p_slot uuid, p_pool text, p_person uuid, p_item text, p_code text,
        p_acting uuid, p_basis text, p_channel text, p_now timestamptz, p_request bytea, p_hash bytea, p_moved uuid)
    RETURNS appointments_appointment LANGUAGE plpgsql AS $$
    DECLARE v_issued integer; v_made appointments_appointment;
    BEGIN
        v_issued := appointments_reserve(p_region, p_slot, p_pool, p_now, 1);
        IF v_issued IS NULL THEN RETURN NULL; END IF;
        v_made := appointments_enter(p_region, p_id, p_slot, p_pool, p_person, p_item, p_code, p_acting, p_basis,
            p_channel, p_now, p_request, p_hash, p_moved, v_issued);
        IF v_made.id IS NULL THEN
            UPDATE appointments_share SET taken = taken - 1, issued = issued - 1
                WHERE region = p_region AND slot_id = p_slot AND pool = p_pool;
        END IF;
        RETURN v_made;
    END $$"""
# As before; of a time that has closed nothing comes back slowly, as nobody can have it.
GIVE_BACK = f"""CREATE OR REPLACE FUNCTION appointments_give_back(
        p_region text, p_slot uuid, p_pool text, p_appointment uuid, p_starts timestamptz, p_now timestamptz)
    RETURNS void LANGUAGE plpgsql {AS_OWNER} AS $$
    BEGIN
        IF p_starts >= p_now + interval '2 hours' AND EXISTS (
                SELECT 1 FROM appointments_slot WHERE region = p_region AND id = p_slot AND state = 'open') THEN
            INSERT INTO appointments_return (region, id, slot_id, pool, appointment_id, due_at)
                VALUES (p_region, appointments_fresh_id(), p_slot, p_pool, p_appointment,
                    p_now + interval '1 minute' + random() * interval '4 minutes');
        ELSIF NOT appointments_offer(p_region, p_slot, p_pool, p_now) THEN
            UPDATE appointments_share SET taken = taken - 1
                WHERE region = p_region AND slot_id = p_slot AND pool = p_pool;
        END IF;
    END $$"""


async def forwards() -> MigrationManager:
    """Replace the functions."""
    return sql_migration(ID, "appointments", DESCRIPTION, [OFFER, ENTER, TAKE, GIVE_BACK])
