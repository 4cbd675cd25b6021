import httpx
import pytest

HARBIN = "230100000000"


async def test_divisions_come_in_pieces(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/divisions", params={"parent": "230103", "limit": 10})
    first = answer.json()
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert len(first["items"]) == 10
    second = (
        await client.get("/api/v1/divisions", params={"parent": "230103", "limit": 10, "after": first["next"]})
    ).json()
    assert second["items"][0]["code"] > first["items"][-1]["code"]


async def test_what_the_caller_has_already_is_not_sent_again(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/divisions/230100")
    again = await client.get("/api/v1/divisions/230100", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_division_tells_its_path_and_its_halls(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/v1/divisions/230103001")).json()
    assert [each["name"] for each in found["path"]] == ["黑龙江省", "哈尔滨市", "南岗区", "花园街道"]
    assert found["halls"][0]["hall"]["name"] == "花园街道便民服务中心"


@pytest.mark.parametrize("code", ["239999", "230103999"])
async def test_a_code_in_no_list_is_not_found(client: httpx.AsyncClient, code: str) -> None:
    assert (await client.get(f"/api/v1/divisions/{code}")).status_code == 404


@pytest.mark.parametrize("code", ["abc", "23010", "%25", "2301030010020"])
async def test_what_is_no_code_is_refused(client: httpx.AsyncClient, code: str) -> None:
    assert (await client.get(f"/api/v1/divisions/{code}")).status_code in (400, 422)
    assert (await client.get(f"/places/{code}")).status_code in (400, 404, 422)


async def test_the_nearest_division_to_a_position(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/v1/divisions/nearest", params={"lat": 45.7671, "lng": 126.625})).json()
    assert found[0]["division"]["name"] == "索菲亚社区居委会"
    refused = await client.get("/api/v1/divisions/nearest", params={"lat": 95, "lng": 126.625})
    assert refused.status_code in (400, 422)


async def test_only_halls_with_an_address(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/v1/halls", params={"derived": "false", "limit": 100})).json()
    assert len(found["items"]) == 19
    assert all(each["address"] and each["status"] == "listed" for each in found["items"])
    one = (await client.get(f"/api/v1/halls/{found['items'][0]['id']}")).json()
    assert one == found["items"][0]


async def test_an_unknown_hall_is_a_problem_with_a_next_step(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/halls/00000000-0000-7000-8000-000000000000")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["next_step"]["href"] == "/halls"


async def test_strangers_do_not_confirm_halls(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/v1/halls", params={"limit": 1})).json()
    facts = {"address": "花园街 1 号", "opens": "08:30", "closes": "16:30"}
    answer = await client.post(f"/api/v1/halls/{found['items'][0]['id']}/confirmation", json=facts)
    assert answer.status_code == 401


async def test_the_calendar_ends_where_dates_end(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/calendar", params={"from": "9999-12-31"})).status_code == 200


async def test_no_nul_reaches_the_database(client: httpx.AsyncClient) -> None:
    for address in ("/api/v1/halls?after=%00", "/halls?q=%00", "/api/v1/divisions/%00"):
        assert (await client.get(address)).status_code == 400


async def test_the_calendar_says_what_is_not_final(client: httpx.AsyncClient) -> None:
    days = (await client.get("/api/v1/calendar", params={"from": "2026-12-31", "to": "2027-01-01"})).json()
    assert [(day["day"], day["working"], day["status"]) for day in days] == [
        ("2026-12-31", True, "final"),
        ("2027-01-01", False, "statutory_only"),
    ]
    refused = await client.get("/api/v1/calendar", params={"from": "2020-01-01", "to": "2027-01-01"})
    assert refused.status_code == 422
