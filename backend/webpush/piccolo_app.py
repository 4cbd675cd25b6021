"""This slice's tables and schema history."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.webpush import tables

APP_CONFIG = AppConfig(
    app_name="webpush",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[tables.Subscription],
    migration_dependencies=[],
)
