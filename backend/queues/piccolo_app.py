"""This slice's tables and schema history."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.queues import tables

APP_CONFIG = AppConfig(
    app_name="queues",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[
        tables.Line,
        tables.Counter,
        tables.Ticket,
        tables.Help,
        tables.Question,
        tables.Stop,
        tables.Contingent,
    ],
    migration_dependencies=["core"],
)  # fmt: skip
