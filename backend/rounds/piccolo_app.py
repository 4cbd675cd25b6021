"""This slice's part of the schema."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.rounds.tables import Badge, Visit

APP_CONFIG = AppConfig(
    app_name="rounds",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[Visit, Badge],
    migration_dependencies=["core", "appointments"],
)
