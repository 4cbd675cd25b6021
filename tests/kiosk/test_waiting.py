"""候补 at the machine: whoever finds every place taken waits for one, and the next person sees nothing of it."""

import re
from collections.abc import Callable
from datetime import date, datetime, time

import httpx
import pytest

from backend.appointments.schemas import Opening
from backend.core import db, rate
from tests.appointments.factories import MONDAY, open_hall, slots
from tests.identity.factories import csrf_of
from tests.kiosk.test_pages import at_kiosk, enrolled

Browse = Callable[[], httpx.AsyncClient]
TUESDAY = date(2026, 11, 24)
FEW = Opening(weekdays=[2], opens=time(14), closes=time(15), minutes=60, capacity=10)
FILL = "UPDATE appointments_share SET taken = capacity WHERE slot_id = $1 AND pool = 'kiosk'"


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)
    rate.reset()


async def test_a_full_day_leads_to_the_line_at_the_machine_too(browse: Browse) -> None:
    hall = await open_hall(opening=FEW)
    [only] = await slots(hall, TUESDAY)
    await db.execute(FILL, only.id)
    desk, machine = browse(), browse()
    await enrolled(desk, machine)
    await at_kiosk(machine)

    choosing = (await machine.get(f"/appointments/new?hall={hall.id}&date={TUESDAY}")).text
    found = re.search(r'href="(/appointments/waiting/new[^"]+)"', choosing)
    assert found is not None, "a full day leads to the waiting list"
    form = await machine.get(found.group(1).replace("&amp;", "&"))
    assert form.status_code == 200 and 'data-mode="kiosk"' in form.text
    typed = {"csrf": csrf_of(form.text), "hall": str(hall.id), "item": "", "first": str(TUESDAY), "last": str(TUESDAY)}
    joined = await machine.post("/appointments/waiting", data=typed)
    assert joined.status_code == 303
    line = (await machine.get(joined.headers["location"])).text
    assert "正在为您排队等号" in line
    assert await db.fetchval("SELECT pool FROM appointments_wait") == "kiosk"

    end = (await machine.get("/kiosk/end")).text
    await machine.post("/kiosk/end", data={"csrf": csrf_of(end)} if 'name="csrf"' in end else {})
    assert (await machine.get(joined.headers["location"])).status_code in (303, 401, 404)
