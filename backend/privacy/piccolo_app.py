"""This slice's part of the schema."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.privacy.tables import Closing, Correction, Hold, Run

APP_CONFIG = AppConfig(
    app_name="privacy",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[Run, Correction, Closing, Hold],
    migration_dependencies=[],
)
