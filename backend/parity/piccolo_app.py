"""This slice's tables and schema history."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.parity.tables import Report

APP_CONFIG = AppConfig(
    app_name="parity",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[Report],
    migration_dependencies=["core"],
)
