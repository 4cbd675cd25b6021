"""Passing on to a named counter, several errands of one visit, questions in passing, and a call taken back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from backend.appointments import service as appointments
from backend.core import clock, db, ids
from backend.core.actor import ANONYMOUS, Actor
from backend.core.problems import NotFound
from backend.places.schemas import Hall
from backend.queues import service
from backend.queues.schemas import CheckIn, CounterRequest, TicketView
from backend.queues.service.calling import StepRefused
from tests.appointments.factories import MONDAY, open_hall, slots, somebody, wish
from tests.identity.factories import actor_for, clerk, manager
from tests.queues.factories import open_counter, the_hall, ticket

Freeze = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)


async def two_counters(team: str = "") -> tuple[Hall, Actor, UUID, Actor, UUID]:
    """Counter 1, and counter 2 that does something else."""
    hall = await the_hall()
    liu, one = await open_counter(hall, "1", ["card"])
    chen, two = await open_counter(hall, "2", ["passport"])
    if team:
        sun = actor_for(await manager(region=hall.region))
        await service.set_up_counter(sun, CounterRequest(hall=hall.id, label="2", items=["passport"], team=team))
    return hall, liu, one, chen, two


async def called(liu: Actor, one: UUID, hall: Hall, item: str = "card") -> TicketView:
    await ticket(hall, item=item)
    return await service.call_next(liu, one)


async def test_somebody_passed_to_a_named_counter_is_called_there_and_nowhere_else() -> None:
    hall, liu, one, chen, two = await two_counters()
    first = await called(liu, one, hall)
    await ticket(hall, item="passport")
    await service.transfer(liu, first.id, counter=two)
    with pytest.raises(service.NobodyWaits):
        await service.call_next(liu, one)
    assert (await service.call_next(chen, two)).id == first.id, "the old place is kept"


async def test_somebody_passed_to_a_group_is_called_by_one_of_it() -> None:
    hall, liu, one, chen, two = await two_counters("出入境")
    first = await called(liu, one, hall)
    await service.transfer(liu, first.id, item="passport", team="出入境")
    with pytest.raises(service.NobodyWaits):
        await service.call_next(liu, one)
    assert (await service.call_next(chen, two)).id == first.id


@pytest.mark.parametrize("team", ["", "出入境"])
async def test_when_the_named_counter_closes_the_others_may_call_again(team: str) -> None:
    hall, liu, one, chen, two = await two_counters(team)
    first = await called(liu, one, hall)
    await service.transfer(liu, first.id, counter=None if team else two, team=team)
    await service.close_counter(chen, two)
    assert (await service.call_next(liu, one)).id == first.id


async def test_nobody_is_passed_to_an_empty_or_unknown_counter() -> None:
    hall, liu, one, chen, two = await two_counters()
    first = await called(liu, one, hall)
    await service.close_counter(chen, two)
    with pytest.raises(service.CounterClosed):
        await service.transfer(liu, first.id, counter=two)
    with pytest.raises(service.CounterClosed):
        await service.transfer(liu, first.id, team="没有这个组")
    with pytest.raises(NotFound):
        await service.transfer(liu, first.id, counter=ids.new())
    assert (await service.customer(liu, one)).ticket.id == first.id  # type: ignore[union-attr]


async def test_the_next_errand_goes_on_here_when_the_counter_can_do_it() -> None:
    hall, liu = await the_hall(), None
    liu, one = await open_counter(hall, "1")
    first = await called(liu, one, hall)
    again = await service.add_service(liu, first.id, "passport")
    assert (again.state, again.item, again.number) == ("serving", "passport", first.number)
    assert await db.fetchval("SELECT errands FROM queues_ticket WHERE id = $1", first.id) == ["card"]
    assert (await service.finish(liu, first.id)).state == "done"


async def test_a_visit_for_several_services_tells_the_clerk_what_is_still_to_be_done() -> None:
    hall, (_, actor) = await open_hall(), await somebody()
    at = next(each for each in await slots(hall, clock.today()) if each.left)
    made = await appointments.book(actor, wish(hall, at, "LAW001", "LAW002"), key="a-visit-01")
    liu, one = await open_counter(hall, "1")
    own = CheckIn(hall=hall.id, appointment=made.id)
    with clock.frozen(at.starts_at):
        mine = await service.check_in(actor_for(await clerk(region=hall.region)), own, key="check-in-1")
        assert mine.item == "LAW001"
        await service.call_next(liu, one)
        seen = await service.customer(liu, one)
        assert seen is not None and list(seen.planned) == ["LAW002"] and seen.planned["LAW002"]
        await service.start(liu, mine.id)
        await service.add_service(liu, mine.id, "LAW002")
        seen = await service.customer(liu, one)
        assert seen is not None and (seen.ticket.item, seen.planned) == ("LAW002", {})


async def test_the_next_errand_keeps_the_place_where_another_counter_does_it(frozen: Freeze) -> None:
    hall, liu, one, chen, two = await two_counters()
    first = await called(liu, one, hall)
    frozen(MONDAY + timedelta(minutes=5))
    await ticket(hall, item="passport")
    assert (await service.add_service(liu, first.id, "passport")).state == "waiting"
    assert (await service.call_next(chen, two)).id == first.id
    with pytest.raises(service.StepRefused):
        await service.add_service(liu, (await ticket(hall)).id, "card")


async def test_a_question_in_passing_needs_no_number_and_is_counted() -> None:
    hall, liu, one, chen, _ = await two_counters()
    await service.serve_quick(liu, one, item="card")
    await service.serve_quick(liu, one)
    with pytest.raises(service.CounterClosed):
        await service.serve_quick(chen, one)
    told = await service.statistics(actor_for(await manager(region=hall.region)), hall.id)
    assert told.questions == 2 and told.waits[0].taken == 0


async def test_a_wrong_missed_is_taken_back_for_five_minutes(frozen: Freeze) -> None:
    hall, liu, one, _, _ = await two_counters()
    first = await called(liu, one, hall)
    await service.miss(liu, first.id)
    frozen(MONDAY + timedelta(minutes=4))
    back = await service.undo_miss(liu, first.id)
    assert (back.state, back.counter) == ("called", "1")
    await service.miss(liu, first.id)
    frozen(MONDAY + timedelta(minutes=10))
    with pytest.raises(service.StepRefused):
        await service.undo_miss(liu, first.id)


async def test_with_somebody_else_at_the_counter_by_then_the_old_place_is_kept(frozen: Freeze) -> None:
    hall, liu, one, _, _ = await two_counters()
    first = await called(liu, one, hall)
    await service.miss(liu, first.id)
    frozen(MONDAY + timedelta(minutes=1))
    second = await called(liu, one, hall)
    await ticket(hall, item="card")
    assert (await service.undo_miss(liu, first.id)).state == "waiting"
    await service.finish(liu, second.id)
    assert (await service.call_next(liu, one)).id == first.id


async def test_the_position_goes_on_from_the_calls_that_stand_in_a_row(frozen: Freeze) -> None:
    """Two priority calls have been: the street is next, and a newcomer of the green lane comes behind it."""
    hall = await the_hall()
    liu, one = await open_counter(hall)
    street = [await ticket(hall), await ticket(hall)]
    frozen(MONDAY + timedelta(minutes=1))
    [await ticket(hall, green=True) for _ in range(2)]
    for _ in range(2):
        assert (await service.call_next(liu, one)).kind == "green"
        await service.finish(liu, (await service.customer(liu, one)).ticket.id)  # type: ignore[union-attr]
    late = await ticket(hall, green=True)
    assert (await service.position(ANONYMOUS, street[0].token)).ahead == 0
    assert (await service.position(ANONYMOUS, late.token)).ahead == 1
    assert (await service.call_next(liu, one)).id == street[0].id


async def test_whoever_comes_back_with_papers_is_before_those_who_came_meanwhile(frozen: Freeze) -> None:
    hall, liu, one, _, _ = await two_counters()
    first = await called(liu, one, hall)
    await service.start(liu, first.id)
    await service.park(liu, first.id)
    frozen(MONDAY + timedelta(hours=2))
    await ticket(hall, item="card")
    await service.come_back(liu, first.id)
    assert (await service.call_next(liu, one)).id == first.id


async def test_a_colleagues_stale_page_does_not_end_what_goes_on_at_another_counter() -> None:
    hall, liu, one, chen, two = await two_counters()
    held = await called(liu, one, hall, item="")
    await service.hold(liu, held.id)
    await service.come_back(liu, held.id)
    assert (await service.call_next(chen, two)).id == held.id
    for late in (service.start, service.finish, service.miss, service.hold, service.park, service.transfer):
        with pytest.raises(StepRefused):
            await late(liu, held.id)
    with pytest.raises(StepRefused):
        await service.add_service(liu, held.id, "card")
    assert (await service.finish(chen, held.id)).state == "done"
