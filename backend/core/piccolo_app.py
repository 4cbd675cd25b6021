"""Core's part of the schema."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.core.tables import Announcement, Head, Link, Load, Migration, Timer, View

APP_CONFIG = AppConfig(
    app_name="core",
    migrations_folder_path=Path(__file__).parent / "migrations",
    table_classes=[Announcement, View, Link, Head, Load, Timer, Migration],
)
