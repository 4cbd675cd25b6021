"""What is kept of somebody who waited: shown to them, and left without them when they leave."""

from collections.abc import Callable
from datetime import datetime

import pytest

from backend import slices
from backend.core import db, holdings, ids
from backend.core.actor import Actor
from backend.identity.schemas import PersonSummary
from backend.queues import service
from backend.queues.schemas import TicketRequest, TicketView
from tests.appointments.factories import MONDAY
from tests.identity.factories import actor_for, clerk, resident
from tests.queues.factories import open_counter, the_hall

SYSTEM = Actor.system("close")


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    slices.awaken()
    frozen(MONDAY)


async def waits(person: PersonSummary) -> TicketView:
    liu, hall = actor_for(await clerk(), helping=person), await the_hall()
    return await service.take_ticket(liu, TicketRequest(hall=hall.id), key=str(ids.new()))


async def test_the_export_shows_numbers_with_the_note_that_a_counter_left() -> None:
    li = await resident()
    liu, counter = await open_counter(await the_hall())
    made = await waits(li)
    await service.call_next(liu, counter)
    await service.write_note(liu, made.id, "户口簿忘在家里")
    [mine] = await service.tickets_of(li.id)
    assert (mine.number, mine.state, mine.note) == (made.number, "called", "户口簿忘在家里")
    [held] = [each for each in holdings.registered() if "queues_ticket" in each.tables]
    assert await held.read(li.id) == [mine] and await held.read((await resident()).id) == []


async def test_who_leaves_is_not_called_any_more_and_stays_in_the_counts_as_anybody() -> None:
    li = await resident()
    liu, counter = await open_counter(await the_hall())
    made = await waits(li)
    await service.write_note(liu, made.id, "说话要大声")
    await service.leave_all(SYSTEM, li.id)
    with pytest.raises(service.NobodyWaits):
        await service.call_next(liu, counter)
    assert await service.unname(li.id) == 1
    row = await db.fetchrow("SELECT person_id, note, state FROM queues_ticket WHERE id = $1", made.id)
    assert row is not None and tuple(row) == (None, None, "left")


async def test_who_stands_at_the_counter_at_that_moment_is_finished_there() -> None:
    li = await resident()
    liu, counter = await open_counter(await the_hall())
    made = await waits(li)
    await service.call_next(liu, counter)
    await service.leave_all(SYSTEM, li.id)
    await service.unname(li.id)
    assert (await service.finish(liu, made.id)).state == "done"
