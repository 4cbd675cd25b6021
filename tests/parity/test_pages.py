"""The public page, as everybody sees it, in words, figures, and a file."""

import csv
import io
from collections.abc import Callable
from datetime import datetime

import httpx
import pytest

from backend.core import cache
from backend.parity import service
from backend.parity.pages import finding
from backend.parity.schemas import Report
from tests.appointments.factories import SYSTEM
from tests.parity.factories import OCTOBER, october
from tests.parity.test_service import NOVEMBER

SEEN = [{}, {"linli_ui": "elder.zh_CN.230103"}, {"linli_ui": "standard.en.230103"}]


@pytest.fixture(autouse=True)
def early_in_november(frozen: Callable[[datetime], None]) -> None:
    frozen(NOVEMBER)
    cache.pages.clear()


@pytest.mark.parametrize("cookies", SEEN)
async def test_before_the_first_report_the_page_says_when_it_comes(
    client: httpx.AsyncClient, cookies: dict[str, str]
) -> None:
    client.cookies.update(cookies)
    assert (await client.get("/parity")).status_code == 200


@pytest.mark.parametrize("cookies", SEEN)
async def test_the_page_is_sound_for_the_province_a_county_and_a_hall(
    client: httpx.AsyncClient, cookies: dict[str, str]
) -> None:
    first, _ = await october()
    await service.make_due(SYSTEM)
    client.cookies.update(cookies)
    for address in ("/parity", "/parity?county=230103", f"/parity?hall={first}", "/parity?month=2026-10-01"):
        assert (await client.get(address)).status_code == 200, address
    assert (await client.get("/parity?month=2026-09-01")).status_code == 404
    assert (await client.get("/parity?county=230110")).status_code == 404


async def test_the_heading_is_the_finding_with_its_number(client: httpx.AsyncClient) -> None:
    await october()
    await service.make_due(SYSTEM)
    page = (await client.get("/parity")).text
    assert "60 岁以上的人约到号一般等 5 天，其他成年人 2 天" in page
    page = (await client.get("/parity?county=230103")).text
    assert "100 个人里有 56 个不靠智能手机约到了号" in page


async def test_the_file_leaves_hidden_numbers_empty_and_the_program_gets_null(client: httpx.AsyncClient) -> None:
    first, _ = await october()
    await service.make_due(SYSTEM)
    file = await client.get(f"/parity.csv?hall={first}")
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert (rows[0]["人数"], rows[0]["渠道"], rows[0]["年龄"]) == ("160", "所有人", "所有人")
    assert [row["人数"] for row in rows if row["年龄"] == "80岁及以上"] == [""]
    found = (await client.get(f"/api/v1/parity?hall={first}")).json()
    assert [each["people"] for each in found["report"]["groups"] if each["age"] == "80+"] == [None]


@pytest.mark.parametrize(
    ("older", "others", "said"),
    [(3.0, 2.0, "wait {a} days"), (2.0, 3.0, "less long"), (2.0, 2.0, "no longer"), (None, 2.0, "Too few")],
)
def test_the_finding_follows_the_numbers(older: float | None, others: float | None, said: str) -> None:
    report = Report(month=OCTOBER, groups=[], offered={}, older_days=older, others_days=others)
    assert said in finding(report, lambda text, **_: text)
