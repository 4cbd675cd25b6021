"""停止取号 and 每日放号量: by whom, for how long, what everybody reads, and that it is easily taken back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.core import db
from backend.core.actor import ANONYMOUS
from backend.core.problems import Forbidden, Invalid, NotFound
from backend.queues import service
from backend.queues.schemas import ContingentRequest, StopRequest
from tests.appointments.factories import MONDAY
from tests.identity.factories import actor_for, clerk, manager
from tests.queues.factories import DEVICE, open_counter, the_hall, ticket

Freeze = Callable[[datetime], None]
CROWDED = StopRequest(reason="crowded")
SAID = """SELECT name FROM core_announcement WHERE name IN ('NumbersStopped', 'NumbersResumed', 'ContingentSet')
    ORDER BY id"""


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)


async def test_a_clerk_stops_the_numbers_and_resumes_them() -> None:
    hall, liu = await the_hall(), actor_for(await clerk())
    mine = await ticket(hall)
    told = await service.stop_numbers(liu, hall.id, CROWDED)
    assert (told.why, told.left, told.reason) == ("stopped", 0, "crowded")
    await service.stop_numbers(liu, hall.id, CROWDED)
    with pytest.raises(service.NumbersStopped) as refusal:
        await ticket(hall)
    assert refusal.value.detail == service.REASONS["crowded"]
    assert (await ticket(hall, green=True)).number == "L001"
    seen = await service.position(ANONYMOUS, mine.token)
    assert (seen.state, seen.stopped) == ("waiting", "crowded"), "who has a number keeps it"
    assert (await service.board(ANONYMOUS, hall.id)).numbers.reason == "crowded"
    assert (await service.resume_numbers(liu, hall.id)).why == ""
    await service.resume_numbers(liu, hall.id)
    assert (await ticket(hall)).number == "W002"
    assert [row["name"] for row in await db.fetch(SAID)] == ["NumbersStopped", "NumbersResumed"]


async def test_another_reason_is_read_at_once_and_the_next_day_begins_without_a_stop(frozen: Freeze) -> None:
    hall, liu = await the_hall(), actor_for(await clerk())
    await service.stop_numbers(liu, hall.id, CROWDED)
    assert (await service.stop_numbers(liu, hall.id, StopRequest(reason="system"))).reason == "system"
    frozen(MONDAY + timedelta(days=1))
    assert (await ticket(hall)).number == "W001"


async def test_only_the_halls_own_staff_stops_and_only_its_manager_sets_how_many() -> None:
    hall = await the_hall()
    with pytest.raises(NotFound):
        await service.stop_numbers(actor_for(await clerk(region="230203")), hall.id, CROWDED)
    with pytest.raises(Forbidden):
        await service.stop_numbers(DEVICE, hall.id, CROWDED)
    with pytest.raises(Forbidden):
        await service.set_contingent(actor_for(await clerk()), hall.id, ContingentRequest(numbers=5))


async def test_a_contingent_of_the_day_is_given_out_and_a_number_given_back_is_free_again() -> None:
    hall, sun = await the_hall(), actor_for(await manager())
    liu, _ = await open_counter(hall)
    first = await ticket(hall)
    await service.set_contingent(sun, hall.id, ContingentRequest(numbers=2))
    assert (await service.numbers_today(ANONYMOUS, hall.id)).left == 1
    await ticket(hall)
    with pytest.raises(service.NumbersUsedUp):
        await ticket(hall)
    assert (await ticket(hall, green=True)).number == "L001"
    await service.leave(liu, first.id)
    assert (await ticket(hall)).number == "W003"
    [line] = await service.contingents(liu, hall.id)
    assert (line.scope, line.numbers, line.taken) == ("", 2, 2)
    assert await service.set_contingent(sun, hall.id, ContingentRequest()) == []
    assert (await ticket(hall)).number == "W004"


async def test_a_contingent_of_one_service_or_theme_leaves_the_others_alone() -> None:
    hall, sun = await the_hall(), actor_for(await manager())
    row: Any = await db.fetchrow("""SELECT a.id, a.themes[1], b.id FROM catalogue_item a, catalogue_item b
        WHERE cardinality(a.themes) > 0 AND NOT b.themes && a.themes ORDER BY a.id, b.id LIMIT 1""")
    item, theme, other = row
    await service.set_contingent(sun, hall.id, ContingentRequest(scope=f"theme:{theme}", numbers=1))
    await service.set_contingent(sun, hall.id, ContingentRequest(scope=f"item:{other}", numbers=0))
    assert (await service.numbers_today(ANONYMOUS, hall.id, item=item)).left == 1
    await ticket(hall, item=item)
    for full in (item, other):
        with pytest.raises(service.NumbersUsedUp):
            await ticket(hall, item=full)
    assert (await ticket(hall)).number == "W002"
    found = {each.scope: each for each in await service.contingents(sun, hall.id)}
    assert found[f"theme:{theme}"].taken == 1 and found[f"item:{other}"].name and found[f"theme:{theme}"].name


async def test_a_contingent_of_what_is_not_there_is_asked_again() -> None:
    hall, sun = await the_hall(), actor_for(await manager())
    for scope in ("item:NOTHING", "theme:nothing"):
        with pytest.raises(Invalid):
            await service.set_contingent(sun, hall.id, ContingentRequest(scope=scope, numbers=3))
