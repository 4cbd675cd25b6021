"""Help calls, questions answered without a number, several errands of one visit, and passing on to a named counter."""

from importlib import import_module

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T17:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "help calls, quick questions, errands, named counters"
FIRST = import_module("backend.queues.migrations.queues_2026_11_26t10_00_00_000000")

COLUMNS = [
    "ALTER TABLE queues_counter ADD COLUMN team text NOT NULL DEFAULT ''",
    """ALTER TABLE queues_ticket
        ADD COLUMN for_counter uuid,
        ADD COLUMN for_team text,
        ADD COLUMN missed_at timestamptz,
        ADD COLUMN errands text[] NOT NULL DEFAULT '{}'""",
]
TABLES = [
    f"""CREATE TABLE queues_help (
        {FIRST.region("queues_help")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        source uuid NOT NULL,
        place text NOT NULL,
        urgent boolean NOT NULL,
        asked_by uuid NOT NULL,
        asked timestamptz NOT NULL,
        going uuid,
        going_at timestamptz,
        solved_by uuid,
        solved timestamptz,
        CONSTRAINT queues_help_pk PRIMARY KEY (region, id),
        CONSTRAINT queues_help_going_ck CHECK ((going IS NULL) = (going_at IS NULL)),
        CONSTRAINT queues_help_solved_ck CHECK ((solved_by IS NULL) = (solved IS NULL)))""",
    # Pressing again while nobody has come is the same call.
    "CREATE UNIQUE INDEX queues_help_open_uq ON queues_help (region, source) WHERE solved IS NULL",
    "CREATE INDEX queues_help_hall_ix ON queues_help (region, hall_id, asked)",
    f"""CREATE TABLE queues_question (
        {FIRST.region("queues_question")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        counter_id uuid NOT NULL,
        day date NOT NULL,
        item_id text,
        staff uuid NOT NULL,
        at timestamptz NOT NULL,
        CONSTRAINT queues_question_pk PRIMARY KEY (region, id),
        CONSTRAINT queues_question_counter_fk FOREIGN KEY (region, counter_id)
            REFERENCES queues_counter (region, id) ON DELETE RESTRICT)""",
    "CREATE INDEX queues_question_counter_ix ON queues_question (region, counter_id)",
    "CREATE INDEX queues_question_day_ix ON queues_question (region, hall_id, day)",
]
# Somebody passed on to a counter or a group of counters is called there only, as long as anybody sits there.
WHERE = """AND (cardinality(v_items) = 0 OR item_id IS NULL OR item_id = ANY(v_items))"""
ONLY_THERE = """AND (for_counter IS NULL OR for_counter = p_counter OR NOT EXISTS (SELECT 1 FROM queues_counter c
                        WHERE c.region = p_region AND c.id = for_counter AND c.state <> 'closed'))
                    AND (for_team IS NULL OR for_team = v_team OR NOT EXISTS (SELECT 1 FROM queues_counter c
                        WHERE c.region = p_region AND c.hall_id = p_hall AND c.team = for_team AND c.state <> 'closed'))"""
CHANGES = [
    ("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
    ("v_items text[];", "v_items text[]; v_team text;"),
    ("SELECT items, state INTO v_items, v_state", "SELECT items, team, state INTO v_items, v_team, v_state"),
    (WHERE, f"AND (for_counter = p_counter OR cardinality(v_items) = 0 OR item_id IS NULL OR item_id = ANY(v_items))\n                    {ONLY_THERE}"),
    ("calls = calls + 1,", "calls = calls + 1, for_counter = NULL, for_team = NULL,"),
]


def next_function() -> str:
    """The function that calls the next person, with the new conditions in it."""
    text: str = FIRST.NEXT
    for old, new in CHANGES:
        if text.count(old) != 1:
            raise ValueError(f"queues_next no longer reads {old!r}")
        text = text.replace(old, new)
    return text


async def forwards() -> MigrationManager:
    """Add the columns and tables, replace the function."""
    return sql_migration(ID, "queues", DESCRIPTION, [*COLUMNS, *TABLES, next_function()])
