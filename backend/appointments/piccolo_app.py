"""This slice's part of the schema."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.appointments.feed_tables import Feed
from backend.appointments.opening_tables import Counter, Group, Joint, Limit, Need, Rebooking, Roster, Visit
from backend.appointments.tables import (
    Appointment,
    Closure,
    Excuse,
    Further,
    HallPolicy,
    Hold,
    OpeningRule,
    Release,
    Return,
    Share,
    SharePlan,
    Slot,
    Wait,
)

COUNTERS = [Limit, Group, Joint, Need, Visit, Counter, Roster, Rebooking]
APP_CONFIG = AppConfig(
    app_name="appointments",
    migrations_folder_path=Path(__file__).parent / "migrations",
    table_classes=[
        OpeningRule,
        Closure,
        Slot,
        Share,
        Appointment,
        SharePlan,
        HallPolicy,
        Release,
        Excuse,
        *COUNTERS,
        Wait,
        Hold,
        Return,
        Further,
        Feed,
    ],
)
