import httpx
import pytest

from backend.catalogue import service
from backend.catalogue.schemas import AdoptionRequest, LocalValues, PublicationRequest
from backend.core import db, events
from backend.core.actor import ANONYMOUS
from tests.identity import factories

HOME = "230103"
PLACE = {"linli_ui": "standard.zh_CN.230103001"}
ELDER, ENGLISH = {"linli_ui": "elder.zh_CN.230103001"}, {"linli_ui": "standard.en.230103001"}
CARD = "SC02977"


async def the(prefix: str) -> str:
    return str(await db.fetchval("SELECT id FROM catalogue_item WHERE id LIKE $1", f"{prefix}%"))


async def rich() -> str:
    """An item with materials, condition, limits and visits."""
    return str(
        await db.fetchval(
            """SELECT id FROM catalogue_item WHERE materials IS NOT NULL AND condition IS NOT NULL AND visits = 1
            AND promised_days > 1 ORDER BY sort, id LIMIT 1"""
        )
    )


@pytest.mark.parametrize("cookies", [{}, PLACE, ELDER, ENGLISH, {"linli_ui": "elder.en.230103001"}])
async def test_every_page_is_sound_in_every_version(client: httpx.AsyncClient, cookies: dict[str, str]) -> None:
    client.cookies.update(cookies)
    pages = ["/services", "/services/frequent", "/services/all", "/services/all?dept=民政", "/services/all?dept=无此"]
    pages += ["/services/all?object=自然人", "/services/themes/medical", "/services/themes/farming"]
    pages += ["/services/life-events", "/services/life-events/newborn", "/services/life-events/social-security-card"]
    pages += ["/services/LAW001", "/services/LAW086", f"/services/{await the(CARD)}", f"/services/{await rich()}"]
    pages += ["/services/LAW001/versions"]
    for page in pages:
        assert (await client.get(page)).status_code == 200, page


@pytest.mark.parametrize("cookies", [{}, ELDER, ENGLISH])
async def test_every_frequent_item_has_a_sound_guide(client: httpx.AsyncClient, cookies: dict[str, str]) -> None:
    client.cookies.update(cookies)
    for each in await service.high_frequency(ANONYMOUS):
        assert (await client.get(f"/services/{each.id}")).status_code == 200, each.id


async def test_answers_come_first(client: httpx.AsyncClient) -> None:
    page = (await client.get("/services/LAW001")).text
    facts = page.index('class="facts"')
    assert page.index("<h1") < facts < page.index('id="bring"')
    assert page.count("<dt>", facts, page.index("</dl>", facts)) == 4
    assert 'href="/appointments/new?item=LAW001"' in page


async def test_a_reference_item_names_its_region_before_anything_else(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/services/{await rich()}")).text
    assert "来源：广东省 2021 年公开目录。您所在地的时限和材料以大厅答复为准。" in page
    assert page.index("来源：广东省") < page.index('id="bring"')


async def test_what_is_unknown_is_said_and_not_invented(client: httpx.AsyncClient) -> None:
    client.cookies.update(PLACE)
    page = (await client.get(f"/services/{await the(CARD)}")).text
    assert page.count("没有公布") >= 4
    assert "时间没有公布，先打电话问" in page


async def test_an_english_page_marks_the_official_chinese(client: httpx.AsyncClient) -> None:
    client.cookies.update(ENGLISH)
    page = (await client.get("/services/LAW001")).text
    assert '<h1 itemprop="name">Apply for, renew or replace a resident ID card</h1>' in page
    assert '<span lang="zh-Hans">居民身份证申领、换领、补领</span>' in page
    assert "The official text of this service is Chinese." in page


async def test_elder_mode_has_one_column_a_call_and_the_words_explained(client: httpx.AsyncClient) -> None:
    client.cookies.update(ELDER)
    page = (await client.get("/services/LAW001")).text
    assert "打 12345，我们替您办" in page
    assert "换领：用旧的换新的" in page
    assert 'data-aloud="main"' in page


async def test_what_a_county_published_replaces_the_reference(client: httpx.AsyncClient) -> None:
    city = factories.actor_for(await factories.city(region=HOME))
    item = await the(CARD)
    local = LocalValues(promised_days=3, promised_unit="working_day", fee="不收费", phone="100-0001", visits=1)
    await service.adopt(city, item, AdoptionRequest(region=HOME, local=local))
    await service.publish(city, item, PublicationRequest(region=HOME, version=1))
    await events.relay()
    client.cookies.update(PLACE)
    page = (await client.get(f"/services/{item}")).text
    assert "3 个工作日" in page and "不收费" in page and "tel:100-0001" in page
    assert "以大厅答复为准" not in page


async def test_unknown_services_lead_on(client: httpx.AsyncClient) -> None:
    for path in ("/services/NOPE", "/services/themes/nope", "/services/life-events/nope"):
        answer = await client.get(path)
        assert answer.status_code == 404
        assert 'href="/services' in answer.text


async def test_public_pages_may_be_kept(client: httpx.AsyncClient) -> None:
    first = await client.get("/services/LAW001")
    again = await client.get("/services/LAW001", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


async def test_the_city_operator_adopts_publishes_and_takes_down(client: httpx.AsyncClient) -> None:
    item = await the(CARD)
    await factories.sign_in_as(client, await factories.city(region=HOME))
    board = await client.get("/desk/catalogue?q=社会保障卡")
    assert board.status_code == 200
    here = f"/desk/catalogue/{item}"
    token = factories.csrf_of((await client.get(f"{here}?region={HOME}")).text)
    form = {"csrf": token, "fee": "不收费", "materials": "身份证原件\r\n照片", "visits": "1"}
    saved = await client.post(f"{here}?region={HOME}", data=form)
    assert saved.status_code == 303
    shown = (await client.get(saved.headers["location"])).text
    assert "身份证原件\n照片" in shown
    refused = await client.post(f"{here}/publication?region={HOME}", data={"csrf": token, "version": "1"})
    assert refused.status_code == 409
    assert "缺少线下办理渠道" in refused.text
    await client.post(f"{here}?region={HOME}", data={**form, "phone": "12345"})
    opened = await client.post(f"{here}/publication?region={HOME}", data={"csrf": token, "version": "2"})
    assert opened.status_code == 303
    down = await client.post(f"{here}/withdrawal?region={HOME}", data={"csrf": token, "reason": "重新核对"})
    assert down.status_code == 303
    assert "重新核对" in (await client.get(down.headers["location"])).text


async def test_a_bad_value_keeps_what_was_typed(client: httpx.AsyncClient) -> None:
    await factories.sign_in_as(client, await factories.city(region=HOME))
    here = f"/desk/catalogue/LAW005?region={HOME}"
    token = factories.csrf_of((await client.get(here)).text)
    answer = await client.post(here, data={"csrf": token, "phone": "abc", "fee": "免费"})
    assert answer.status_code == 422
    assert 'value="abc"' in answer.text and 'value="免费"' in answer.text


async def test_the_desk_is_closed_to_others(client: httpx.AsyncClient) -> None:
    assert (await client.get("/desk/catalogue")).status_code == 303
    await factories.sign_in_as(client, await factories.clerk(region=HOME))
    assert (await client.get("/desk/catalogue")).status_code == 403
