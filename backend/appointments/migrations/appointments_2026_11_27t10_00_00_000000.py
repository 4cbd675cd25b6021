"""Groups of counters that several halls run together."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-27T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "joint groups"

TABLE = [
    """CREATE TABLE appointments_joint (
        region text NOT NULL CONSTRAINT appointments_joint_region_ck CHECK (region ~ '^[0-9]{6}$'),
        group_id uuid NOT NULL,
        hall_id uuid NOT NULL,
        CONSTRAINT appointments_joint_pk PRIMARY KEY (region, group_id, hall_id),
        CONSTRAINT appointments_joint_group_fk FOREIGN KEY (region, group_id)
            REFERENCES appointments_group (region, id) ON DELETE CASCADE)""",
    "CREATE INDEX appointments_joint_hall_ix ON appointments_joint (region, hall_id)",
]
# A counter stands in one hall, and a session takes place in one; by telephone, video and at home nobody comes to a
# hall, so it is the same whose colleagues do it. A hall does not join its own group.
RULE = [
    """CREATE FUNCTION appointments_joint_rule() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM appointments_joint j JOIN appointments_group g
                ON g.region = j.region AND g.id = j.group_id
                WHERE j.region = NEW.region
                AND j.group_id = (to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'appointments_joint' THEN 'group_id'
                    ELSE 'id' END)::uuid
                AND (g.kind NOT IN ('phone', 'video', 'home') OR g.hall_id = j.hall_id)) THEN
            RAISE EXCEPTION 'only what is done by telephone, by video or at home is done together'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'appointments_joint_kind_ck';
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER appointments_joint_kind AFTER INSERT OR UPDATE ON appointments_joint
        FOR EACH ROW EXECUTE FUNCTION appointments_joint_rule()""",
    """CREATE TRIGGER appointments_group_kind AFTER UPDATE OF kind, hall_id ON appointments_group
        FOR EACH ROW EXECUTE FUNCTION appointments_joint_rule()""",
]


async def forwards() -> MigrationManager:
    """One table, and what it may hold."""
    return sql_migration(ID, "appointments", DESCRIPTION, [*TABLE, *RULE])
