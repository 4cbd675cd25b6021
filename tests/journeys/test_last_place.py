"""The last place, wanted by 200 people at once, through the front door."""

import asyncio
from collections import Counter
from datetime import date, time
from typing import Any

from backend.appointments.schemas import Opening
from backend.core import clock
from tests.appointments.factories import MONDAY, counters_are_true, open_hall, slots
from tests.identity.factories import resident, token_for
from tests.support.web import open_client

TUESDAY = date(2026, 11, 24)


async def test_200_want_the_last_place_and_one_gets_it(app: Any, own_database: str) -> None:
    with clock.frozen(MONDAY):
        hall = await open_hall(opening=Opening(weekdays=[2], opens=time(9), closes=time(9, 30), minutes=30, capacity=1))
        slot = (await slots(hall, TUESDAY))[0]
        tokens = [await token_for(await resident(name=f"居民{number}")) for number in range(200)]
        async with open_client(app) as client:

            async def want(token: str) -> str:
                answer = await client.post(
                    "/api/v1/appointments",
                    json={"hall": str(hall.id), "slot": str(slot.id)},
                    headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "the-last-place"},
                )
                return "booked" if answer.status_code == 201 else str(answer.json()["code"])

            outcomes = Counter(await asyncio.gather(*(want(token) for token in tokens)))
        assert outcomes == {"booked": 1, "slot-taken": 199}
        assert await counters_are_true()
