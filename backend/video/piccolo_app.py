"""This slice's part of the schema."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.video.tables import Meeting, Room

APP_CONFIG = AppConfig(
    app_name="video",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[Meeting, Room],
    migration_dependencies=["core"],
)
