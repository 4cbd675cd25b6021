"""This slice's tables and schema history."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.ratings import tables

APP_CONFIG = AppConfig(
    app_name="ratings",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[tables.Visit, tables.Link, tables.Rating, tables.Case, tables.Step, tables.Month],
    migration_dependencies=["core"],
)
