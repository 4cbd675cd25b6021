"""This slice's part of the schema."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.calls.tables import Draft

APP_CONFIG = AppConfig(
    app_name="calls",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[Draft],
    migration_dependencies=["core"],
)
