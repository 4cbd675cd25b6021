"""Five shares, plans for them, the release of what is unused, cool-down after no-shows, and residents first."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T17:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "share plans, release of unused places, cool-down"

POOLS = "ARRAY['online', 'phone', 'counter', 'kiosk', 'helper']"


def region(table: str) -> str:
    return f"region text NOT NULL CONSTRAINT {table}_region_ck CHECK (region ~ '^[0-9]{{6}}$')"


TABLES = [
    f"""CREATE TABLE appointments_share_plan (
        {region("appointments_share_plan")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        valid_from date NOT NULL,
        online integer NOT NULL,
        phone integer NOT NULL,
        counter integer NOT NULL,
        kiosk integer NOT NULL,
        helper integer NOT NULL,
        made_at timestamptz NOT NULL,
        CONSTRAINT appointments_share_plan_pk PRIMARY KEY (region, id),
        CONSTRAINT appointments_share_plan_day_uq UNIQUE (region, hall_id, valid_from),
        CONSTRAINT appointments_share_plan_whole_ck CHECK (online + phone + counter + kiosk + helper = 100),
        CONSTRAINT appointments_share_plan_offline_ck
            CHECK (online >= 0 AND phone > 0 AND counter > 0 AND kiosk > 0 AND helper > 0),
        CONSTRAINT appointments_share_plan_fair_ck CHECK (phone + counter + kiosk + helper >= 40))""",
    f"""CREATE TABLE appointments_hall_policy (
        {region("appointments_hall_policy")},
        hall_id uuid NOT NULL,
        release_hours integer NOT NULL DEFAULT 24,
        keep integer NOT NULL DEFAULT 1,
        others_days integer,
        residents_of text NOT NULL DEFAULT '',
        CONSTRAINT appointments_hall_policy_pk PRIMARY KEY (region, hall_id),
        CONSTRAINT appointments_hall_policy_release_ck CHECK (release_hours BETWEEN 3 AND 168),
        CONSTRAINT appointments_hall_policy_keep_ck CHECK (keep BETWEEN 0 AND 9),
        CONSTRAINT appointments_hall_policy_others_ck CHECK (others_days BETWEEN 1 AND 60),
        CONSTRAINT appointments_hall_policy_of_ck
            CHECK (residents_of ~ '^[0-9]{{0,12}}$' AND (others_days IS NULL OR residents_of <> '')))""",
    f"""CREATE TABLE appointments_release (
        {region("appointments_release")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        slot_id uuid NOT NULL,
        from_pool text NOT NULL,
        to_pool text NOT NULL,
        places integer NOT NULL,
        starts_at timestamptz NOT NULL,
        at timestamptz NOT NULL,
        CONSTRAINT appointments_release_pk PRIMARY KEY (region, id),
        CONSTRAINT appointments_release_places_ck CHECK (places > 0),
        CONSTRAINT appointments_release_pools_ck CHECK (from_pool <> to_pool),
        CONSTRAINT appointments_release_before_ck CHECK (at >= starts_at - interval '168 hours' AND at < starts_at),
        CONSTRAINT appointments_release_online_ck
            CHECK (from_pool <> 'online' OR (to_pool = 'counter' AND at >= starts_at - interval '2 hours')))""",
    "CREATE INDEX appointments_release_slot_ix ON appointments_release (region, slot_id)",
    "CREATE INDEX appointments_release_hall_ix ON appointments_release (region, hall_id, at)",
    f"""CREATE TABLE appointments_excuse (
        {region("appointments_excuse")},
        appointment_id uuid NOT NULL,
        person_id uuid NOT NULL,
        reason text NOT NULL,
        at timestamptz NOT NULL,
        acting uuid NOT NULL,
        CONSTRAINT appointments_excuse_pk PRIMARY KEY (region, appointment_id),
        CONSTRAINT appointments_excuse_reason_ck CHECK (reason IN ('came', 'hall', 'hindered')),
        CONSTRAINT appointments_excuse_appointment_fk FOREIGN KEY (region, appointment_id)
            REFERENCES appointments_appointment (region, id) ON DELETE RESTRICT)""",
    "CREATE INDEX appointments_excuse_person_ix ON appointments_excuse (person_id)",
    """CREATE INDEX appointments_appointment_missed_ix ON appointments_appointment (person_id, starts_at DESC)
        WHERE state = 'missed' AND pool = 'online'""",
    "CREATE INDEX appointments_slot_soon_ix ON appointments_slot (starts_at) WHERE state = 'open'",
]

# What each share was given when its time was made. Empty: made before this column, and never moved since.
GRANTED = [
    "ALTER TABLE appointments_share ADD COLUMN granted integer",
    """CREATE FUNCTION appointments_grant() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN NEW.granted := coalesce(NEW.granted, NEW.capacity);
        ELSIF current_user = 'linli_app' AND NEW.granted IS DISTINCT FROM OLD.granted THEN
            RAISE EXCEPTION 'what a share was given is not changed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER appointments_share_grant BEFORE INSERT OR UPDATE OF granted ON appointments_share
        FOR EACH ROW EXECUTE FUNCTION appointments_grant()""",
]

# Times ahead that nobody has touched get five shares by the default plan (60, 20, 10, 5, 5; largest remainder, online
# last of equals; with five places or more each has one, taken from online, which is the largest). All others get the
# two new shares, empty.
SPLIT = [
    """WITH plan (pool, percent, rank) AS (
            VALUES ('online', 60, 6), ('phone', 20, 2), ('counter', 10, 3), ('kiosk', 5, 4), ('helper', 5, 5)),
        fresh AS (SELECT s.region, s.id, sum(h.capacity)::integer AS places
            FROM appointments_slot s JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id
            WHERE s.starts_at > now() GROUP BY s.region, s.id HAVING max(h.issued) = 0),
        part AS (SELECT f.*, p.*, places * percent / 100 AS whole, row_number() OVER (
                PARTITION BY f.region, f.id ORDER BY places * percent % 100 DESC, rank) AS nth FROM fresh f, plan p),
        rounded AS (SELECT part.*, whole + (nth <= places - sum(whole) OVER (PARTITION BY region, id))::integer AS given
            FROM part),
        split AS (SELECT rounded.*, count(*) FILTER (WHERE given = 0 AND places >= 5)
                OVER (PARTITION BY region, id) AS without FROM rounded)
    INSERT INTO appointments_share (region, slot_id, pool, capacity)
        SELECT region, id, pool, CASE WHEN places < 5 THEN given WHEN pool = 'online' THEN given - without
            ELSE greatest(given, 1) END
        FROM split
        ON CONFLICT (region, slot_id, pool) DO UPDATE SET capacity = excluded.capacity""",
    """INSERT INTO appointments_share (region, slot_id, pool, capacity)
        SELECT s.region, s.id, p.pool, 0 FROM appointments_slot s, (VALUES ('kiosk'), ('helper')) AS p (pool)
        WHERE s.starts_at > now() AND EXISTS (
            SELECT 1 FROM appointments_share h WHERE h.region = s.region AND h.slot_id = s.id)
        ON CONFLICT (region, slot_id, pool) DO NOTHING""",
    """UPDATE appointments_share h SET granted = h.capacity FROM appointments_slot s
        WHERE s.region = h.region AND s.id = h.slot_id AND s.starts_at > now()
            AND h.granted IS DISTINCT FROM h.capacity""",
]

# Capacity changes only together with rows of appointments_release, and adds up: checked when the transaction ends, also
# for SQL that somebody writes by hand. A booking names no capacity, so PostgreSQL does not even look at the trigger.
CONSERVE = [
    """CREATE FUNCTION appointments_conserve() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE v_known integer := 2;
    BEGIN
        IF TG_TABLE_NAME = 'appointments_release' THEN
            SELECT count(*) INTO v_known FROM appointments_share
                WHERE region = NEW.region AND slot_id = NEW.slot_id AND pool IN (NEW.from_pool, NEW.to_pool);
        END IF;
        IF v_known <> 2 OR EXISTS (
            SELECT 1 FROM appointments_share h
                WHERE h.region = NEW.region AND h.slot_id = NEW.slot_id AND h.granted IS NOT NULL
                AND h.capacity <> h.granted + (
                    SELECT coalesce(sum(CASE WHEN r.to_pool = h.pool THEN r.places ELSE -r.places END), 0)
                    FROM appointments_release r WHERE r.region = h.region AND r.slot_id = h.slot_id
                        AND h.pool IN (r.from_pool, r.to_pool)))
        THEN
            RAISE EXCEPTION 'places of time % are neither lost nor made', NEW.slot_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'appointments_share_conserved_ck';
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE CONSTRAINT TRIGGER appointments_share_conserved AFTER UPDATE OF capacity, granted ON appointments_share
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION appointments_conserve()""",
    """CREATE CONSTRAINT TRIGGER appointments_release_conserved AFTER INSERT ON appointments_release
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION appointments_conserve()""",
]

# Which free places flow where, in this order; the pools are numbered as in POOLS. The twin of releasing.flows.
FLOWS = """CREATE FUNCTION appointments_flows(p_phase text, p_keep integer, p_free integer[])
    RETURNS TABLE (giver integer, taker integer, places integer) LANGUAGE plpgsql IMMUTABLE AS $$
    BEGIN
        IF p_phase = 'last' AND p_free[3] = 0 AND p_free[1] > p_keep THEN
            giver := 1; taker := 3; places := p_free[1] - p_keep;
            p_free[1] := p_keep; p_free[3] := places;
            RETURN NEXT;
        END IF;
        IF p_phase = 'last' OR (p_phase = 'release' AND p_keep > 0) THEN
            places := 1;
            FOR n IN 2..5 LOOP
                SELECT i INTO giver FROM generate_series(2, 5) i ORDER BY p_free[i] DESC, i LIMIT 1;
                IF p_free[n] = 0 AND p_free[giver] > 1 THEN
                    taker := n;
                    p_free[giver] := p_free[giver] - 1; p_free[n] := 1;
                    RETURN NEXT;
                END IF;
            END LOOP;
        END IF;
        IF p_phase = 'release' THEN
            taker := 1;
            FOR n IN 2..5 LOOP
                IF p_free[n] > p_keep THEN
                    giver := n; places := p_free[n] - p_keep;
                    RETURN NEXT;
                END IF;
            END LOOP;
        END IF;
    END $$"""
FREE = f"""CREATE FUNCTION appointments_free(p_region text, p_slot uuid) RETURNS integer[] LANGUAGE sql STABLE AS $$
        SELECT array_agg(coalesce(h.capacity - h.taken, 0) ORDER BY p.n)
        FROM unnest({POOLS}) WITH ORDINALITY AS p (pool, n) LEFT JOIN appointments_share h
            ON h.region = p_region AND h.slot_id = p_slot AND h.pool = p.pool
    $$"""
# A bounded batch. The shares of each time are locked in the order (slot_id, pool), as appointments_move locks them, and
# looked at again under the lock; a share that is being booked waits for no longer than this statement.
RELEASE = f"""CREATE FUNCTION appointments_release_due(p_now timestamptz, p_last interval, p_limit integer)
    RETURNS TABLE (region text, hall_id uuid, slot_id uuid, moved integer) LANGUAGE plpgsql AS $$
    #variable_conflict use_column
    DECLARE v record;
    BEGIN
        FOR v IN SELECT s.region, s.hall_id, s.id, s.starts_at, coalesce(p.keep, 1) AS keep,
                CASE WHEN s.starts_at <= p_now + p_last THEN 'last' ELSE 'release' END AS phase
            FROM appointments_slot s LEFT JOIN appointments_hall_policy p
                ON p.region = s.region AND p.hall_id = s.hall_id
            WHERE s.state = 'open' AND s.starts_at > p_now AND s.starts_at <= p_now + interval '168 hours'
                AND s.starts_at <= p_now + make_interval(hours => coalesce(p.release_hours, 24))
                AND EXISTS (SELECT 1 FROM appointments_flows(
                    CASE WHEN s.starts_at <= p_now + p_last THEN 'last' ELSE 'release' END,
                    coalesce(p.keep, 1), appointments_free(s.region, s.id)))
            ORDER BY s.id LIMIT p_limit
        LOOP
            INSERT INTO appointments_share (region, slot_id, pool, capacity)
                SELECT v.region, v.id, each, 0 FROM unnest({POOLS}) AS each
                ON CONFLICT ON CONSTRAINT appointments_share_pk DO NOTHING;
            PERFORM 1 FROM appointments_share h WHERE h.region = v.region AND h.slot_id = v.id
                ORDER BY h.slot_id, h.pool FOR NO KEY UPDATE;
            WITH flow AS (SELECT ({POOLS})[f.giver] AS giver, ({POOLS})[f.taker] AS taker, f.places
                    FROM appointments_flows(v.phase, v.keep, appointments_free(v.region, v.id)) f),
                kept AS (INSERT INTO appointments_release
                        (region, id, hall_id, slot_id, from_pool, to_pool, places, starts_at, at)
                    SELECT v.region, gen_random_uuid(), v.hall_id, v.id, giver, taker, places, v.starts_at, p_now
                    FROM flow),
                net AS (SELECT pool, sum(n) AS n FROM (
                    SELECT taker AS pool, places AS n FROM flow UNION ALL SELECT giver, -places FROM flow) t
                    GROUP BY pool),
                shifted AS (UPDATE appointments_share h SET capacity = h.capacity + net.n FROM net
                    WHERE h.region = v.region AND h.slot_id = v.id AND h.pool = net.pool)
            SELECT v.region, v.hall_id, v.id, sum(places)::integer INTO region, hall_id, slot_id, moved FROM flow;
            IF moved IS NOT NULL THEN RETURN NEXT; END IF;
        END LOOP;
    END $$"""
# As before, and: residents first, the cool-down, and visits that take several times (p_further, later than p_slot) for
# several services (p_items, besides p_item). All of it costs nothing where nobody asked for it: one more look into the
# policy of the hall, and for online places one into an index of online no-shows, which most people are not in.
# The person's home is read here and not passed in, so that no caller can get around it.
NO_REFUSAL = """DROP FUNCTION appointments_refusal(
    text, uuid, text, uuid, text, timestamptz, interval, integer, uuid)"""
REFUSAL = """CREATE FUNCTION appointments_refusal(
        p_region text, p_slot uuid, p_pool text, p_person uuid, p_item text, p_now timestamptz,
        p_lead interval, p_most integer, p_leaving uuid, p_further uuid[] DEFAULT '{}', p_items text[] DEFAULT '{}')
    RETURNS text LANGUAGE plpgsql AS $$
    DECLARE v_slot record; v_until timestamptz; v_known integer; v_open boolean; v_found text; v_online integer;
        v_missed timestamptz[];
    BEGIN
        SELECT s.day, s.starts_at, s.ends_at, s.state, h.pool, p.others_days, p.residents_of INTO v_slot
            FROM appointments_slot s
            LEFT JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id AND h.pool = p_pool
            LEFT JOIN appointments_hall_policy p ON p.region = s.region AND p.hall_id = s.hall_id
            WHERE s.region = p_region AND s.id = p_slot;
        IF NOT FOUND OR v_slot.pool IS NULL THEN RETURN 'no-such-slot'; END IF;
        v_until := v_slot.ends_at; v_open := v_slot.state = 'open';
        IF cardinality(p_further) > 0 THEN
            SELECT count(h.pool), v_open AND bool_and(s.state = 'open'), max(s.ends_at) INTO v_known, v_open, v_until
                FROM appointments_slot s
                LEFT JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id AND h.pool = p_pool
                WHERE s.region = p_region AND s.id = ANY (p_further);
            IF v_known < cardinality(p_further) THEN RETURN 'no-such-slot'; END IF;
        END IF;
        IF NOT v_open OR v_slot.starts_at < p_now + p_lead THEN RETURN 'slot-closed'; END IF;
        IF v_slot.others_days IS NOT NULL
            AND v_slot.day > (p_now AT TIME ZONE 'Asia/Shanghai')::date + v_slot.others_days
            AND NOT EXISTS (SELECT 1 FROM identity_person i WHERE i.region = '000000' AND i.id = p_person
                AND starts_with(i.home, v_slot.residents_of)) THEN
            RETURN 'residents-first';
        END IF;
        SELECT CASE
                WHEN bool_or(a.slot_id = p_slot) THEN 'already-booked'
                WHEN bool_or(a.starts_at < v_until AND a.ends_at > v_slot.starts_at) THEN 'overlap'
                WHEN bool_or(a.item_id = p_item OR a.item_id = ANY (p_items) OR p_item = ANY (a.further_items)
                    OR p_items && a.further_items) THEN 'same-item'
                WHEN count(*) >= p_most THEN 'too-many'
                ELSE '' END, count(*) FILTER (WHERE a.pool = 'online')
            INTO v_found, v_online
            FROM appointments_appointment a
            WHERE a.person_id = p_person AND a.state = 'booked' AND a.ends_at > p_now
                AND a.id IS DISTINCT FROM p_leaving;
        IF v_found <> '' OR p_pool <> 'online' OR v_online = 0 THEN RETURN v_found; END IF;
        SELECT array_agg(m.starts_at ORDER BY m.starts_at DESC) INTO v_missed FROM (
            SELECT a.starts_at FROM appointments_appointment a
                WHERE a.person_id = p_person AND a.state = 'missed' AND a.pool = 'online'
                    AND a.starts_at > p_now - interval '90 days'
                    AND NOT EXISTS (SELECT 1 FROM appointments_excuse e
                        WHERE e.region = a.region AND e.appointment_id = a.id)
                ORDER BY a.starts_at DESC LIMIT 2) m;
        IF v_missed[1] + interval '30 days' > p_now AND v_missed[1] - v_missed[2] <= interval '60 days' THEN
            RETURN 'cool-down';
        END IF;
        RETURN '';
    END $$"""


async def forwards() -> MigrationManager:
    """Create the tables, split times ahead anew, and put the functions in place."""
    steps = [*TABLES, *GRANTED, *SPLIT, *CONSERVE, FLOWS, FREE, RELEASE, NO_REFUSAL, REFUSAL]
    return sql_migration(ID, "appointments", DESCRIPTION, steps)
