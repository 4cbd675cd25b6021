"""Piccolo's view of the slice."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.places.tables import Day, Division, Hall

APP_CONFIG = AppConfig(
    app_name="places",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[Day, Division, Hall],
    migration_dependencies=[],
)
