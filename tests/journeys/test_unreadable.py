"""What people told us cannot be read from a dump, the write-ahead log, the files, our log, headers or addresses."""

import io
import re
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import httpx
import pytest

from backend.appointments import service as appointments
from backend.core import db, events
from backend.core.embedded import Running
from backend.core.log import logger
from backend.identity import service as identity
from backend.identity.rules import check_digit
from backend.notifications import service as notifications
from tests.appointments.factories import MONDAY, open_hall, slots, wish
from tests.identity.factories import actor_for, clerk, csrf_of, form_token, manager, sign_in_as
from tests.support.web import open_client

PHONE, OTHER_PHONE = "13987612345", "13876598761"
NAME, VISITOR, CHILD, GUARDIAN = "覃玥瑶", "濮阳煜祺", "郗芮涵", "郗承泽"
NUMBER = "23010319520917431"
DOCUMENT = NUMBER + check_digit(NUMBER + "0")
NOTE = "转学到花园小学需要证明"
TOLD = [PHONE, OTHER_PHONE, NAME, VISITOR, CHILD, GUARDIAN, DOCUMENT, NOTE, "1952-09-17", "2016-11-07"]
CHILD_BORN = "2016-11-7"


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """Everything our log says, down to debug."""
    kept, threshold = io.StringIO(), logger.threshold
    logger.stream, logger.threshold = kept, 0
    yield kept
    logger.stream, logger.threshold = None, threshold


@pytest.fixture
async def visitors(app: Any, own_database: str) -> AsyncIterator[tuple[Callable[[], httpx.AsyncClient], list[str]]]:
    """Makes clients whose addresses, headers and cookies are written down."""
    seen: list[str] = []
    clients: list[httpx.AsyncClient] = []

    async def note(response: httpx.Response) -> None:
        seen.append(f"{response.request.url} {response.status_code}")
        seen.extend(f"{name}: {value}" for name, value in response.headers.multi_items())

    def visitor() -> httpx.AsyncClient:
        made = open_client(app)
        made.event_hooks["response"].append(note)
        clients.append(made)
        return made

    yield visitor, seen
    for each in clients:
        await each.aclose()


async def code() -> str:
    found = re.search(r"\b\d{6}\b", (await notifications.latest(1))[0].body)
    assert found is not None
    return found.group()


async def the_resident(client: httpx.AsyncClient) -> None:
    sent = await client.post("/sign-in", data={"phone": PHONE, "next": "/me"})
    assert sent.status_code == 303
    await client.get(sent.headers["location"])
    assert (await client.post("/sign-in/code", data={"code": "000000", "next": "/me"})).status_code in (303, 422)
    assert (await client.post("/sign-in/code", data={"code": await code(), "next": "/me"})).status_code == 303
    token = await form_token(client, "/me/edit")
    change = {"csrf": token, "name": NAME, "mode": "standard", "notice_by": "sms"}
    assert (await client.post("/me/edit", data=change)).status_code == 303
    assert NAME in (await client.get("/me")).text


async def the_counter(client: httpx.AsyncClient) -> str:
    await sign_in_as(client, await clerk())
    page = await client.get("/desk/assist")
    found = await client.post("/desk/assist/search", data={"csrf": csrf_of(page.text), "phone": PHONE})
    assert NAME in found.text
    token = csrf_of(found.text)
    visitor = {"csrf": token, "name": VISITOR, "phone": OTHER_PHONE, "document": DOCUMENT}
    written = await client.post("/desk/assist/people", data=visitor)
    assert VISITOR in written.text
    assert (await client.post("/desk/assist/people", data=visitor)).status_code == 409
    child = {"csrf": token, "name": CHILD, "birth": CHILD_BORN, "guardian": GUARDIAN, "evidence": "household-book"}
    closed = await client.post("/desk/assist/people", data=child)
    asking = re.search(r"person=([0-9a-f-]{36})", closed.text)
    assert asking is not None
    wanted = {"csrf": token, "person": asking[1], "reason": "minor-here", "note": NOTE}
    assert (await client.post("/desk/approvals", data=wanted)).status_code == 303
    person = re.search(r'name="person" value="([0-9a-f-]{36})"', written.text)
    assert person is not None
    begin = {"csrf": token, "person": person[1], "verified": "id-card", "channel": "counter"}
    assert (await client.post("/desk/assist/begin", data=begin)).status_code == 303
    assert VISITOR in (await client.get("/desk/assist")).text
    return asking[1]


async def the_manager(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await manager())
    page = (await client.get("/desk/approvals")).text
    assert NOTE in page
    decision = re.search(r"/desk/approvals/[0-9a-f-]+/decision", page)
    assert decision is not None
    await client.post(decision.group(), data={"csrf": csrf_of(page), "state": "given"})


async def a_booking() -> None:
    row = await db.fetchval("SELECT id FROM identity_person WHERE document IS NULL AND phone IS NOT NULL LIMIT 1")
    li = (await identity.people([row]))[row]
    hall = await open_hall()
    free = (await slots(hall, date(2026, 11, 24)))[0]
    await appointments.book(actor_for(li), wish(hall, free), key="unreadable-1")


async def dumped(dsn: str) -> bytes:
    """Every table as text, as ``pg_dump`` writes it."""
    connection = await asyncpg.connect(dsn)
    try:
        kept = io.BytesIO()
        for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            await connection.copy_from_table(row["tablename"], output=kept)
        await connection.execute("CHECKPOINT")
        return kept.getvalue()
    finally:
        await connection.close()


def readable(text: bytes) -> list[str]:
    """Which of the things told stand there, as they are, in hexadecimal or as in an address."""
    return [
        each
        for each in TOLD
        if each.encode() in text
        or each.encode().hex().encode() in text
        or (not each.isascii() and quote(each).encode() in text)
    ]


async def test_nothing_that_people_told_us_can_be_read(
    visitors: tuple[Callable[[], httpx.AsyncClient], list[str]],
    said: io.StringIO,
    server: Running,
    own_database: str,
    frozen: Callable[[datetime], None],
) -> None:
    visitor, seen = visitors
    frozen(MONDAY)
    await the_resident(visitor())
    desk = visitor()
    child = await the_counter(desk)
    await the_manager(visitor())
    await desk.post("/desk/assist/end", data={"csrf": csrf_of((await desk.get("/desk/assist")).text)})
    assert CHILD in (await desk.get(f"/desk/assist?person={child}")).text
    await a_booking()
    while await events.relay():
        pass
    logger.flush()

    log, dump = said.getvalue(), await dumped(own_database)
    assert log.count("\n") > 10, "the log was listened to"
    assert b"PersonRegistered" in dump and b"GuardianConsented" in dump, "the dump is one"
    assert readable(dump) == []
    assert readable(log.encode()) == []
    assert readable("\n".join(seen).encode()) == []
    oid = await db.fetchval("SELECT oid FROM pg_database WHERE datname = current_database()")
    told, found = in_files(server.folder, oid)
    assert told >= {"pg_wal", "base"}, "the files are those of this database"
    assert found == []


def in_files(folder: Path, oid: int) -> tuple[set[str], list[tuple[str, str]]]:
    """In which kinds of the server's files this journey is, and what of it can be read there; its own log too."""
    kinds = {"pg_wal": "pg_wal/0*", "base": f"base/{oid}/*", "log": "*.log"}
    told: set[str] = set()
    found: list[tuple[str, str]] = []
    for kind, pattern in kinds.items():
        for file in (each for each in folder.rglob(pattern) if each.is_file()):
            content = file.read_bytes()
            if b"GuardianConsented" in content:
                told.add(kind)
            found += [(file.name, each) for each in readable(content)]
    return told, found
