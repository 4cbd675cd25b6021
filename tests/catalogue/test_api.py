from collections.abc import AsyncIterator

import httpx
import pytest

from backend.catalogue import service
from backend.core import db, search
from backend.core.actor import ANONYMOUS
from tests.identity import factories

API = "/api/v1"
HOME = "230103"


async def bearer(client: httpx.AsyncClient, who: object) -> dict[str, str]:
    return {"authorization": f"Bearer {await factories.token_for(who)}"}  # type: ignore[arg-type]


async def card() -> str:
    return str(await db.fetchval("SELECT id FROM catalogue_item WHERE id LIKE 'SC02977%'"))


async def test_the_whole_list_is_open_in_pieces(client: httpx.AsyncClient) -> None:
    seen: set[str] = set()
    after = ""
    for _ in range(40):
        found = (await client.get(f"{API}/services", params={"limit": 100, "after": after})).json()
        seen |= {each["id"] for each in found["items"]}
        after = found["next"] or ""
        if not after:
            break
    assert len(seen) == 2726


async def test_the_list_is_narrowed_as_asked(client: httpx.AsyncClient) -> None:
    for name, value in (
        ("theme", "elder"),
        ("dept", "民政"),
        ("object", "自然人"),
        ("kind", "lookup"),
        ("source", "sc_2025"),
    ):
        found = (await client.get(f"{API}/services", params={name: value})).json()["items"]
        assert found, name
        if name in ("kind", "source"):
            assert {each[name] for each in found} == {value}


async def test_open_data_may_be_kept_and_asked_for_again(client: httpx.AsyncClient) -> None:
    for path in ("/services", "/services/themes", "/services/LAW001", "/services/life-events", "/open/hsds/services"):
        first = await client.get(API + path)
        assert "public" in first.headers["cache-control"]
        again = await client.get(API + path, headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304, path


@pytest.fixture
async def searchable(tx: None) -> AsyncIterator[None]:
    """The items as the running portal finds them; other tests begin with nothing to find."""
    from backend.catalogue.search import documents

    await search.live.rebuild([documents])
    yield
    await search.live.rebuild([])


async def test_letters_that_say_nothing_find_nothing(client: httpx.AsyncClient, searchable: None) -> None:
    for typed in ("qqqwwwxx", "asdfghjk"):
        assert (await client.get(f"{API}/services", params={"q": typed})).json()["items"] == []


async def test_a_question_finds_the_item(client: httpx.AsyncClient, searchable: None) -> None:
    found = (await client.get(f"{API}/services", params={"q": "社会保障卡挂失"})).json()["items"]
    assert found[0]["name"] == "社会保障卡挂失"
    only = (await client.get(f"{API}/services", params={"q": "社会保障卡", "source": "gd_2021"})).json()["items"]
    assert all(each["source"] == "gd_2021" for each in only)


async def test_a_guide_says_whose_each_value_is(client: httpx.AsyncClient) -> None:
    guide = (await client.get(f"{API}/services/LAW001", params={"place": "230103001"})).json()
    assert guide["facts"]["how_long"]["origin"] == "law"
    assert guide["laws"][0]["quote"].startswith("公安机关应当")
    assert guide["halls"]


async def test_bad_questions_are_refused_in_words(client: httpx.AsyncClient) -> None:
    for path, status in (
        ("/services?limit=101", 400), ("/services?after=x", 400), ("/services?kind=x", 400), ("/services/NOPE", 404),
        ("/services/..%2F..%2Fetc", 404), ("/services/LAW001?place=abc", 400), ("/services/life-events/nope", 404),
    ):  # fmt: skip
        answer = await client.get(API + path)
        assert answer.status_code in {status, 404, 422}, (path, answer.status_code)
        assert answer.headers["content-type"].startswith("application/problem+json")


async def test_hsds_pages_hold_everything_once(client: httpx.AsyncClient) -> None:
    first = (await client.get(f"{API}/open/hsds/services", params={"per_page": 100})).json()
    assert (first["total_items"], first["total_pages"], first["first_page"]) == (2726, 28, True)
    last = (await client.get(f"{API}/open/hsds/services", params={"per_page": 100, "page": 28})).json()
    assert (last["size"], last["last_page"]) == (26, True)
    beyond = (await client.get(f"{API}/open/hsds/services", params={"page": 999})).json()
    assert beyond["empty"]


async def test_cpsv_is_json_ld(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{API}/services/LAW001/cpsv")
    assert answer.headers["content-type"].startswith("application/ld+json")
    found = answer.json()
    assert found["@type"] == "cpsv:PublicService"
    assert found["dct:title"] == {"@value": "居民身份证申领、换领、补领", "@language": "zh-Hans"}


async def test_the_city_operator_adopts_and_publishes_by_api(client: httpx.AsyncClient) -> None:
    item = await card()
    me = await bearer(client, await factories.city(region=HOME))
    body = {"region": HOME, "local": {"fee": "不收费"}}
    adopted = await client.post(f"{API}/services/{item}/adoptions", json=body, headers=me)
    assert adopted.json()["state"] == "draft"
    again = await client.post(f"{API}/services/{item}/adoptions", json=body, headers=me)
    assert again.json()["version"] == 1
    publication = {"region": HOME, "version": 1}
    refused = await client.post(f"{API}/services/{item}/publication", json=publication, headers=me)
    assert (refused.status_code, refused.json()["code"]) == (409, "offline-way-missing")
    body["local"] = {"fee": "不收费", "phone": "12345"}
    await client.post(f"{API}/services/{item}/adoptions", json=body, headers=me)
    opened = await client.post(f"{API}/services/{item}/publication", json={**publication, "version": 2}, headers=me)
    assert opened.json()["state"] == "published"
    assert (await service.guide(ANONYMOUS, item, HOME)).adopted
    down = await client.post(f"{API}/services/{item}/withdrawal", json={"region": HOME, "reason": "核对"}, headers=me)
    assert down.json()["state"] == "withdrawn"
    history = (await client.get(f"{API}/services/{item}/versions", params={"region": HOME})).json()["local"]
    assert [each["step"] for each in history] == ["withdrawn", "published"]
    assert {each["by"] for each in history} == {None}, "who did it is not public"


async def test_nobody_else_writes(client: httpx.AsyncClient) -> None:
    item = await card()
    body = {"region": HOME, "local": {}}
    assert (await client.post(f"{API}/services/{item}/adoptions", json=body)).status_code == 401
    clerk = await bearer(client, await factories.clerk(region=HOME))
    assert (await client.post(f"{API}/services/{item}/adoptions", json=body, headers=clerk)).status_code == 403
    other = await bearer(client, await factories.city(region="230200"))
    assert (await client.post(f"{API}/services/{item}/adoptions", json=body, headers=other)).status_code == 403
    me = await bearer(client, await factories.city(region=HOME))
    unknown = {"region": HOME, "local": {"owner": "me"}}
    assert (await client.post(f"{API}/services/{item}/adoptions", json=unknown, headers=me)).status_code == 422
