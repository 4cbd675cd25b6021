"""Deleting what is past its term, table by table, in bounded batches, with a proof for each.

What is deleted when is not written here: it is the field register. A table with its own way (``forgets``) uses that.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from backend.core import clock, db, ids, register
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.log import logger
from backend.core.policy import verb
from backend.core.register import Held
from backend.core.words import N_
from backend.privacy import rules
from backend.privacy.events import DataForgotten
from backend.privacy.schemas import RunLine
from backend.privacy.service.holds import held_people

KEY = """SELECT array_agg(a.attname ORDER BY a.attnum) FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = $1::text::regclass AND i.indisprimary"""
TYPE = "SELECT data_type FROM information_schema.columns WHERE table_name = $1 AND column_name = $2"
PROOF = """INSERT INTO privacy_run (region, id, about, rule, cutoff, deleted, oldest, more, problem, at)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7, $8, $9)"""
RUNS = """SELECT id, about, rule, cutoff, deleted, oldest, more, problem, at FROM privacy_run
    WHERE region = '000000' AND ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2"""


@verb("privacy.forget_due", N_("Delete what is past its term"), "system")
async def forget_due(actor: Actor) -> list[RunLine]:
    """One run over every table that has a term; a table that fails is noted and does not stop the others."""
    spared = await held_people()
    proofs = [await _table(line, spared) for line in register.held() if line.keep is not None]
    gone = sum(proof.deleted for proof in proofs)
    if gone:
        await announce(actor, DataForgotten(region=PROVINCE, subject=proofs[0].id, deleted=gone))
    return proofs


@verb("privacy.runs", N_("See the proofs of deletion"), "auditor", "city")
async def runs(actor: Actor, *, after: UUID | None = None, limit: int = 50) -> list[RunLine]:
    """The proofs, the latest first."""
    return [RunLine(**row) for row in await db.fetch(RUNS, after, limit)]


async def _table(line: Held, spared: list[UUID]) -> RunLine:
    assert line.keep is not None
    now = clock.now()
    cutoff, problem, deleted, more = now - line.keep, None, 0, False
    try:
        async with db.transaction():
            deleted, more = await _delete(line, cutoff, spared)
    except Exception as error:
        problem = type(error).__name__
        logger.log("error", "data not forgotten", table=line.table, error=problem)
    oldest = await db.fetchval(f"SELECT min({line.since})::timestamptz FROM {line.table}")
    rule = f"{line.keep.days} days from {line.since}"
    proof = RunLine(
        id=ids.new(), about=line.table, rule=rule, cutoff=cutoff, deleted=deleted, oldest=oldest, more=more,
        problem=problem, at=now,
    )  # fmt: skip
    await db.execute(PROOF, proof.id, proof.about, proof.rule, cutoff, deleted, oldest, more, problem, now)
    return proof


async def _delete(line: Held, cutoff: datetime, spared: list[UUID]) -> tuple[int, bool]:
    """How many rows went, and whether the bound of one run was reached."""
    own, gone = register.own_way(line.table), 0
    plain = "" if own else await _statement(line)
    before: datetime | date = cutoff
    if await db.fetchval(TYPE, line.table, line.since) == "date":
        before = clock.local(cutoff).date()
    for _ in range(rules.BATCHES):
        count = await own(cutoff, rules.BATCH, spared) if own else _count(await db.execute(plain, before, spared))
        gone += count
        if count < rules.BATCH:
            return gone, False
    return gone, True


async def _statement(line: Held) -> str:
    """A plain DELETE of one batch by primary key; names come from the register, never from a request."""
    key = ", ".join(await db.fetchval(KEY, line.table))
    spare = f"{line.person} IS NULL OR {line.person} <> ALL ($2::uuid[])" if line.person else "$2::uuid[] IS NOT NULL"
    return f"""DELETE FROM {line.table} WHERE ({key}) IN (
        SELECT {key} FROM {line.table} WHERE {line.since} < $1 AND ({spare}) LIMIT {rules.BATCH})"""


def _count(tag: Any) -> int:
    return int(str(tag).rpartition(" ")[2])
