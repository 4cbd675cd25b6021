"""Richer opening rules, counter groups, rosters, limits of a hall, and closures that see to everybody they touch."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T17:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "opening rules, counter groups, rosters, closures"


def region(table: str) -> str:
    return f"region text NOT NULL CONSTRAINT {table}_region_ck CHECK (region ~ '^[0-9]{{6}}$')"


# A rule, closure or slot without a group is of the hall's general counters (综合窗口).
RULES = [
    """ALTER TABLE appointments_opening_rule
        ADD COLUMN group_id uuid,
        ADD COLUMN repeat text NOT NULL DEFAULT 'weekly'
            CONSTRAINT appointments_opening_rule_repeat_ck CHECK (repeat IN ('weekly', 'monthly', 'once')),
        ADD COLUMN every integer NOT NULL DEFAULT 1
            CONSTRAINT appointments_opening_rule_every_ck CHECK (every BETWEEN 1 AND 12),
        ADD COLUMN anchor date,
        ADD COLUMN nth integer[] NOT NULL DEFAULT '{}'
            CONSTRAINT appointments_opening_rule_nth_ck CHECK (nth <@ ARRAY[-1, 1, 2, 3, 4, 5]),
        ADD COLUMN season_from text NOT NULL DEFAULT ''
            CONSTRAINT appointments_opening_rule_season_from_ck CHECK (season_from ~ '^([01][0-9]-[0-3][0-9])?$'),
        ADD COLUMN season_to text NOT NULL DEFAULT ''
            CONSTRAINT appointments_opening_rule_season_to_ck CHECK (season_to ~ '^([01][0-9]-[0-3][0-9])?$'),
        ADD COLUMN per_counter integer
            CONSTRAINT appointments_opening_rule_per_counter_ck CHECK (per_counter BETWEEN 1 AND 100),
        ADD CONSTRAINT appointments_opening_rule_season_ck CHECK ((season_from = '') = (season_to = ''))""",
    """ALTER TABLE appointments_closure
        ADD COLUMN half text NOT NULL DEFAULT 'day'
            CONSTRAINT appointments_closure_half_ck CHECK (half IN ('day', 'morning', 'afternoon')),
        ADD COLUMN group_id uuid,
        ADD COLUMN everything boolean NOT NULL DEFAULT true
            CONSTRAINT appointments_closure_everything_ck CHECK (NOT everything OR group_id IS NULL),
        ADD COLUMN state text NOT NULL DEFAULT 'closed'
            CONSTRAINT appointments_closure_state_ck CHECK (state IN ('closed', 'lifted')),
        ADD COLUMN acting uuid,
        DROP CONSTRAINT appointments_closure_day_uq""",
    """CREATE UNIQUE INDEX appointments_closure_day_uq ON appointments_closure
        (region, hall_id, day, half, everything, (coalesce(group_id, hall_id)))""",
    "ALTER TABLE appointments_slot ADD COLUMN group_id uuid, DROP CONSTRAINT appointments_slot_start_uq",
    """CREATE UNIQUE INDEX appointments_slot_start_uq ON appointments_slot
        (region, hall_id, (coalesce(group_id, hall_id)), starts_at)""",
]
TABLES = [
    f"""CREATE TABLE appointments_limit (
        {region("appointments_limit")},
        hall_id uuid NOT NULL,
        lead_minutes integer NOT NULL CONSTRAINT appointments_limit_lead_ck CHECK (lead_minutes BETWEEN 0 AND 10080),
        horizon_days integer NOT NULL CONSTRAINT appointments_limit_horizon_ck CHECK (horizon_days BETWEEN 1 AND 60),
        rest boolean NOT NULL,
        CONSTRAINT appointments_limit_pk PRIMARY KEY (region, hall_id))""",
    f"""CREATE TABLE appointments_group (
        {region("appointments_group")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        name text NOT NULL,
        kind text NOT NULL CONSTRAINT appointments_group_kind_ck
            CHECK (kind IN ('counter', 'phone', 'video', 'home', 'session')),
        items text[] NOT NULL,
        themes text[] NOT NULL,
        CONSTRAINT appointments_group_pk PRIMARY KEY (region, id),
        CONSTRAINT appointments_group_name_uq UNIQUE (region, hall_id, name))""",
    f"""CREATE TABLE appointments_need (
        {region("appointments_need")},
        hall_id uuid NOT NULL,
        item_id text NOT NULL,
        minutes integer NOT NULL CONSTRAINT appointments_need_minutes_ck CHECK (minutes BETWEEN 5 AND 480),
        CONSTRAINT appointments_need_pk PRIMARY KEY (region, hall_id, item_id))""",
    f"""CREATE TABLE appointments_visit (
        {region("appointments_visit")},
        id uuid NOT NULL,
        person_id uuid NOT NULL,
        address bytea NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT appointments_visit_pk PRIMARY KEY (region, id))""",
    "CREATE INDEX appointments_visit_person_ix ON appointments_visit (person_id)",
    f"""CREATE TABLE appointments_counter (
        {region("appointments_counter")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        label text NOT NULL,
        groups uuid[] NOT NULL,
        CONSTRAINT appointments_counter_pk PRIMARY KEY (region, id),
        CONSTRAINT appointments_counter_label_uq UNIQUE (region, hall_id, label))""",
    f"""CREATE TABLE appointments_roster (
        {region("appointments_roster")},
        hall_id uuid NOT NULL,
        day date NOT NULL,
        half text NOT NULL CONSTRAINT appointments_roster_half_ck CHECK (half IN ('morning', 'afternoon')),
        counter_id uuid NOT NULL,
        group_key uuid NOT NULL,
        CONSTRAINT appointments_roster_pk PRIMARY KEY (region, counter_id, day, half),
        CONSTRAINT appointments_roster_counter_fk FOREIGN KEY (region, counter_id)
            REFERENCES appointments_counter (region, id) ON DELETE RESTRICT)""",
    "CREATE INDEX appointments_roster_day_ix ON appointments_roster (region, hall_id, day)",
    f"""CREATE TABLE appointments_rebooking (
        {region("appointments_rebooking")},
        closure_id uuid NOT NULL,
        appointment_id uuid NOT NULL,
        person_id uuid NOT NULL,
        acting uuid NOT NULL,
        outcome text NOT NULL DEFAULT 'pending' CONSTRAINT appointments_rebooking_outcome_ck
            CHECK (outcome IN ('pending', 'moved', 'call', 'gone')),
        moved_to uuid,
        tries integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        done_at timestamptz,
        CONSTRAINT appointments_rebooking_pk PRIMARY KEY (region, closure_id, appointment_id),
        CONSTRAINT appointments_rebooking_moved_ck CHECK ((outcome = 'moved') = (moved_to IS NOT NULL)),
        CONSTRAINT appointments_rebooking_done_ck CHECK ((outcome = 'pending') = (done_at IS NULL)),
        CONSTRAINT appointments_rebooking_closure_fk FOREIGN KEY (region, closure_id)
            REFERENCES appointments_closure (region, id) ON DELETE RESTRICT)""",
    """CREATE INDEX appointments_rebooking_pending_ix ON appointments_rebooking (created_at)
        WHERE outcome = 'pending'""",
    "CREATE INDEX appointments_rebooking_appointment_ix ON appointments_rebooking (region, appointment_id)",
    "CREATE INDEX appointments_rebooking_moved_ix ON appointments_rebooking (region, moved_to)",
]
# How long before a place can be booked, as its hall says: read inside the booking's own statement.
LEAD = """CREATE FUNCTION appointments_lead(p_region text, p_slot uuid, p_default interval)
    RETURNS interval LANGUAGE plpgsql STABLE AS $$
    DECLARE v_minutes integer;
    BEGIN
        SELECT l.lead_minutes INTO v_minutes
            FROM appointments_slot s JOIN appointments_limit l ON l.region = s.region AND l.hall_id = s.hall_id
            WHERE s.region = p_region AND s.id = p_slot;
        RETURN coalesce(make_interval(mins => v_minutes), p_default);
    END $$"""
# The groups of a hall that handle a service; the hall's own id stands for the general counters. The twin of
# opening_rules.groups_for. Most halls have no groups and no limits: they pay for one look into each.
DESK = """CREATE FUNCTION appointments_desk(p_region text, p_hall uuid, p_item text)
    RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
    DECLARE v_found uuid[]; v_rest boolean; v_themes text[];
    BEGIN
        SELECT rest INTO v_rest FROM appointments_limit WHERE region = p_region AND hall_id = p_hall;
        v_rest := coalesce(v_rest, true);
        IF EXISTS (SELECT 1 FROM appointments_group WHERE region = p_region AND hall_id = p_hall) THEN
            IF coalesce(p_item, '') = '' THEN
                IF NOT v_rest THEN
                    SELECT array_agg(id ORDER BY id) INTO v_found FROM appointments_group
                        WHERE region = p_region AND hall_id = p_hall AND kind = 'counter';
                END IF;
            ELSE
                SELECT array_agg(id ORDER BY id) INTO v_found FROM appointments_group
                    WHERE region = p_region AND hall_id = p_hall AND p_item = ANY (items);
                IF v_found IS NULL THEN
                    SELECT themes INTO v_themes FROM catalogue_item WHERE id = p_item;
                    SELECT array_agg(id ORDER BY id) INTO v_found FROM appointments_group
                        WHERE region = p_region AND hall_id = p_hall AND themes && v_themes;
                END IF;
            END IF;
        END IF;
        RETURN coalesce(v_found, CASE WHEN v_rest THEN ARRAY[p_hall] ELSE '{}'::uuid[] END);
    END $$"""
# The counters that do all of these services; none: where a visit goes.
DESKS = """CREATE FUNCTION appointments_desks(p_region text, p_hall uuid, p_items text[])
    RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(desk), '{}') FROM unnest(appointments_desk(p_region, p_hall, p_items[1])) desk
        WHERE NOT EXISTS (SELECT 1 FROM unnest(p_items[2:]) item
            WHERE desk <> ALL (appointments_desk(p_region, p_hall, item))) $$"""
# The times that a visit for these services takes when it begins at a time: that one, and as many of the same counters
# as follow without a gap until the minutes suffice; a service of which nobody has noted how many it needs takes as long
# as the first time lasts. NULL: other counters do one of them, or the hall closes before. The twin of
# opening_rules.run.
RUN = """CREATE FUNCTION appointments_run(p_region text, p_slot uuid, p_items text[])
    RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
    DECLARE v_slot record; v_next record; v_left interval; v_run uuid[] := ARRAY[p_slot];
    BEGIN
        SELECT s.hall_id, coalesce(s.group_id, s.hall_id) AS desk, s.ends_at, s.ends_at - s.starts_at AS lasts
            INTO v_slot FROM appointments_slot s WHERE s.region = p_region AND s.id = p_slot;
        IF NOT FOUND OR v_slot.desk <> ALL (appointments_desks(p_region, v_slot.hall_id, p_items)) THEN
            RETURN NULL;
        END IF;
        SELECT coalesce(sum(coalesce(make_interval(mins => n.minutes), v_slot.lasts)), v_slot.lasts) - v_slot.lasts
            INTO v_left FROM unnest(p_items) item LEFT JOIN appointments_need n
                ON n.region = p_region AND n.hall_id = v_slot.hall_id AND n.item_id = item;
        WHILE v_left > interval '0' LOOP
            SELECT id, ends_at, ends_at - starts_at AS lasts INTO v_next FROM appointments_slot
                WHERE region = p_region AND hall_id = v_slot.hall_id AND coalesce(group_id, hall_id) = v_slot.desk
                    AND starts_at = v_slot.ends_at AND state = 'open';
            IF NOT FOUND THEN RETURN NULL; END IF;
            v_run := v_run || v_next.id; v_slot.ends_at := v_next.ends_at; v_left := v_left - v_next.lasts;
        END LOOP;
        RETURN v_run;
    END $$"""
# The same, if we know where to come or whom to ring: what a booking takes.
SUITED = """CREATE FUNCTION appointments_suited(
        p_region text, p_slot uuid, p_items text[], p_person uuid, p_addressed boolean)
    RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
    DECLARE v_plain boolean; v_run uuid[]; v_kind text;
    BEGIN
        -- Most halls have no groups and note no needs: one look, and every time is for everything.
        SELECT cardinality(p_items) <= 1 AND s.group_id IS NULL AND coalesce(l.rest, true)
                AND NOT EXISTS (SELECT 1 FROM appointments_group g WHERE g.region = p_region AND g.hall_id = s.hall_id)
                AND NOT EXISTS (SELECT 1 FROM appointments_need n WHERE n.region = p_region AND n.hall_id = s.hall_id)
            INTO v_plain FROM appointments_slot s
            LEFT JOIN appointments_limit l ON l.region = s.region AND l.hall_id = s.hall_id
            WHERE s.region = p_region AND s.id = p_slot;
        IF v_plain THEN RETURN ARRAY[p_slot]; END IF;
        v_run := appointments_run(p_region, p_slot, p_items);
        IF v_run IS NULL THEN RETURN NULL; END IF;
        SELECT g.kind INTO v_kind FROM appointments_slot s
            JOIN appointments_group g ON g.region = s.region AND g.id = s.group_id
            WHERE s.region = p_region AND s.id = p_slot;
        IF v_kind = 'home' AND NOT p_addressed THEN RETURN NULL; END IF;
        IF v_kind IN ('phone', 'video') AND NOT EXISTS (
            SELECT 1 FROM identity_person i WHERE i.region = '000000' AND i.id = p_person AND i.phone IS NOT NULL)
        THEN RETURN NULL; END IF;
        RETURN v_run;
    END $$"""
# How many such visits can begin at a time in one share.
LEFT_IN = """CREATE FUNCTION appointments_left(p_region text, p_run uuid[], p_pool text)
    RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN count(*) = cardinality(p_run) THEN min(capacity - taken) ELSE 0 END FROM appointments_share
        WHERE region = p_region AND slot_id = ANY (p_run) AND pool = p_pool $$"""


async def forwards() -> MigrationManager:
    """Widen rules, closures and slots; create the new tables."""
    return sql_migration(ID, "appointments", DESCRIPTION, [*RULES, *TABLES, LEAD, DESK, DESKS, RUN, SUITED, LEFT_IN])
