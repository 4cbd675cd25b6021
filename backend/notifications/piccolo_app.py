"""This slice's tables and schema history."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.notifications import tables

APP_CONFIG = AppConfig(
    app_name="notifications",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[
        tables.Message,
        tables.Delivery,
        tables.Preference,
        tables.Phone,
        tables.Email,
        tables.Call,
        tables.Nonce,
        tables.Received,
        tables.Plan,
        tables.Copy,
    ],
    migration_dependencies=[],
)
