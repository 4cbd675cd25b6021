"""Lines, counters, tickets, and the function that decides who is called next."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "lines, counters, tickets"


def region(table: str) -> str:
    return f"region text NOT NULL CONSTRAINT {table}_region_ck CHECK (region ~ '^[0-9]{{6}}$')"


TABLES = [
    f"""CREATE TABLE queues_line (
        {region("queues_line")},
        hall_id uuid NOT NULL,
        day date NOT NULL,
        streak smallint NOT NULL DEFAULT 0,
        booked integer NOT NULL DEFAULT 0,
        green integer NOT NULL DEFAULT 0,
        street integer NOT NULL DEFAULT 0,
        CONSTRAINT queues_line_pk PRIMARY KEY (region, hall_id, day))""",
    f"""CREATE TABLE queues_counter (
        {region("queues_counter")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        label text NOT NULL,
        items text[] NOT NULL DEFAULT '{{}}',
        state text NOT NULL DEFAULT 'closed',
        staff uuid,
        changed timestamptz NOT NULL,
        CONSTRAINT queues_counter_pk PRIMARY KEY (region, id),
        CONSTRAINT queues_counter_label_uq UNIQUE (region, hall_id, label),
        CONSTRAINT queues_counter_state_ck CHECK (state IN ('open', 'paused', 'closed')),
        CONSTRAINT queues_counter_staff_ck CHECK ((state = 'closed') = (staff IS NULL)))""",
    # One clerk sits at one counter.
    "CREATE UNIQUE INDEX queues_counter_staff_uq ON queues_counter (region, staff) WHERE staff IS NOT NULL",
    f"""CREATE TABLE queues_ticket (
        {region("queues_ticket")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        day date NOT NULL,
        number text NOT NULL,
        kind text NOT NULL,
        item_id text,
        person_id uuid,
        appointment_id uuid,
        channel text NOT NULL,
        token_hash bytea NOT NULL,
        state text NOT NULL DEFAULT 'waiting',
        since timestamptz NOT NULL,
        due timestamptz NOT NULL,
        passed timestamptz,
        counter_id uuid,
        staff uuid,
        calls smallint NOT NULL DEFAULT 0,
        taken_at timestamptz NOT NULL,
        called_at timestamptz,
        started_at timestamptz,
        ended_at timestamptz,
        waited integer,
        told timestamptz,
        note bytea,
        request bytea NOT NULL,
        CONSTRAINT queues_ticket_pk PRIMARY KEY (region, id),
        CONSTRAINT queues_ticket_number_uq UNIQUE (region, hall_id, day, number),
        CONSTRAINT queues_ticket_request_uq UNIQUE (region, request),
        CONSTRAINT queues_ticket_token_uq UNIQUE (region, token_hash),
        CONSTRAINT queues_ticket_kind_ck CHECK (kind IN ('booked', 'green', 'walk-in')),
        CONSTRAINT queues_ticket_state_ck
            CHECK (state IN ('waiting', 'called', 'serving', 'held', 'parked', 'missed', 'done', 'left')),
        CONSTRAINT queues_ticket_counter_ck CHECK (state NOT IN ('called', 'serving') OR counter_id IS NOT NULL),
        CONSTRAINT queues_ticket_ended_ck CHECK ((state IN ('done', 'left')) = (ended_at IS NOT NULL)),
        CONSTRAINT queues_ticket_counter_fk FOREIGN KEY (region, counter_id)
            REFERENCES queues_counter (region, id) ON DELETE RESTRICT)""",
    "CREATE INDEX queues_ticket_counter_ix ON queues_ticket (region, counter_id)",
    # A counter serves one person at a time, an appointment has one standing ticket, a token opens one slip.
    """CREATE UNIQUE INDEX queues_ticket_busy_uq ON queues_ticket (region, counter_id)
        WHERE state IN ('called', 'serving')""",
    """CREATE UNIQUE INDEX queues_ticket_appointment_uq ON queues_ticket (region, appointment_id)
        WHERE appointment_id IS NOT NULL AND state <> 'left'""",
    "CREATE INDEX queues_ticket_token_ix ON queues_ticket (token_hash)",
    "CREATE INDEX queues_ticket_person_ix ON queues_ticket (person_id, day) WHERE person_id IS NOT NULL",
    "CREATE INDEX queues_ticket_day_ix ON queues_ticket (region, hall_id, day, state, since)",
]

# The number comes from the line's row in the statement that makes the ticket: no gaps, no doubles, whoever asks at once.
TAKE = """CREATE FUNCTION queues_take(
        p_region text, p_id uuid, p_hall uuid, p_day date, p_kind text, p_item text, p_person uuid, p_appointment uuid,
        p_channel text, p_token bytea, p_since timestamptz, p_due timestamptz, p_now timestamptz, p_request bytea,
        OUT outcome text, OUT made queues_ticket)
    LANGUAGE plpgsql AS $$
    DECLARE v_nth integer;
    BEGIN
        INSERT INTO queues_line (region, hall_id, day) VALUES (p_region, p_hall, p_day) ON CONFLICT DO NOTHING;
        PERFORM 1 FROM queues_line WHERE region = p_region AND hall_id = p_hall AND day = p_day FOR UPDATE;
        SELECT * INTO made FROM queues_ticket WHERE region = p_region AND request = p_request;
        IF FOUND THEN outcome := 'replayed'; RETURN; END IF;
        IF p_appointment IS NOT NULL THEN
            SELECT * INTO made FROM queues_ticket
                WHERE region = p_region AND appointment_id = p_appointment AND state <> 'left';
            IF FOUND THEN outcome := 'replayed'; RETURN; END IF;
        END IF;
        UPDATE queues_line SET booked = booked + (p_kind = 'booked')::int, green = green + (p_kind = 'green')::int,
                street = street + (p_kind = 'walk-in')::int
            WHERE region = p_region AND hall_id = p_hall AND day = p_day
            RETURNING CASE p_kind WHEN 'booked' THEN booked WHEN 'green' THEN green ELSE street END INTO v_nth;
        INSERT INTO queues_ticket (region, id, hall_id, day, number, kind, item_id, person_id, appointment_id, channel,
                token_hash, since, due, taken_at, request)
            VALUES (p_region, p_id, p_hall, p_day,
                CASE p_kind WHEN 'booked' THEN 'A' WHEN 'green' THEN 'L' ELSE 'W' END
                    || lpad(v_nth::text, greatest(3, length(v_nth::text)), '0'),
                p_kind, p_item, p_person, p_appointment, p_channel, p_token, p_since, p_due, p_now, p_request)
            RETURNING * INTO made;
        outcome := 'taken';
    END $$"""
# The twin of rules.next_up; a test compares the two. The line's row is the lock: two counters never call one person.
NEXT = """CREATE FUNCTION queues_next(
        p_region text, p_hall uuid, p_day date, p_counter uuid, p_staff uuid, p_now timestamptz,
        p_streak integer, p_patience interval, p_early interval,
        OUT outcome text, OUT why text, OUT made queues_ticket)
    LANGUAGE plpgsql AS $$
    DECLARE v_streak integer; v_items text[]; v_state text; v_next uuid; v_first uuid; v_street boolean;
    BEGIN
        SELECT streak INTO v_streak FROM queues_line
            WHERE region = p_region AND hall_id = p_hall AND day = p_day FOR UPDATE;
        SELECT items, state INTO v_items, v_state FROM queues_counter
            WHERE region = p_region AND id = p_counter AND hall_id = p_hall AND staff = p_staff FOR SHARE;
        IF NOT FOUND OR v_state <> 'open' THEN outcome := 'counter-closed'; RETURN; END IF;
        IF EXISTS (SELECT 1 FROM queues_ticket WHERE region = p_region AND counter_id = p_counter
                AND state IN ('called', 'serving')) THEN outcome := 'counter-busy'; RETURN; END IF;
        IF v_streak IS NULL THEN outcome := 'nobody-waits'; RETURN; END IF;
        LOOP
            WITH w AS MATERIALIZED (
                SELECT id, kind, since, due, passed, kind <> 'booked' OR p_now >= due - p_early AS ready
                FROM queues_ticket
                WHERE region = p_region AND hall_id = p_hall AND day = p_day AND state = 'waiting'
                    AND (cardinality(v_items) = 0 OR item_id IS NULL OR item_id = ANY(v_items))
            ), one AS (
                (SELECT 1 AS rank, 'patience' AS why, id, kind FROM w
                    WHERE kind = 'walk-in' AND p_now - passed >= p_patience ORDER BY passed, since, id LIMIT 1)
                UNION ALL (SELECT 2, 'priority', id, kind FROM w WHERE kind <> 'walk-in' AND ready
                    AND (v_streak < p_streak OR NOT EXISTS (SELECT 1 FROM w WHERE kind = 'walk-in'))
                    ORDER BY due, since, id LIMIT 1)
                UNION ALL (SELECT 3, 'street', id, kind FROM w WHERE kind = 'walk-in' ORDER BY since, id LIMIT 1)
                UNION ALL (SELECT 4, 'early', id, kind FROM w ORDER BY due, since, id LIMIT 1)
                ORDER BY rank LIMIT 1
            )
            SELECT one.id, one.why,
                (SELECT id FROM w WHERE ready ORDER BY greatest(since, due), since, id LIMIT 1),
                one.kind <> 'walk-in' AND EXISTS (SELECT 1 FROM w WHERE kind = 'walk-in')
                INTO v_next, why, v_first, v_street FROM one;
            IF v_next IS NULL THEN outcome := 'nobody-waits'; RETURN; END IF;
            UPDATE queues_ticket SET state = 'called', counter_id = p_counter, staff = p_staff, calls = calls + 1,
                    called_at = p_now,
                    waited = coalesce(waited, greatest(0, extract(epoch FROM p_now - greatest(since, due)))::int)
                WHERE region = p_region AND id = v_next AND state = 'waiting' RETURNING * INTO made;
            EXIT WHEN FOUND;  -- otherwise the person gave the number back this moment: choose anew
        END LOOP;
        UPDATE queues_line SET streak = CASE WHEN v_street THEN streak + 1 ELSE 0 END
            WHERE region = p_region AND hall_id = p_hall AND day = p_day;
        UPDATE queues_ticket SET passed = p_now
            WHERE region = p_region AND id = v_first AND id <> v_next AND kind = 'walk-in' AND passed IS NULL;
        outcome := 'called';
    END $$"""


async def forwards() -> MigrationManager:
    """Create the tables and functions."""
    return sql_migration(ID, "queues", DESCRIPTION, [*TABLES, TAKE, NEXT])
