"""This slice's part of the schema."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.consents.tables import Consent

APP_CONFIG = AppConfig(
    app_name="consents",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[Consent],
    migration_dependencies=[],
)
