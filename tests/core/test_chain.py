"""The trail is a chain: whoever changes it as owner of the database, triggers off, is named by the verifier."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest

from backend.core import chain, clock, crypto, db, ids, trail
from backend.core.actor import Actor
from backend.core.chain import heads, sealing, verifying
from backend.core.chain.commands import lines
from backend.core.chain.digests import LOOK_BACK, digest, floor, id_at
from backend.core.events import Event, announce
from backend.settings import RootKey

HERE, THERE = "230103", "230902"
STAFF = Actor(
    acting=ids.new(), basis="official", channel="phone", roles=frozenset({"operator"}), region=HERE, name="陈晓"
)


class Noted(Event, frozen=True, kw_only=True):
    text: str = "noted"


@pytest.fixture(autouse=True)
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(heads, "file", lambda: tmp_path / "trail" / "heads.jsonl")
    yield tmp_path / "trail" / "heads.jsonl"


@pytest.fixture
async def clean(tx: None) -> None:
    """Without what loading the reference data announced."""
    await as_owner("DELETE FROM core_announcement")


async def as_owner(statement: str, *args: object, triggers: bool = False) -> None:
    """What somebody can do who owns the database: no trigger runs, no right is missing."""
    async with db.transaction():
        role = await db.fetchval("SELECT current_setting('role')")
        await db.fetchval("SELECT set_config('role', 'none', true)")
        await db.execute(f"SET LOCAL session_replication_role = {'origin' if triggers else 'replica'}")
        await db.execute(statement, *args)
        await db.execute("SET LOCAL session_replication_role = origin")
        await db.fetchval("SELECT set_config('role', $1, true)", role)


async def grow(monkeypatch: pytest.MonkeyPatch, number: int, region: str = HERE, *, ago: int = 60) -> list[UUID]:
    """Reads and announcements in turn, a second apart, the first so many minutes ago; returns ids in order."""
    start = id_at(clock.now() - timedelta(minutes=ago)).int
    made = [UUID(int=start + (n * 1000 << 80) + random.getrandbits(60)) for n in range(number)]
    waiting = iter(made)
    with monkeypatch.context() as patch:
        patch.setattr(ids, "new", lambda: next(waiting))
        for n in range(number):
            if n % 2:
                await announce(STAFF, Noted(region=region, subject=made[0], text=f"note {n}"))
            else:
                await trail.viewed(STAFF, region=region, person=made[0], what="person", purpose=f"purpose {n}")
    return made


async def seal_all() -> int:
    total = 0
    while step := await chain.seal():
        total += step
    return total


async def found(region: str = "", file: Path | None = None) -> set[tuple[str, str]]:
    """(what is wrong, which row or link), after looking at everything."""
    report = await chain.verify(region, file)
    return {(each.wrong, each.what) for each in report.findings}


@pytest.fixture
async def sealed(clean: None, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Forty rows in ten links, and another division; nothing wrong."""
    monkeypatch.setattr(sealing, "LINK", 4)
    made = await grow(monkeypatch, 40)
    await grow(monkeypatch, 5, THERE)
    assert await seal_all() == 45
    report = await chain.verify()
    assert (report.found, report.rows, report.regions) == (0, 45, 2)
    return made


async def test_every_row_is_sealed_once_and_a_whole_chain_verifies(sealed: list[UUID]) -> None:
    assert await chain.seal() == 0
    kept = [row["id"] for row in await db.fetch("SELECT unnest(ids) AS id FROM core_link WHERE region = $1", HERE)]
    assert sorted(kept) == sealed
    said = lines(await chain.verify(HERE))
    assert said == [
        "40 rows in 10 links of 1 chains, 0 signed heads: nothing was changed, removed, inserted or exchanged."
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [("purpose", "'x'"), ("acting", "person"), ("person", "acting"), ("at", "at - interval '1 microsecond'"),
     ("about", "id"), ("acting_role", "'clerk'"), ("what", "'person '")],
)  # fmt: skip
async def test_a_changed_read_is_named(sealed: list[UUID], column: str, value: str) -> None:
    await as_owner(f"UPDATE core_view SET {column} = {value} WHERE id = $1", sealed[10])
    assert await found() == {("changed", f"view {sealed[10]}")}


@pytest.mark.parametrize(
    ("column", "value"), [("body", "'{}'"), ("name", "'x'"), ("principal", "id"), ("basis", "'self'")]
)
async def test_a_changed_announcement_is_named(sealed: list[UUID], column: str, value: str) -> None:
    await as_owner(f"UPDATE core_announcement SET {column} = {value} WHERE id = $1", sealed[11])
    assert await found() == {("changed", f"announcement {sealed[11]}")}


async def test_how_it_was_delivered_may_change(sealed: list[UUID]) -> None:
    await db.execute("UPDATE core_announcement SET delivered_at = now(), tries = 3, problem = 'x', next_try = now()")
    assert await found() == set()


async def test_a_removed_row_is_named(sealed: list[UUID]) -> None:
    await as_owner("DELETE FROM core_view WHERE id = $1", sealed[4])
    assert await found() == {("removed", f"view {sealed[4]}")}


async def test_a_row_moved_to_another_division_is_missed_here_and_found_there(sealed: list[UUID]) -> None:
    await as_owner("UPDATE core_view SET region = '230109' WHERE id = $1", sealed[4])
    assert await found() == {("removed", f"view {sealed[4]}")}
    await chain.seal()
    assert ("removed", f"view {sealed[4]}") in await found()


async def test_an_inserted_row_is_named_and_never_sealed(clean: None, monkeypatch: pytest.MonkeyPatch) -> None:
    await grow(monkeypatch, 6, ago=120)
    await grow(monkeypatch, 6, ago=5)
    await seal_all()
    forged, note = await grow(monkeypatch, 2, ago=90)
    assert await seal_all() == 0
    assert await found() == {("inserted", f"view {forged}"), ("inserted", f"announcement {note}")}


async def test_a_row_that_was_committed_late_is_taken_in(clean: None, monkeypatch: pytest.MonkeyPatch) -> None:
    await grow(monkeypatch, 6, ago=3)
    await seal_all()
    late = await grow(monkeypatch, 2, ago=4)
    assert await seal_all() == 2
    assert await found() == set()
    assert await db.fetchval("SELECT ids[1] FROM core_link ORDER BY seq DESC LIMIT 1") in late


async def test_what_took_the_place_of_another_is_told_from_what_was_rewritten(sealed: list[UUID]) -> None:
    one, two, spare = sealed[2], sealed[30], ids.new()
    for old, new in ((one, spare), (two, one), (spare, two)):
        await as_owner("UPDATE core_view SET id = $2 WHERE id = $1", old, new)
    assert await found() == {
        ("exchanged", f"view {one} holds what was {two}"),
        ("exchanged", f"view {two} holds what was {one}"),
    }


@pytest.mark.parametrize(
    "change",
    ["at = at + interval '1 second'", "hash = previous", "digests = digests || ''::bytea, top = ids[1]",
     "kind = CASE kind WHEN 'view' THEN 'announcement' ELSE 'view' END"],
)  # fmt: skip
async def test_an_altered_link_is_named(sealed: list[UUID], change: str) -> None:
    await as_owner(f"UPDATE core_link SET {change} WHERE region = $1 AND seq = 5", HERE)
    assert ("broken", "was altered") in await found()


async def test_a_row_rewritten_together_with_its_digest_breaks_the_link(sealed: list[UUID]) -> None:
    await as_owner("UPDATE core_view SET purpose = 'x' WHERE id = $1", sealed[0])
    row = await db.fetchrow("SELECT * FROM core_view WHERE id = $1", sealed[0])
    assert row is not None
    await as_owner(
        """UPDATE core_link SET digests = $2 || substr(digests, 33)
        WHERE region = $1 AND ids[1] = $3""",
        HERE, digest("view", row), sealed[0],
    )  # fmt: skip
    assert await found() == {("broken", "was altered")}


async def test_a_link_taken_out_of_the_middle_or_exchanged_is_named(sealed: list[UUID]) -> None:
    await as_owner("DELETE FROM core_link WHERE region = $1 AND seq = 4", HERE)
    assert ("broken", "link 4 is missing") in await found()
    await as_owner("UPDATE core_link SET seq = 4 WHERE region = $1 AND seq = 6", HERE)
    assert {what for wrong, what in await found() if wrong == "broken"} >= {"was altered", "link 6 is missing"}


async def test_a_cut_tail_is_told_by_the_head(sealed: list[UUID], own_file: Path) -> None:
    await heads.sign_heads()
    await as_owner("DELETE FROM core_link WHERE region = $1 AND seq > 8", HERE)
    await as_owner("DELETE FROM core_view WHERE region = $1 AND id > $2", HERE, sealed[35])
    cut = ("truncated", "head tells of link 10, the last one here is 8")
    assert cut in await found(HERE)
    await as_owner("DELETE FROM core_head")
    assert not [each for each in await found(HERE) if each[0] == "truncated"]
    copy = ("truncated", "head in the file tells of link 10, the last one here is 8")
    assert copy in await found(HERE, own_file)


async def test_a_division_that_was_wiped_out_is_told_by_the_file(sealed: list[UUID], own_file: Path) -> None:
    await heads.sign_heads()
    for table in ("core_link", "core_head", "core_view", "core_announcement"):
        await as_owner(f"DELETE FROM {table} WHERE region = $1", THERE)
    assert {wrong for wrong, _ in await found("", own_file)} == {"truncated"}


@pytest.mark.parametrize(
    "change",
    ["seq = seq - 1", "hash = hash || '\\x00'", "at = at + interval '1 hour'", "signature = substr(signature, 2)",
     "key = hash"],
)  # fmt: skip
async def test_an_altered_head_is_named(sealed: list[UUID], change: str) -> None:
    await heads.sign_heads()
    await as_owner(f"UPDATE core_head SET {change} WHERE region = $1", HERE)
    assert {wrong for wrong, _ in await found(HERE)} == {"bad-signature"}


async def test_a_head_of_a_retired_key_is_good_when_a_later_one_is_ours(
    sealed: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    former = RootKey(99, b"\x07" * 32)
    with crypto.using(former):
        await heads.sign_heads()
    with crypto.using(*crypto.keys(), former):
        assert await found(HERE) == set()
    assert ("bad-signature", "head at link 10 is signed by an unknown key") in await found(HERE)
    await grow(monkeypatch, 4, ago=1)
    await seal_all()
    await heads.sign_heads()
    assert await found(HERE) == set()


async def test_links_made_anew_to_fit_a_rewritten_row_do_not_fit_the_head(sealed: list[UUID], own_file: Path) -> None:
    """Whoever owns the database can follow our rules to the end of the chain, but cannot sign."""
    await heads.sign_heads()
    await as_owner("UPDATE core_view SET purpose = 'nothing to see' WHERE id = $1", sealed[0])
    await as_owner("DELETE FROM core_link WHERE region = $1", HERE)
    await seal_all()
    assert await found(HERE) == {("other-chain", "head tells of another link 10")}


async def test_heads_are_signed_for_what_grew_and_kept_in_a_file(sealed: list[UUID], own_file: Path) -> None:
    assert [head.region for head in await heads.sign_heads()] == [HERE, THERE]
    assert await heads.sign_heads() == []
    kept = list(verifying._lines(own_file, verifying.Report(findings=[])))
    assert [heads.from_row(row) for row in await db.fetch("SELECT * FROM core_head ORDER BY region")] == kept
    assert all(head.holds() for head in kept)
    assert (await chain.verify("", own_file)).heads == 4
    heads._write(own_file.with_name("other"), [msgspec.structs.replace(kept[0], seq=9)])
    assert await found("", own_file.with_name("other")) == {("bad-signature", "head in the file at link 9")}


async def test_a_line_that_is_no_head_is_named(tmp_path: Path, clean: None) -> None:
    with open(tmp_path / "heads", "w") as file:  # noqa: ASYNC230
        file.write("not a head\n")
    assert await found("", tmp_path / "heads") == {("bad-signature", "line 1 of the file is no head")}


async def test_nothing_of_the_trail_can_be_changed_with_the_triggers_on(sealed: list[UUID]) -> None:
    await heads.sign_heads()
    for statement in (
        "UPDATE core_view SET purpose = 'x'", "DELETE FROM core_view", "UPDATE core_link SET at = now()",
        "DELETE FROM core_link", "UPDATE core_head SET at = now()", "DELETE FROM core_head", "TRUNCATE core_view",
        "TRUNCATE core_announcement", "TRUNCATE core_link", "TRUNCATE core_head",
    ):  # fmt: skip
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await as_owner(statement, triggers=True)


async def test_a_row_from_a_clock_that_is_ahead_does_not_leave_the_others_behind(
    clean: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = await grow(monkeypatch, 1, ago=-60)
    await grow(monkeypatch, 4, ago=1)
    assert await seal_all() == 4
    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert await seal_all() == 1
    assert await db.fetchval("SELECT ids[1] FROM core_link ORDER BY seq DESC LIMIT 1") == ahead[0]


ROW = "id = $1 AND $2::bigint > 0"
SEQ = "region = '230103' AND seq = $2 AND $1::uuid IS NOT NULL"
MUTATIONS = (
    f"UPDATE core_view SET purpose = purpose || ' ' WHERE {ROW}",
    f"UPDATE core_view SET acting_region = '230104', acting_role = 'clerk' WHERE {ROW}",
    f"UPDATE core_view SET id = gen_random_uuid() WHERE {ROW}",
    f"DELETE FROM core_view WHERE {ROW}",
    f"UPDATE core_link SET ids = (SELECT array_agg(i ORDER BY i DESC) FROM unnest(ids) i) WHERE {SEQ}",
    f"UPDATE core_link SET digests = set_byte(digests, 5, 255 - get_byte(digests, 5)) WHERE {SEQ}",
    f"UPDATE core_link SET previous = hash WHERE {SEQ}",
    f"UPDATE core_link SET seq = seq + 100 WHERE {SEQ}",
    f"DELETE FROM core_link WHERE {SEQ}",
)


async def test_random_tampering_is_always_found(sealed: list[UUID]) -> None:
    """Whatever is done to a sealed row or a link, once or several times, the chain does not hold; undone, it does."""
    await heads.sign_heads()
    chance = random.Random(20261126)

    class Undo(Exception):
        pass

    for _ in range(60):
        done = [
            (chance.choice(MUTATIONS), chance.choice(sealed[::2]), chance.randrange(1, 11))
            for _ in range(chance.choice((1, 1, 1, 3)))
        ]
        with suppress(Undo):
            async with db.transaction():
                for statement, row, seq in done:
                    await as_owner(statement, row, seq)
                assert await found(HERE), done
                raise Undo
    assert await found() == set()


def test_ids_know_their_time() -> None:
    now = clock.now()
    assert floor(id_at(now)) == id_at(now - LOOK_BACK)
    assert floor(UUID(int=0)) == UUID(int=0)


# --- several sealers, and one that dies: real commits ----------------------------------------------------------------


@asynccontextmanager
async def a_trail(monkeypatch: pytest.MonkeyPatch, rows: int) -> AsyncIterator[None]:
    monkeypatch.setattr(sealing, "LINK", 7)
    monkeypatch.setattr(sealing, "STEP", 20)
    for region in (HERE, THERE, "231000"):
        await grow(monkeypatch, rows, region)
    yield


async def test_two_sealers_at_once_make_one_chain(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_trail(monkeypatch, 60):
        while await db.fetchval("SELECT count(*) FROM core_view WHERE region <> '000000'") and (
            sum(await asyncio.gather(*(chain.seal() for _ in range(5))))
        ):
            pass
        report = await chain.verify()
        waiting = await db.fetchval("SELECT count(*) FROM core_announcement") + 90
        assert (report.found, report.rows) == (0, waiting)


async def test_a_sealer_killed_between_two_links_leaves_a_whole_chain(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_trail(monkeypatch, 40):
        await chain.seal()
        made, append = iter(range(9)), sealing._append

        async def dies(*args: object) -> None:
            await append(*args)  # type: ignore[arg-type]
            if next(made) == 1:
                raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(sealing, "_append", dies)
            with pytest.raises(KeyboardInterrupt):
                await chain.seal()
        assert (await chain.verify()).found == 0
        await seal_all()
        report = await chain.verify()
        assert (report.found, report.rows) == (0, await db.fetchval("SELECT count(*) FROM core_announcement") + 60)


async def test_the_sealer_runs_until_it_is_stopped(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stopping = asyncio.Event()
    seen: list[int] = []

    async def once(back: timedelta) -> int:
        seen.append(int(back.total_seconds()))
        if len(seen) == 1:
            raise OSError
        if len(seen) == 4:
            stopping.set()
        return 0

    monkeypatch.setattr(sealing, "seal", once)
    await sealing.run_sealer(stopping, pause=0.001)
    assert seen == [600, 30, 30, 30]


def test_findings_are_sentences_and_kept_within_bounds() -> None:
    report = verifying.Report(findings=[], most=1)
    report.add(HERE, "removed", "view 1", 7)
    report.add(HERE, "removed", "view 2", 7)
    assert lines(report)[:2] == ["230103 removed: view 1 (link 7)", "… and 1 more"]
