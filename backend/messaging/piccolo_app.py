"""This slice's tables and schema history."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.messaging import tables

APP_CONFIG = AppConfig(
    app_name="messaging",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[
        tables.Service, tables.Key, tables.Template, tables.Wording, tables.Rewording, tables.Notice, tables.File,
        tables.Letter, tables.Received, tables.Broadcast, tables.Recipient,
    ],
    migration_dependencies=[],
)  # fmt: skip
