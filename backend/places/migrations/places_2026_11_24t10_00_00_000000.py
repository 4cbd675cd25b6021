"""Divisions, halls and days."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-24T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "divisions, halls and days"

DIVISION = """
CREATE TABLE places_division (
    code text NOT NULL,
    parent text NOT NULL,
    level smallint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    full_name text NOT NULL,
    english text NOT NULL,
    spelled text NOT NULL,
    initials text NOT NULL,
    urban_rural text NOT NULL,
    lat double precision,
    lng double precision,
    coord_source text NOT NULL,
    edited_at timestamptz,
    CONSTRAINT places_division_pk PRIMARY KEY (code),
    CONSTRAINT places_division_code_ck CHECK (code ~ '^[0-9]{12}$'),
    CONSTRAINT places_division_parent_ck CHECK (parent = '' OR parent ~ '^[0-9]{12}$'),
    CONSTRAINT places_division_level_ck CHECK (level BETWEEN 1 AND 5),
    CONSTRAINT places_division_point_ck CHECK ((lat IS NULL) = (lng IS NULL))
)"""

HALL = """
CREATE TABLE places_hall (
    region text NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    english text NOT NULL,
    level text NOT NULL,
    division text NOT NULL,
    located_in text NOT NULL,
    address text NOT NULL,
    phone text NOT NULL,
    opens time,
    closes time,
    lat double precision,
    lng double precision,
    status text NOT NULL,
    source text NOT NULL,
    bookable boolean NOT NULL,
    edited_at timestamptz,
    CONSTRAINT places_hall_pk PRIMARY KEY (region, id),
    CONSTRAINT places_hall_region_ck CHECK (region ~ '^[0-9]{6}$'),
    CONSTRAINT places_hall_code_uq UNIQUE (region, code),
    CONSTRAINT places_hall_level_ck CHECK (level IN ('province', 'prefecture', 'county', 'township')),
    CONSTRAINT places_hall_status_ck CHECK (status IN ('derived', 'listed', 'confirmed')),
    CONSTRAINT places_hall_derived_ck CHECK (status <> 'derived' OR (address = '' AND phone = '' AND opens IS NULL)),
    CONSTRAINT places_hall_hours_ck CHECK ((opens IS NULL) = (closes IS NULL) AND opens < closes),
    CONSTRAINT places_hall_point_ck CHECK ((lat IS NULL) = (lng IS NULL))
)"""

DAY = """
CREATE TABLE places_day (
    day date NOT NULL,
    kind text NOT NULL,
    holiday text NOT NULL,
    status text NOT NULL,
    edited_at timestamptz,
    CONSTRAINT places_day_pk PRIMARY KEY (day),
    CONSTRAINT places_day_kind_ck CHECK (kind IN ('workday', 'weekend', 'holiday', 'makeup_workday')),
    CONSTRAINT places_day_status_ck CHECK (status IN ('final', 'statutory_only'))
)"""

UP = [
    DIVISION,
    "CREATE INDEX places_division_parent_ix ON places_division (parent, code)",
    "CREATE INDEX places_division_lat_ix ON places_division (lat) WHERE lat IS NOT NULL",
    HALL,
    "CREATE INDEX places_hall_id_ix ON places_hall (id)",
    "CREATE INDEX places_hall_division_ix ON places_hall (division)",
    "CREATE INDEX places_hall_code_ix ON places_hall (code)",
    DAY,
]


async def forwards() -> MigrationManager:
    """Create the three tables."""
    return sql_migration(ID, "places", DESCRIPTION, UP)
