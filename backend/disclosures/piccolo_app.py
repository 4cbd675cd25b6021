"""This slice's tables and schema history."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.disclosures.tables import Question

APP_CONFIG = AppConfig(
    app_name="disclosures",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[Question],
    migration_dependencies=[],
)
