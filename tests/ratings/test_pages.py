"""The pages by their buttons: the link, my visits, the tablet, the manager's desk, what everybody reads."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import httpx
import pytest

from backend.core import cache, db, rate
from backend.core.actor import Actor
from backend.ratings import service
from backend.ratings.service.publishing import month_of
from tests.appointments.factories import MONDAY, SYSTEM
from tests.identity.factories import clerk, csrf_of, manager, sign_in_as
from tests.kiosk.test_pages import enrolled
from tests.ratings.factories import low, served, state_of

Freeze = Callable[[datetime], None]
SEEN = [{}, {"linli_ui": "elder.zh_CN.230103"}, {"linli_ui": "standard.en.230103"}]


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)
    rate.reset()
    cache.pages.clear()


@pytest.mark.parametrize("cookies", SEEN)
async def test_somebody_rates_by_the_slip_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, cookies: dict[str, str]
) -> None:
    over = await served(named=False)
    client.cookies.update(cookies)
    page = f"/r/{over.slip}"
    assert (await client.get(page)).status_code == 200
    refused = await client.post(
        page, data={"level": "1", "note": "没人理我", "call_back": "true", "phone": "13900000000"}
    )
    assert refused.status_code == 422 and "没人理我" in refused.text and "13900000000" in refused.text
    given = await client.post(page, data={"level": "1", "reasons": ["waited"], "note": "没人理我"})
    assert (given.status_code, given.headers["location"]) == (303, f"{page}?done=true")
    shown = await client.get(given.headers["location"])
    assert "没人理我" in shown.text
    assert (await client.get(f"{page}?change=true")).text.count('name="level"') == 5


async def test_my_visits_lead_to_the_case_and_its_end(client: httpx.AsyncClient) -> None:
    over = await low()
    assert over.person is not None
    await sign_in_as(client, await manager())
    for step, text in (("contact", "已打电话"), ("completion", "加开窗口")):
        page = await client.get(f"/desk/ratings/{over.visit}")
        form = {"csrf": csrf_of(page.text), "text": text}
        assert (await client.post(f"/desk/ratings/{over.visit}/{step}", data=form)).status_code == 303
    await sign_in_as(client, over.person)
    assert "已整改，等您确认" in (await client.get("/ratings")).text
    page = await client.get(f"/ratings/{over.visit}")
    assert "加开窗口" in page.text
    form = {"csrf": csrf_of(page.text), "settled": "false", "text": ""}
    assert (await client.post(f"/ratings/{over.visit}/answer", data=form)).status_code == 422
    assert (await client.post(f"/ratings/{over.visit}/answer", data=form | {"text": "还没好"})).status_code == 303
    assert await state_of(over.visit) == "reopened"


async def test_the_desk_lists_what_is_due_without_a_name(client: httpx.AsyncClient) -> None:
    over = await low(name="李秀兰")
    await sign_in_as(client, await manager())
    page = (await client.get("/desk/ratings")).text
    assert "等得太久" in page and "李秀兰" not in page
    opened = (await client.get(f"/desk/ratings/{over.visit}")).text
    assert "李秀兰" in opened and "等了两个小时" in opened
    form = {"csrf": csrf_of(opened), "text": "短"}
    assert (await client.post(f"/desk/ratings/{over.visit}/contact", data=form)).status_code == 422
    await sign_in_as(client, await clerk())
    assert (await client.get("/desk/ratings")).status_code == 403


async def test_a_tablet_takes_one_rating_after_the_other(browse: Callable[[], httpx.AsyncClient]) -> None:
    over = await served(named=False)
    desk, tablet = browse(), browse()
    page = f"/ratings/machine/{over.hall.id}"
    assert (await tablet.get(page)).status_code == 404
    await enrolled(desk, tablet)
    assert (await tablet.get(page)).status_code == 200
    wrong = await tablet.post(page, data={"level": "5", "number": "W999"})
    assert wrong.status_code == 404 and "W999" in wrong.text
    given = await tablet.post(page, data={"level": "5", "number": over.ticket.number})
    assert given.headers["location"] == f"{page}?done=true"
    assert await db.fetchval("SELECT channel FROM ratings_rating") == "kiosk"


@pytest.mark.parametrize("cookies", SEEN)
async def test_everybody_reads_full_months_only(
    client: httpx.AsyncClient, frozen: Freeze, cookies: dict[str, str]
) -> None:
    over = await low()
    client.cookies.update(cookies)
    page = f"/ratings/halls/{over.hall.id}"
    assert (await client.get(page)).status_code == 200
    await service.publish_due(SYSTEM)
    assert not (await service.published(Actor(), over.hall.id)).months
    frozen(datetime(2026, 12, 26, 1, tzinfo=UTC))
    cache.pages.clear()
    assert await service.publish_due(SYSTEM) == 1 and await service.publish_due(SYSTEM) == 0
    assert (await client.get(page)).status_code == 200
    [month] = (await service.published(Actor(), over.hall.id)).months
    assert month.levels == dict.fromkeys(("all", "5", "4", "3", "2", "1")) and month.in_time is None


def test_small_numbers_of_levels_are_hidden_with_a_second_one() -> None:
    found = month_of(date(2026, 11, 1), [5] * 40 + [4] * 20 + [3] * 9 + [2] * 6 + [1] * 2, {"good": 6, "all": 8})
    assert (found.levels["all"], found.levels["5"], found.levels["1"], found.levels["2"]) == (77, 40, None, None)
    assert found.in_time == 75


async def test_the_slips_page_leads_to_the_rating_when_the_errand_is_done(client: httpx.AsyncClient) -> None:
    over = await served(named=False)
    assert f'href="/r/{over.slip}"' in (await client.get(f"/t/{over.slip}")).text
