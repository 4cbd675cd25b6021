"""`python -m backend trail verify | status`: whether anybody changed what was recorded."""

import argparse
import asyncio
from pathlib import Path

from backend.core import db
from backend.core.chain import heads
from backend.core.chain.digests import KINDS, table
from backend.core.chain.verifying import Report, verify

STATUS = """SELECT count(DISTINCT region) AS regions, count(*) AS links, coalesce(sum(cardinality(ids)), 0) AS rows,
    max(at) AS at FROM core_link WHERE kind = $1"""


def main(argv: list[str]) -> int:
    """Status 1 when something was found."""
    from backend import prepare

    parser = argparse.ArgumentParser("python -m backend trail", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("status", help="how far the chains reach")
    walk = verbs.add_parser("verify", help="name every row that was changed, removed, inserted or exchanged")
    walk.add_argument("--region", default="", help="only this division (six digits)")
    walk.add_argument("--heads", type=Path, help="signed heads kept elsewhere, one a line")
    asked = parser.parse_args(argv)
    if asked.verb == "verify" and asked.heads and not asked.heads.is_file():
        parser.error(f"{asked.heads} is not a file")

    async def run() -> int:
        async with prepare.pool(chosen):
            if await db.fetchval("SELECT to_regclass('core_link')") is None:
                raise prepare.Stop("This database has no trail yet: python -m backend migrate makes the schema.")
            return await (_verify(asked.region, asked.heads) if asked.verb == "verify" else _status())

    with prepare.database() as (chosen, _):
        return asyncio.run(run())


async def _verify(region: str, copy: Path | None) -> int:
    own = heads.file()
    report = await verify(region, copy or (own if own.is_file() else None))
    print("\n".join(lines(report)))
    return 1 if report.found else 0


async def _status() -> int:
    for kind in KINDS:
        row = await db.fetchrow(STATUS, kind)
        rows = await db.fetchval(f"SELECT count(*) FROM {table(kind)}")
        assert row is not None
        last = f", the last at {row['at']:%Y-%m-%d %H:%M:%S} UTC" if row["at"] else ""
        links = f"{row['links']:,} links of {row['regions']} chains"
        print(f"{kind}s: {row['rows']:,} of {rows:,} rows sealed in {links}{last}")
    signed = await db.fetchrow("SELECT count(*) AS heads, max(at) AS at FROM core_head")
    assert signed is not None
    last = f", the last at {signed['at']:%Y-%m-%d %H:%M:%S} UTC" if signed["at"] else ""
    print(f"heads: {signed['heads']:,} signed{last}; copies in {heads.file()}")
    return 0


def lines(report: Report) -> list[str]:
    """What was found, or that nothing was."""
    looked = f"{report.rows:,} rows in {report.links:,} links of {report.regions} chains, {report.heads:,} signed heads"
    found = [str(each) for each in report.findings]
    if report.found > len(found):
        found.append(f"… and {report.found - len(found):,} more")
    if report.found:
        return [*found, f"{looked}: {report.found:,} findings."]
    return [f"{looked}: nothing was changed, removed, inserted or exchanged."]
