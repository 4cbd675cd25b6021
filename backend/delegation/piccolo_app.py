"""This slice's part of the schema."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.delegation.tables import Mandate, Step, Takeback

APP_CONFIG = AppConfig(
    app_name="delegation",
    migrations_folder_path=Path(__file__).parent / "migrations",
    table_classes=[Mandate, Step, Takeback],
)
