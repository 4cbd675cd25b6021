import importlib
import random

import msgspec

from backend.catalogue import rules
from backend.catalogue.schemas import LocalValues
from backend.core import db

MIGRATION = importlib.import_module("backend.catalogue.migrations.catalogue_2026_11_24t10_00_00_000000")
ADDRESSES = ["", "路", "中山路", "中山路1", "中山路181号", "𠮷野路一号"]
HOURS = ["", "8:3", "8:30", "工作日 8:30–16:30"]
PHONES = ["", "12", "123", "12345", "+86 451 100", "451-100-0000", "abc", "1" * 21, " 123", "-123", "１２３４５"]
VISITS = ["", "上门", "给社区打电", "给社区打电话"]


async def test_the_rule_and_the_check_of_the_database_agree() -> None:
    chance = random.Random(39)
    cases = [
        msgspec.structs.replace(
            LocalValues(),
            address=chance.choice(ADDRESSES),
            hours=chance.choice(HOURS),
            phone=chance.choice(PHONES),
            home_visit=chance.choice(VISITS),
        )
        for _ in range(600)
    ]
    rows = await db.fetch(
        f"""SELECT coalesce({MIGRATION.LIVE}, false) AS live
        FROM unnest($1::jsonb[]) WITH ORDINALITY AS given (local, n) ORDER BY n""",
        [msgspec.json.encode(case).decode() for case in cases],
    )
    for case, row in zip(cases, rows, strict=True):
        assert row["live"] == bool(rules.live_ways(case)), case
