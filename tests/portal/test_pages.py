import httpx
import pytest

VERSIONS = [
    {},
    {"linli_ui": "standard.zh_CN.230103001"},
    {"linli_ui": "elder.zh_CN.230103"},
    {"linli_ui": "standard.en."},
]
PAGES = ["/", "/search", "/search?q=qqqwww", "/settings", "/accessibility", "/privacy", "/open-data", "/offline"]
WIRE = 14 * 1024 - 6_500  # bytes for the page itself; style, icons and street take the rest of the first 14 KB


@pytest.mark.parametrize("cookies", VERSIONS)
@pytest.mark.parametrize("page", PAGES)
async def test_every_page_is_sound_in_every_version(
    client: httpx.AsyncClient, page: str, cookies: dict[str, str]
) -> None:
    client.cookies.update(cookies)
    assert (await client.get(page)).status_code == 200


async def test_search_comes_first_on_the_home_page(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    assert page.index('role="search"') < page.index("预约取号") < page.index("一件事，一次办")
    assert page.count('class="tile ') == 8


async def test_the_elder_home_page_has_six_tiles_then_more(client: httpx.AsyncClient) -> None:
    client.cookies.set("linli_ui", "elder.zh_CN.")
    page = (await client.get("/")).text
    assert page.count('class="tile ') == 6
    assert page.index("预约去大厅") < page.index("更多服务")
    assert "标准版" in page


async def test_the_home_page_is_small_and_not_sent_twice(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert len(answer.content) / 2.5 < WIRE
    again = await client.get("/", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_halls_of_the_chosen_place_are_on_the_home_page(client: httpx.AsyncClient) -> None:
    assert "该去哪个大厅" in (await client.get("/")).text
    client.cookies.set("linli_ui", "standard.zh_CN.230103001")
    assert "花园街道便民服务中心" in (await client.get("/")).text


async def test_a_search_without_result_leads_to_a_person(client: httpx.AsyncClient) -> None:
    page = (await client.get("/search", params={"q": "qqqwwwxx"})).text
    assert "没有找到“qqqwwwxx”" in page and 'href="tel:12345"' in page


async def test_what_was_typed_is_shown_as_text(client: httpx.AsyncClient) -> None:
    page = (await client.get("/search", params={"q": "<script>alert(1)</script>"})).text
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("field", "value", "kept"), [("mode", "elder", "elder.zh_CN."), ("lang", "en", "standard.en.")]
)
async def test_a_preference_is_kept_and_leads_back(
    client: httpx.AsyncClient, field: str, value: str, kept: str
) -> None:
    answer = await client.post("/preferences", data={field: value, "next": "/halls?lang=zh_CN&known=true"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/halls?known=true")
    assert f"linli_ui={kept};" in answer.headers["set-cookie"]
    assert "SameSite=Lax" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
async def test_preferences_do_not_lead_to_another_site(client: httpx.AsyncClient, target: str) -> None:
    answer = await client.post("/preferences", data={"mode": "elder", "next": target})
    assert answer.headers["location"] == "/settings"


async def test_unknown_preferences_are_refused(client: httpx.AsyncClient) -> None:
    assert (await client.post("/preferences", data={"mode": "kingsize"})).status_code == 422


async def test_the_statement_names_standard_gaps_complaints_and_reply_time(client: httpx.AsyncClient) -> None:
    page = (await client.get("/accessibility")).text
    for words in ("WCAG 2.2 AA", "还做得不够的地方", "打 12345，说“无障碍”", "5 个工作日内答复您", "2026年11月24日"):
        assert words in page


async def test_machines_find_the_list_of_pages(client: httpx.AsyncClient) -> None:
    robots = (await client.get("/robots.txt")).text
    assert "Sitemap: https://linli.test/sitemap.xml" in robots
    answer = await client.get("/sitemap.xml")
    assert answer.headers["content-type"].startswith("text/xml")
    assert "<loc>https://linli.test/halls</loc>" in answer.text


async def test_programs_search_like_people(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/search", params={"q": "长辈版"})
    assert answer.status_code == 200
    assert answer.json()["query"] == "长辈版"
    assert (await client.get("/api/v1/search")).status_code in (400, 422)
