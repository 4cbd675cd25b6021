"""Schema history. Migrations are Piccolo's, one folder a slice, each a list of plain SQL statements.

Plain SQL because the schema needs what Piccolo does not write: composite keys that start with the region, partial
indexes, functions. A house test compares the result with the Table classes. One migrator works at a time.
"""

import importlib
from pathlib import Path
from types import ModuleType

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.conf.apps import AppConfig

from backend.core import db, walls

LOCK = 0x4C494E4C49  # "LINLI"
HISTORY = """CREATE TABLE IF NOT EXISTS core_migration (
    app text NOT NULL, id text NOT NULL, description text NOT NULL, at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT core_migration_pk PRIMARY KEY (app, id))"""


def sql_migration(migration_id: str, app: str, description: str, statements: list[str]) -> MigrationManager:
    """A Piccolo migration that runs statements in order, giving up on a lock after two seconds."""
    manager = MigrationManager(migration_id=migration_id, app_name=app, description=description)

    async def run() -> None:
        await db.execute("SET LOCAL lock_timeout = '2s'")
        await db.execute("SET LOCAL statement_timeout = '10min'")
        for statement in statements:
            await db.execute(statement)

    manager.add_raw(run)
    return manager


async def migrate_all(apps: list[AppConfig]) -> list[str]:
    """Bring the schema up to date; returns the migrations applied as ``app:id``. Safe to run from several hosts.

    The wall is built anew each time: a restored database, or another server, may lack the role and its rights.
    """
    async with db.transaction():
        await db.execute("SET LOCAL lock_timeout = '60s'")
        await db.fetchval("SELECT pg_advisory_xact_lock($1)", LOCK)
        await db.execute(HISTORY)
        done = {(row["app"], row["id"]) for row in await db.fetch("SELECT app, id FROM core_migration")}
        applied = []
        for app in in_order(apps):
            for module in modules(app):
                if (app.app_name, module.ID) not in done:
                    await _apply(app.app_name, module)
                    applied.append(f"{app.app_name}:{module.ID}")
        await walls.build([table for app in apps for table in app.table_classes])
        return applied


def modules(app: AppConfig) -> list[ModuleType]:
    """The migration modules of an app, oldest first."""
    found = [importlib.import_module(f"backend.{app.app_name}.migrations.{name}") for name in _names(app)]
    return sorted(found, key=lambda module: str(module.ID))


def in_order(apps: list[AppConfig]) -> list[AppConfig]:
    """Apps after those they depend on; raises ``ValueError`` on a circle."""
    by_name = {app.app_name: app for app in apps}
    ordered: list[AppConfig] = []
    waiting: set[str] = set()

    def visit(app: AppConfig) -> None:
        if app in ordered:
            return
        if app.app_name in waiting:
            raise ValueError(f"migrations of {app.app_name} depend on themselves")
        waiting.add(app.app_name)
        for needed in app.migration_dependencies:
            visit(by_name[needed.split(".")[1] if "." in needed else needed])
        ordered.append(app)

    for app in sorted(apps, key=lambda each: (each.app_name != "core", each.app_name)):
        visit(app)
    return ordered


def _names(app: AppConfig) -> list[str]:
    folder = Path(app.resolved_migrations_folder_path)
    return sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")


async def _apply(app: str, module: ModuleType) -> None:
    manager: MigrationManager = await module.forwards()
    for run in manager.raw:
        await run()
    await db.execute("INSERT INTO core_migration (app, id, description) VALUES ($1, $2, $3)", app, module.ID, module.DESCRIPTION)
