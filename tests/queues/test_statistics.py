"""How long people waited: counted as a person would, and kept from whoever is not the hall's manager."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from backend.core import db
from backend.core.actor import Actor
from backend.core.problems import Forbidden, NotFound
from backend.places.schemas import Hall
from backend.queues import service
from backend.queues.schemas import WaitLine
from tests.appointments.factories import MONDAY
from tests.identity.factories import actor_for, clerk, manager, sign_in_as
from tests.queues.factories import open_counter, the_hall, ticket

Freeze = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)


async def a_morning(frozen: Freeze) -> tuple[Hall, Actor]:
    """Three from the street and one of the green lane come at 8:30; they are called after 4, 8, 12 and 16 minutes.

    The green one first. The second misses the call and comes back; the last one leaves before being called.
    """
    hall = await the_hall()
    for green in (False, False, True):
        await ticket(hall, green=green)
    last = await ticket(hall)
    liu, counter = await open_counter(hall)
    for nth in range(1, 4):
        frozen(MONDAY + timedelta(minutes=4 * nth))
        called = await service.call_next(liu, counter)
        await (service.miss if nth == 2 else service.finish)(liu, called.id)
    await service.leave(liu, last.id)
    return hall, actor_for(await manager())


def line(found: list[WaitLine], kind: str, hour: int | None) -> WaitLine:
    return next(each for each in found if (each.kind, each.hour) == (kind, hour))


async def test_waits_are_counted_to_the_first_call(frozen: Freeze) -> None:
    hall, sun = await a_morning(frozen)
    found = await service.statistics(sun, hall.id)
    everybody, street = line(found.waits, "all", None), line(found.waits, "walk-in", 8)
    assert (everybody.taken, everybody.called, everybody.missed, everybody.gone) == (4, 3, 1, 1)
    assert (everybody.half, everybody.longest) == (8.0, 12.0)
    assert (street.taken, street.longest) == (3, 12.0)
    assert line(found.waits, "green", None).half == 4.0
    assert [(each.channel, each.taken) for each in found.channels] == [("kiosk", 4)]


async def test_whoever_comes_back_after_a_missed_call_counts_once_and_as_they_came(frozen: Freeze) -> None:
    hall = await the_hall()
    await ticket(hall, green=True)
    liu, counter = await open_counter(hall)
    called = await service.call_next(liu, counter)
    await service.miss(liu, called.id)
    frozen(MONDAY + timedelta(minutes=30))
    await service.come_back(liu, called.id)
    await service.call_next(liu, counter)
    green = line((await service.statistics(actor_for(await manager()), hall.id)).waits, "green", None)
    assert (green.taken, green.longest, green.missed) == (1, 0.0, 0)


async def test_the_fortnight_ends_today_and_holds_fourteen_days(frozen: Freeze) -> None:
    hall = await the_hall()
    for days in (0, 1, 13, 14):
        frozen(MONDAY + timedelta(days=days))
        await ticket(hall)
    sun = actor_for(await manager())
    found = await service.statistics(sun, hall.id, "fortnight")
    assert [each.taken for each in found.days] == [1, 1, 1] and (found.last - found.first).days == 13
    assert len((await service.statistics(sun, hall.id)).days) == 1


YEARS = """INSERT INTO queues_ticket
        (region, id, hall_id, day, number, kind, channel, token_hash, state, since, due, calls, taken_at, request)
    SELECT $1, gen_random_uuid(), gen_random_uuid(), $2::date - n / 10, 'W' || n, 'walk-in', 'counter',
        decode(md5(n::text), 'hex'), 'waiting', $3, $3, 0, $3, decode(md5(n::text), 'hex')
    FROM generate_series(1, 2000) AS n"""


async def test_the_numbers_are_read_through_the_index_of_the_hall_and_the_day(as_owner: None) -> None:
    from backend.queues.service.counting import WAITS

    hall = await the_hall()
    await db.execute(YEARS, hall.region, MONDAY.date(), MONDAY)
    await db.execute("ANALYZE queues_ticket")
    plan = await db.fetch(f"EXPLAIN {WAITS}", hall.region, hall.id, MONDAY.date(), MONDAY.date())
    found = "\n".join(row[0] for row in plan)
    assert "Seq Scan" not in found and "hall_id =" in found.partition("Index Cond:")[2] and "day >=" in found, found


DONE = """INSERT INTO queues_ticket (region, id, hall_id, day, number, kind, channel, token_hash, state, since, due,
        taken_at, called_at, ended_at, request)
    SELECT $1, gen_random_uuid(), $2, $3::date - n / 300, 'W' || n, 'walk-in', 'kiosk', decode(md5(n::text), 'hex'),
        'done', t, t, t, t, t + interval '7 minutes', decode(md5(n::text), 'hex')
    FROM (SELECT n, $4::timestamptz - n * interval '1 minute' AS t FROM generate_series(1, 3000) AS n) AS made"""


async def test_a_screen_reads_the_latest_visits_and_not_a_fortnight_of_them(as_owner: None) -> None:
    from backend.queues.service.pace import TIMES

    hall = await the_hall()
    await db.execute(DONE, hall.region, hall.id, MONDAY.date(), MONDAY)
    await db.execute("ANALYZE queues_ticket")
    plan = await db.fetch(f"EXPLAIN {TIMES}", hall.region, hall.id, MONDAY.date() - timedelta(days=14))
    assert "queues_ticket_done_ix" in "\n".join(row[0] for row in plan)


async def test_only_the_halls_manager_sees_them() -> None:
    hall = await the_hall()
    with pytest.raises(Forbidden):
        await service.statistics(actor_for(await clerk()), hall.id)
    with pytest.raises(NotFound):
        await service.statistics(actor_for(await manager(region="230203")), hall.id)


async def test_the_page_and_the_file_say_the_same(client: httpx.AsyncClient, frozen: Freeze) -> None:
    hall, _ = await a_morning(frozen)
    await sign_in_as(client, await manager())
    page = await client.get(f"/desk/queue/statistics?hall={hall.id}&period=fortnight")
    assert page.status_code == 200 and "12.0" in page.text and "取号机" in page.text and "100 %" in page.text
    file = await client.get(f"/desk/queue/statistics.csv?hall={hall.id}")
    assert file.headers["content-disposition"] == 'attachment; filename="waits-2026-11-23-2026-11-23.csv"'
    head, first, *_ = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    assert len(head) == len(first) == 12
    assert first == [hall.name, "2026-11-23", "所有人", "", "4", "3", "8.0", "12.0", "12.0", "1", "1", "0"]


async def test_another_citys_manager_gets_no_file(client: httpx.AsyncClient) -> None:
    hall = await the_hall()
    await sign_in_as(client, await manager(region="230203"))
    assert (await client.get(f"/desk/queue/statistics.csv?hall={hall.id}")).status_code == 404


async def test_each_drawing_is_headed_by_what_it_shows(client: httpx.AsyncClient, frozen: Freeze) -> None:
    hall, _ = await a_morning(frozen)
    await sign_in_as(client, await manager())
    page = (await client.get(f"/desk/queue/statistics?hall={hall.id}")).text
    said = (
        "8:00 到 9:00 来的人最多",
        "8:00 起取号的人等得最久",
        "100 个人里有 33 个没来",
        "取号机，100 个人里有 100 个",
    )
    for finding in said:
        assert finding in page, finding
    assert page.count('role="img"') == 4


async def test_the_workbook_has_numbers_days_and_no_formula(client: httpx.AsyncClient, frozen: Freeze) -> None:
    pytest.importorskip("xlsxwriter")
    hall, _ = await a_morning(frozen)
    await sign_in_as(client, await manager())
    file = await client.get(f"/desk/queue/statistics.xlsx?hall={hall.id}")
    assert file.headers["content-disposition"].endswith('.xlsx"')
    with zipfile.ZipFile(io.BytesIO(file.content)) as book:
        first = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<v>12</v>" in first and "<f>" not in first
        assert "等候时间" in book.read("xl/workbook.xml").decode()
