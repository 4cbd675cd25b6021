"""求助: a colleague in need, or somebody at a machine, is seen by everybody of the hall until it is settled."""

from collections.abc import Callable
from datetime import datetime

import pytest

from backend.core import db, rate
from backend.core.problems import Forbidden, NotFound
from backend.queues import service
from backend.queues.access import NoSuchHelp
from tests.appointments.factories import MONDAY
from tests.identity.factories import actor_for, clerk, manager, resident
from tests.queues.factories import device, open_counter, the_hall

NAMES = "SELECT name FROM core_announcement WHERE name LIKE 'Help%' ORDER BY id"


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)
    rate.reset()


async def test_every_desk_of_the_hall_sees_who_needs_help_where_and_who_goes() -> None:
    hall = await the_hall()
    liu, counter = await open_counter(hall, "3")
    other, _ = await open_counter(hall, "4")
    await service.call_help(liu, counter)
    await service.call_help(liu, counter)
    [seen] = await service.help_calls(other, hall.id)
    assert (seen.place, seen.urgent, seen.going) == ("3", True, "")
    assert seen.asked_by

    await service.answer_help(other, seen.id)
    with pytest.raises(service.SomebodyGoes):
        await service.answer_help(liu, seen.id)
    [going] = await service.help_calls(liu, hall.id)
    assert going.going

    await service.solve_help(other, seen.id)
    await service.solve_help(liu, seen.id)
    assert await service.help_calls(liu, hall.id) == []
    assert [row["name"] for row in await db.fetch(NAMES)] == ["HelpCalled", "HelpAnswered", "HelpAnswered"]


async def test_after_it_is_settled_one_can_call_again() -> None:
    hall = await the_hall()
    liu, counter = await open_counter(hall)
    await service.call_help(liu, counter)
    [first] = await service.help_calls(liu, hall.id)
    await service.solve_help(liu, first.id)
    await service.call_help(liu, counter)
    [second] = await service.help_calls(liu, hall.id)
    assert second.id != first.id


async def test_somebody_at_a_machine_rings_and_the_clerks_see_which_machine() -> None:
    hall, machine = await the_hall(), device()
    liu, counter = await open_counter(hall)
    await service.ring(machine, hall.id)
    await service.call_help(liu, counter)
    seen = await service.help_calls(liu, hall.id)
    assert [each.urgent for each in seen] == [True, False], "a colleague in need comes first"
    assert seen[1].asked_by == ""


async def test_a_machine_rings_in_its_own_county_only() -> None:
    hall = await the_hall()
    with pytest.raises(NotFound):
        await service.ring(device("230203"), hall.id)
    with pytest.raises(Forbidden):
        await service.ring(actor_for(await resident()), hall.id)


async def test_another_citys_staff_sees_no_call() -> None:
    hall = await the_hall()
    liu, counter = await open_counter(hall)
    await service.call_help(liu, counter)
    [call] = await service.help_calls(actor_for(await manager(region=hall.region)), hall.id)
    stranger = actor_for(await clerk(region="230203"))
    with pytest.raises(NotFound):
        await service.help_calls(stranger, hall.id)
    for act in (service.answer_help, service.solve_help):
        with pytest.raises(NoSuchHelp):
            await act(stranger, call.id)
