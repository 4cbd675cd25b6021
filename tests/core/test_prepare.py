"""Between a folder and a portal that can serve."""

import os
from pathlib import Path

import msgspec
import pytest

from backend import prepare
from backend.core import db, migrations
from backend.settings import settings


def test_a_database_address_for_people_has_no_password() -> None:
    assert prepare.without_password("postgresql://linli:hush@db.example/linli?sslmode=require") == (
        "postgresql://linli@db.example/linli"
    )
    assert prepare.without_password("rediss://:hush@cache.example/0") == "rediss://@cache.example/0"


def test_as_root_under_a_closed_home_the_data_go_where_the_database_may_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    monkeypatch.chdir(closed)
    monkeypatch.delenv("DATA_DIR")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    chosen = msgspec.structs.replace(settings(), data_dir=Path("data"))
    assert prepare.data_dir(chosen) == prepare.FOR_ROOT
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert prepare.data_dir(chosen) == closed / "data"


async def test_the_second_start_does_nothing_until_code_or_demonstration_change(
    as_owner: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = msgspec.structs.replace(settings(), demo=False)
    await prepare.bring_up_to_date(chosen)
    monkeypatch.setattr(migrations, "migrate_all", lambda _apps: pytest.fail("migrated again"))
    await prepare.bring_up_to_date(chosen)
    changed = prepare.fingerprint(msgspec.structs.replace(chosen, demo=True))
    assert changed != prepare.fingerprint(chosen)
    assert await db.fetchval("SELECT version FROM core_load WHERE name = $1", prepare.MARK) != changed
