"""Torn off after any statement: nothing is half done, and the same press again gives exactly one booking."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from backend.appointments import service
from backend.appointments.schemas import KeepRequest, Opening, OpenSlot, RescheduleRequest, WaitRequest
from backend.core import db
from backend.core.actor import Actor
from backend.core.problems import Conflict
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, counters_are_true, open_hall, slots, somebody, wish

TUESDAY = date(2026, 11, 24)
LATER = MONDAY + timedelta(minutes=6)
TWO = Opening(weekdays=[2], opens=time(14), closes=time(15), minutes=30, capacity=1)
VISIT = ["LAW001", "LAW002"]  # takes both times
Freeze = Callable[[datetime], None]
Act = Callable[[], Awaitable[object]]


class Torn(Exception):
    """The connection is gone."""


class Scene:
    """Two times of one place each; who holds, has booked and waits depends on the act."""

    def __init__(self, hall: Hall, times: list[OpenSlot], me: Actor, frozen: Freeze) -> None:
        self.hall, self.times, self.me, self.frozen = hall, times, me, frozen

    async def book(self) -> Act:
        return lambda: service.book(self.me, wish(self.hall, self.times[0]), key="the-key-0")

    async def hold(self) -> Act:
        await service.hold(self.me, KeepRequest(hall=self.hall.id, slot=self.times[1].id))
        return lambda: service.hold(self.me, KeepRequest(hall=self.hall.id, slot=self.times[0].id))

    async def confirm(self) -> Act:
        await service.hold(self.me, KeepRequest(hall=self.hall.id, slot=self.times[0].id))
        return await self.book()

    async def move(self) -> Act:
        mine = await service.book(self.me, wish(self.hall, self.times[1]), key="key-00000")
        wanted = RescheduleRequest(slot=self.times[0].id)
        return lambda: service.reschedule(self.me, mine.id, wanted, key="the-key-0")

    async def cancel(self) -> Act:
        mine = await service.book(self.me, wish(self.hall, self.times[0]), key="key-00000")
        return lambda: service.cancel(self.me, mine.id)

    async def offer(self) -> Act:
        await self._wait()
        return service.settle_due

    async def accept(self) -> Act:
        waiting = await self._wait()
        await service.settle_due()
        return lambda: service.accept_offer(self.me, waiting)

    async def decline(self) -> Act:
        waiting = await self._wait()
        await service.settle_due()
        return lambda: service.decline_offer(self.me, waiting)

    async def leave(self) -> Act:
        waiting = await self._wait()
        await service.settle_due()
        return lambda: service.leave_line(self.me, waiting)

    async def visit(self) -> Act:
        return lambda: service.book(self.me, wish(self.hall, self.times[0], *VISIT), key="the-key-0")

    async def visit_held(self) -> Act:
        await service.hold(self.me, KeepRequest(hall=self.hall.id, slot=self.times[0].id))
        return lambda: service.hold(self.me, KeepRequest(hall=self.hall.id, slot=self.times[0].id, items=VISIT))

    async def visit_confirm(self) -> Act:
        await service.hold(self.me, KeepRequest(hall=self.hall.id, slot=self.times[0].id, items=VISIT))
        return await self.visit()

    async def visit_cancel(self) -> Act:
        mine = await service.book(self.me, wish(self.hall, self.times[0], *VISIT), key="key-00000")
        return lambda: service.cancel(self.me, mine.id)

    async def visit_lapse(self) -> Act:
        await service.hold(self.me, KeepRequest(hall=self.hall.id, slot=self.times[0].id, items=VISIT))
        self.frozen(MONDAY + timedelta(minutes=11))
        (_, other), slot = await somebody("后到"), self.times[1]
        return lambda: service.book(other, wish(self.hall, slot), key="the-key-0")

    async def visit_offer(self) -> Act:
        _, owner = await somebody("先到")
        mine = await service.book(owner, wish(self.hall, self.times[0], *VISIT), key="key-00000")
        wanted = WaitRequest(hall=self.hall.id, first=TUESDAY, last=TUESDAY, items=VISIT)
        await service.join_line(self.me, wanted)
        await service.cancel(owner, mine.id)
        self.frozen(LATER)
        return service.settle_due

    async def _wait(self) -> Any:
        owners = [(await somebody("先到"))[1] for _ in self.times]
        made = [await service.book(owner, wish(self.hall, each), key="key-00000")
                for owner, each in zip(owners, self.times, strict=True)]  # fmt: skip
        joined = await service.join_line(self.me, WaitRequest(hall=self.hall.id, first=TUESDAY, last=TUESDAY))
        await service.cancel(owners[0], made[0].id)
        self.frozen(LATER)
        return joined.id


class Tearing:
    """Lets ``after`` statements through, the last one without its answer."""

    def __init__(self, run: Callable[..., Awaitable[Any]]) -> None:
        self._run, self.after, self.count = run, 0, 0

    async def __call__(self, method: str, *args: Any, **options: Any) -> Any:
        answer = await self._run(method, *args, **options)
        self.count += 1
        if self.after and self.count == self.after:
            raise Torn
        return answer


ENDS = {
    "book": (1, 1, 0), "hold": (1, 0, 0), "confirm": (1, 1, 0), "move": (2, 1, 0), "cancel": (1, 0, 0),
    "offer": (2, 1, 1), "accept": (2, 2, 0), "decline": (1, 1, 0), "leave": (1, 1, 0),
    "visit": (2, 1, 0), "visit_held": (2, 0, 0), "visit_confirm": (2, 1, 0), "visit_cancel": (2, 0, 0),
    "visit_lapse": (2, 1, 0), "visit_offer": (2, 0, 1),
}  # fmt: skip


@pytest.mark.parametrize("kind", ENDS)
async def test_an_act_that_is_torn_off_anywhere_is_done_once_when_repeated(
    kind: str, frozen: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen(MONDAY)
    tearing = Tearing(db._run)
    monkeypatch.setattr(db, "_run", tearing)
    after, torn = 1, True
    while torn:
        torn = await torn_after(tearing, kind, after, frozen)
        after += 1
    assert after > 2, "there was a statement to be torn off after"


async def torn_after(tearing: Tearing, kind: str, after: int, frozen: Freeze) -> bool:
    """One scene, torn after so many statements of the act; whether the act had that many."""

    class Undo(Exception):
        pass

    torn = False
    try:
        async with db.transaction():
            frozen(MONDAY)
            hall = await open_hall(opening=TWO)
            scene = Scene(hall, await slots(hall, TUESDAY), (await somebody())[1], frozen)
            act: Act = await getattr(scene, kind)()
            tearing.after, tearing.count = after, 0
            try:
                await act()
            except Torn:
                torn = True
            tearing.after = 0
            assert await counters_are_true(), after
            await again(act)
            await again(act)
            assert await counters_are_true(), after
            assert await outcome(scene) == ENDS[kind], after
            raise Undo
    except Undo:
        pass
    return torn


async def again(act: Act) -> None:
    """Press once more: either it is done now, or it says that it was done."""
    try:
        await act()
    except Conflict as no:
        assert no.code == "offer-over"  # declined the first time


async def outcome(scene: Scene) -> tuple[int, int, int]:
    """Places counted in the online share, live appointments, offers."""
    counted = await db.fetchval(
        """SELECT sum(h.taken) FROM appointments_share h JOIN appointments_slot s ON s.id = h.slot_id
        WHERE s.hall_id = $1 AND s.day = $2""", scene.hall.id, TUESDAY,
    )  # fmt: skip
    live = await db.fetchval("SELECT count(*) FROM appointments_appointment WHERE state = 'booked'")
    offers = await db.fetchval("SELECT count(*) FROM appointments_hold WHERE kind = 'offer'")
    return counted, live, offers
