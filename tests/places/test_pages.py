import httpx
import pytest

from backend.core import db

ELDER, ENGLISH = {"linli_ui": "elder.zh_CN.230103001"}, {"linli_ui": "standard.en.230103001"}


async def hall_id(code: str) -> str:
    return str(await db.fetchval("SELECT id FROM places_hall WHERE code = $1", code))


@pytest.mark.parametrize("cookies", [{}, {"linli_ui": "standard.zh_CN.230103001"}, ELDER, ENGLISH])
async def test_every_page_is_sound_in_every_version(client: httpx.AsyncClient, cookies: dict[str, str]) -> None:
    client.cookies.update(cookies)
    pages = ["/places", "/places/pick", "/places/pick?q=ngq", "/places/pick?inside=230103001", "/places/230103"]
    pages += ["/halls", "/halls?known=true", f"/halls/{await hall_id('R16')}", f"/halls/{await hall_id('D230103001')}"]
    for page in pages:
        assert (await client.get(page)).status_code == 200, page


async def test_a_derived_hall_says_that_nothing_more_is_known(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/halls/{await hall_id('D230103001')}")).text
    assert "名称由行政区划推出，地址和时间尚未公布。去之前请先打电话 12345" in page
    assert "openingHours" not in page


async def test_a_listed_hall_shows_hours_and_says_that_nobody_checked(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/halls/{await hall_id('R16')}")).text
    assert "哈尔滨市道里区西四道街21号" in page
    assert "Mo-Fr 08:30-16:30" in page
    assert "还没有核实" in page


async def test_a_choice_is_kept_and_leads_back(client: httpx.AsyncClient) -> None:
    answer = await client.post("/places/choice", data={"place": "230103001000", "next": "/halls"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/halls")
    assert "standard.zh_CN.230103001" in answer.headers["set-cookie"]
    page = (await client.get("/places")).text
    assert "花园街道" in page and "花园街道便民服务中心" in page


async def test_a_choice_does_not_lead_to_another_site(client: httpx.AsyncClient) -> None:
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = await client.post("/places/choice", data={"place": "230103", "next": target})
        assert answer.headers["location"] == "/places"


async def test_a_place_that_does_not_exist_cannot_be_chosen(client: httpx.AsyncClient) -> None:
    assert (await client.post("/places/choice", data={"place": "239999"})).status_code == 404
    assert (await client.post("/places/choice", data={})).status_code == 422


async def test_a_place_that_was_merged_away_is_asked_for_again(client: httpx.AsyncClient) -> None:
    client.cookies.set("linli_ui", "standard.zh_CN.239999")
    assert "先说说您住在哪里" in (await client.get("/places")).text


async def test_a_position_is_offered_for_confirmation(client: httpx.AsyncClient) -> None:
    page = await client.post("/places/near", data={"lat": "45.767", "lng": "126.625", "next": "/halls"})
    assert page.status_code == 200
    assert "索菲亚社区居委会" in page.text and 'value="/halls"' in page.text
    assert (await client.post("/places/near", data={"lat": "39.9", "lng": "116.4"})).status_code == 404


async def test_without_script_the_position_button_leads_to_the_list(client: httpx.AsyncClient) -> None:
    answer = await client.post("/places/near", data={"lat": "", "lng": "", "next": "/halls"})
    assert answer.headers["location"] == "/places/pick?unknown=true&next=%2Fhalls"
    assert "设备没有告诉我们您在哪里" in (await client.get(answer.headers["location"])).text


async def test_a_name_nobody_has_leads_on(client: httpx.AsyncClient) -> None:
    page = (await client.get("/places/pick", params={"q": "亚特兰蒂斯"})).text
    assert "没有找到叫“亚特兰蒂斯”的地方" in page and "哈尔滨市" in page


async def test_english_pages_call_places_readably_and_mark_chinese(client: httpx.AsyncClient) -> None:
    client.cookies.update(ENGLISH)
    page = (await client.get("/places")).text
    assert "Nangang District" in page
    assert '<span lang="zh-Hans">' in (await client.get("/places/pick?inside=230103001")).text
