"""The verifier: walks every chain in bounded memory and names what does not fit.

``changed``    the content of a row is not what was sealed
``removed``    a sealed row is gone
``exchanged``  a row holds what was sealed under another id
``inserted``   a row is in no link although its time has long been sealed
``broken``     a link was altered, or does not follow the one before
``truncated``  a signed head tells of links that are gone
``other-chain``  a signed head tells of another link than the one kept
``bad-signature``  a head was altered, or signed by somebody else; one of a former key needs a later one of ours
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from backend.core import db
from backend.core.chain import heads as signing
from backend.core.chain.digests import (
    KINDS,
    LOOK_BACK,
    LinkRow,
    columns,
    digest,
    floor,
    genesis,
    link_hash,
    table,
)
from backend.core.chain.heads import Head

LINKS = 20  # links read at once
WINDOW = 5_000  # rows looked through at once for those in no link
COMPARED = 200  # changed rows of a division that are compared with each other
REGIONS = """SELECT region FROM core_link UNION SELECT region FROM core_head ORDER BY region"""
PAGE = """SELECT region, seq, kind, ids, digests, top, previous, hash, at FROM core_link
    WHERE region = $1 AND seq > $2 ORDER BY seq LIMIT $3"""
ROWS = "SELECT {columns} FROM {table} WHERE region = $1 AND id = ANY($2::uuid[])"
NEXT = """SELECT t.id FROM {table} t WHERE t.region = $1 AND t.id > $2 AND t.id <= $3
    ORDER BY t.id LIMIT $4"""
# A link holds ids at most LOOK_BACK below the largest of the link before: no other link can hold one of the window.
LOOSE = """SELECT t.id FROM {table} t WHERE t.region = $1 AND t.id > $3 AND t.id <= $4
    EXCEPT SELECT unnest(l.ids) FROM core_link l WHERE l.region = $1 AND l.kind = $2
        AND l.top > $3 AND l.top <= coalesce((SELECT n.top FROM core_link n
            WHERE n.region = $1 AND n.kind = $2 AND n.top > $5 ORDER BY n.top LIMIT 1), $5)
    ORDER BY 1"""
HEADS = "SELECT region, seq, hash, at, key, signature FROM core_head WHERE region = $1 ORDER BY seq"
LINK = "SELECT hash FROM core_link WHERE region = $1 AND seq = $2"
NOTHING = UUID(int=0)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that does not fit. ``what`` is a row (kind and id), a link or a head."""

    region: str
    wrong: str
    what: str
    seq: int = 0

    def __str__(self) -> str:
        return f"{self.region} {self.wrong}: {self.what}" + (f" (link {self.seq})" if self.seq else "")


class Report(msgspec.Struct, kw_only=True):
    """What was looked at, and what was found; at most ``most`` findings are kept, all are counted."""

    regions: int = 0
    links: int = 0
    rows: int = 0
    heads: int = 0
    found: int = 0
    findings: list[Finding] = []
    most: int = 10_000

    def add(self, region: str, wrong: str, what: str, seq: int = 0) -> None:
        """Note a finding."""
        self.found += 1
        if len(self.findings) < self.most:
            self.findings.append(Finding(region=region, wrong=wrong, what=what, seq=seq))


class _Odd(msgspec.Struct, frozen=True, kw_only=True):
    """A row whose digest is not the sealed one."""

    kind: str
    id: UUID
    seq: int
    sealed: bytes
    row: dict[str, Any]


async def verify(region: str = "", heads_file: Path | None = None) -> Report:
    """Walk the chains of one division or of all, the heads kept here, and those of a file."""
    report = Report(findings=[])
    copies = list(_lines(heads_file, report)) if heads_file else []
    known = [row["region"] for row in await db.fetch(REGIONS)]
    for each in sorted({*known, *(head.region for head in copies)}):
        if region in ("", each):
            report.regions += 1
            await _links(each, report)
            for kind in KINDS:
                await _inserted(each, kind, report)
            await _heads(each, [head for head in copies if head.region == each], report)
    return report


async def _links(region: str, report: Report) -> None:
    previous, seq = genesis(region), 0
    tops = dict.fromkeys(KINDS, NOTHING)
    odd: list[_Odd] = []
    async for link in _walk(region):
        if link.seq != seq + 1:
            report.add(region, "broken", _missing(seq + 1, link.seq - 1), link.seq)
        elif link.previous != previous:
            report.add(region, "broken", "does not follow the link before", link.seq)
        if link_hash(link) != link.hash:
            report.add(region, "broken", "was altered", link.seq)
        elif link.top != max(tops[link.kind], *link.ids):
            report.add(region, "broken", "does not fit what was sealed before", link.seq)
        previous, seq, tops[link.kind] = link.hash, link.seq, link.top
        report.links += 1
        odd += await _rows(link, report, room=COMPARED - len(odd))
    _name(region, odd, report)


def _missing(first: int, last: int) -> str:
    return f"link {first} is missing" if first >= last else f"links {first} to {last} are missing"


async def _walk(region: str) -> AsyncIterator[LinkRow]:
    """The links of a division in order, a few at a time."""
    after = -(2**62)
    while rows := await db.fetch(PAGE, region, after, LINKS):
        for row in rows:
            yield LinkRow(**{**row, "ids": list(row["ids"])})
        after = rows[-1]["seq"]


async def _rows(link: LinkRow, report: Report, *, room: int) -> list[_Odd]:
    """Compare the rows of a link; those that differ are handed back for a second look while there is ``room``."""
    sql = ROWS.format(columns=columns(link.kind), table=table(link.kind))
    found = {row["id"]: row for row in await db.fetch(sql, link.region, link.ids)}
    odd: list[_Odd] = []
    for place, each in enumerate(link.ids):
        report.rows += 1
        row, sealed = found.get(each), link.digest_of(place)
        if row is None:
            report.add(link.region, "removed", f"{link.kind} {each}", link.seq)
        elif digest(link.kind, row) != sealed:
            if len(odd) < room:
                odd.append(_Odd(kind=link.kind, id=each, seq=link.seq, sealed=sealed, row=dict(row)))
            else:
                report.add(link.region, "changed", f"{link.kind} {each}", link.seq)
    return odd


def _name(region: str, odd: list[_Odd], report: Report) -> None:
    """Tell rows that took each other's place from those that were rewritten."""
    for each in odd:
        twins = (other for other in odd if other.kind == each.kind and other.id != each.id)
        other = next((twin for twin in twins if digest(each.kind, each.row, as_id=twin.id) == twin.sealed), None)
        if other:
            report.add(region, "exchanged", f"{each.kind} {each.id} holds what was {other.id}", each.seq)
        else:
            report.add(region, "changed", f"{each.kind} {each.id}", each.seq)


async def _inserted(region: str, kind: str, report: Report) -> None:
    """Rows in no link, window by window, up to where the sealer may still add late ones."""
    top = await db.fetchval(
        "SELECT top FROM core_link WHERE region = $1 AND kind = $2 ORDER BY top DESC LIMIT 1", region, kind
    )
    after, end = NOTHING, floor(top) if top else NOTHING
    while True:
        ids = [row["id"] for row in await db.fetch(NEXT.format(table=table(kind)), region, after, end, WINDOW)]
        if not ids:
            return
        late = floor(ids[-1], -LOOK_BACK)
        for row in await db.fetch(LOOSE.format(table=table(kind)), region, kind, after, ids[-1], late):
            report.add(region, "inserted", f"{kind} {row['id']}")
        after = ids[-1]


async def _heads(region: str, copies: list[Head], report: Report) -> None:
    """Hold the chain against the signed heads kept here and elsewhere."""
    last = await db.fetchval("SELECT max(seq) FROM core_link WHERE region = $1", region) or 0
    kept = [signing.from_row(row) for row in await db.fetch(HEADS, region)]
    vouched = max((head.seq for head in (*kept, *copies) if head.ours and head.holds()), default=0)
    for head, place in [*((each, "head") for each in kept), *((each, "head in the file") for each in copies)]:
        report.heads += 1
        if not head.holds():
            report.add(region, "bad-signature", f"{place} at link {head.seq}")
        elif not head.ours and head.seq > vouched:
            report.add(region, "bad-signature", f"{place} at link {head.seq} is signed by an unknown key")
        elif head.seq > last:
            report.add(region, "truncated", f"{place} tells of link {head.seq}, the last one here is {last}")
        elif (found := await db.fetchval(LINK, region, head.seq)) is None or found.hex() != head.hash:
            report.add(region, "other-chain", f"{place} tells of another link {head.seq}", head.seq)


def _lines(path: Path, report: Report) -> Iterator[Head]:
    """The heads of a file; a line that is none is a finding."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                yield msgspec.json.decode(line, type=Head)
            except (msgspec.DecodeError, UnicodeDecodeError):
                report.add("------", "bad-signature", f"line {number} of the file is no head")
