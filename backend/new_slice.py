"""``python -m backend new-slice elevators``: two folders with the starting files and one failing test."""

import re
import sys
from pathlib import Path

from backend.core import clock

ROOT = Path(__file__).resolve().parents[1]

INIT = '''"""TODO(purpose): one sentence, and the official Chinese term.

Terms: name (官方用语).
States: none yet.
Events: none yet.
"""
'''
APP = '''"""This slice's part of the schema."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.{name}.tables import {noun}

APP_CONFIG = AppConfig(
    app_name="{name}",
    migrations_folder_path=Path(__file__).parent / "migrations",
    table_classes=[{noun}],
)
'''
TABLES = '''"""Rows of {name}. Nobody outside this folder imports this."""

from piccolo.columns import UUID, Text
from piccolo.table import Table

from backend.core.db import DB


class {noun}(Table, tablename="{name}_{row}", db=DB, tags=["regional"]):
    """One of the {name}."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
'''
MIGRATION = '''from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "{stamp}"
VERSION = "1.38.0"
DESCRIPTION = "{name}"

UP = [
    """CREATE TABLE {name}_{row} (
        region text NOT NULL CONSTRAINT {name}_{row}_region_ck CHECK (region ~ '^[0-9]{{6}}$'),
        id uuid NOT NULL,
        CONSTRAINT {name}_{row}_pk PRIMARY KEY (region, id))""",
]


async def forwards() -> MigrationManager:
    return sql_migration(ID, "{name}", DESCRIPTION, UP)
'''
REGISTER = '''"""What {name} keep of people (个人信息登记); a column that no line names fails the build."""

from backend.core.held import REFERENCE
from backend.core.register import Held
from backend.core.words import N_

HELD = [
    Held(
        table="{name}_{row}",
        purpose=N_("What {name} are kept for"),
        forever=REFERENCE,
        internal="region id",
    ),
]
'''
SCHEMAS = '''"""What goes in and comes out of {name}."""

from uuid import UUID

from backend.core.schemas import Output


class {noun}View(Output, frozen=True, kw_only=True):
    """One of the {name}, as its reader may see it."""

    region: str
    id: UUID
'''
SERVICE = '''"""The verbs of {name}; the only writer of its tables."""

from uuid import UUID

from backend.core import db
from backend.core.actor import Actor
from backend.core.policy import SIGNED_IN, verb
from backend.core.problems import NotFound
from backend.core.words import N_
from backend.{name}.schemas import {noun}View

GET = "SELECT region, id FROM {name}_{row} WHERE region = $1 AND id = $2"


@verb("{name}.get", N_("See one of the {name}"), SIGNED_IN)
async def get(actor: Actor, region: str, row_id: UUID) -> {noun}View:
    """One of the {name}; raises ``NotFound`` also where the actor may not look."""
    row = await db.fetchrow(GET, region, row_id)
    if row is None:
        raise NotFound()
    return {noun}View(**row)
'''
API = '''"""The JSON door of {name}."""

from typing import Any
from uuid import UUID

from litestar import Request, get

from backend.core.http import actor_of, allow
from backend.{name} import service
from backend.{name}.schemas import {noun}View


@get("/{name}/{{region:str}}/{{row_id:uuid}}", opt=allow(service.get), tags=["{name}"])
async def get_one(request: Request[Any, Any, Any], region: str, row_id: UUID) -> {noun}View:
    """One of the {name}."""
    return await service.get(actor_of(request), region, row_id)


routes = [get_one]
'''
TEST = '''"""What {name} are for."""

import pytest


def test_{name}_have_a_purpose() -> None:
    pytest.fail("write the docstring of backend/{name}/__init__.py, then the first test")
'''


def main(argv: list[str]) -> int:
    """Make the folders; refuses a name that is taken or no plural noun in snake_case."""
    if len(argv) != 1 or not re.fullmatch(r"[a-z][a-z_]{2,30}", argv[0]):
        print("Give one plural noun in snake_case: python -m backend new-slice elevators", file=sys.stderr)
        return 2
    name = argv[0]
    if (ROOT / "backend" / name).exists():
        print(f"backend/{name} is there already.", file=sys.stderr)
        return 1
    for path, text in files(name).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
    return 0


def files(name: str) -> dict[Path, str]:
    """The starting files by path."""
    row = name.removesuffix("s")
    now = clock.now()
    stamp = f"{now:%Y-%m-%dT%H:%M:%S}:000000"
    words = {"name": name, "row": row, "noun": row.title().replace("_", ""), "stamp": stamp}
    here, tests = ROOT / "backend" / name, ROOT / "tests" / name
    return {
        here / "__init__.py": INIT,
        here / "piccolo_app.py": APP.format(**words),
        here / "tables.py": TABLES.format(**words),
        here / "migrations" / "__init__.py": f'"""Schema history of {name}."""\n',
        here / "migrations" / f"{name}_{now:%Y_%m_%dt%H_%M_%S}_000000.py": MIGRATION.format(**words),
        here / "register.py": REGISTER.format(**words),
        here / "schemas.py": SCHEMAS.format(**words),
        here / "service.py": SERVICE.format(**words),
        here / "api.py": API.format(**words),
        tests / "__init__.py": "",
        tests / "test_service.py": TEST.format(**words),
    }
