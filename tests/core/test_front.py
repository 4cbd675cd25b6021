"""The front middleware: what every request and every answer needs, measured on a tiny application behind it."""

import asyncio
import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any, cast

import asyncpg
import httpx
import msgspec
import pytest

from backend.core import cache
from backend.core.actor import Actor
from backend.core.http import limits
from backend.core.http.context import Session
from backend.core.http.front import Front
from backend.core.http.headers import SPACING
from backend.core.http.limits import MAX_BODY
from backend.core.http.metrics import metrics
from backend.core.http.onward import carried
from backend.core.viewer import Viewer
from backend.settings import Settings

pytestmark = pytest.mark.no_database
ALICE = Session(actor=Actor(roles=frozenset({"resident"}), name="Alice"), secret=bytes(32))


class House:
    """A tiny application that answers what it is told to, and remembers what reached it."""

    def __init__(self) -> None:
        self.body: bytes = b"<p>" + "好".encode() * 400
        self.status = 200
        self.headers: list[tuple[bytes, bytes]] = [(b"content-type", b"text/html; charset=utf-8")]
        self.tags: tuple[str, ...] | None = None
        self.fails: Exception | None = None
        self.wait: asyncio.Event | None = None
        self.seen: list[dict[str, Any]] = []
        self.full = asyncio.Semaphore(0)  # released by everybody who enters
        self.received = b""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.seen.append(scope)
        self.full.release()
        if self.wait:
            await self.wait.wait()
        if self.fails:
            raise self.fails
        if scope["method"] == "POST":
            while (message := await receive()).get("more_body"):
                self.received += message["body"]
            self.received += message.get("body", b"")
        if self.tags is not None:
            scope["public_tags"] = self.tags
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


async def resolve(token: str, by_cookie: bool) -> Session | None:
    return msgspec.structs.replace(ALICE, by_cookie=by_cookie) if token == "alice" else None


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture(autouse=True)
def empty_shelf() -> Iterator[None]:
    cache.pages.clear()
    yield
    cache.pages.clear()


def visit(house: House, **settings: Any) -> httpx.AsyncClient:
    front = Front(house, Settings(**{"ip_rate": 0, **settings}), resolve)
    transport = httpx.ASGITransport(cast(Any, front), client=("198.51.100.7", 1))
    return httpx.AsyncClient(transport=transport, base_url="http://linli.test")


WANTED = ["content-security-policy", "x-content-type-options", "referrer-policy", "x-request-id", "cache-control"]


@pytest.mark.parametrize("status", [200, 303, 401, 404, 405, 413, 500])
async def test_security_headers_are_on_every_answer(house: House, status: int) -> None:
    house.status = status
    answer = await visit(house).get("/x")
    assert not [name for name in WANTED if name not in answer.headers]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in answer.headers


async def test_of_foreign_styles_only_the_readers_text_spacing_is_let_in(house: House) -> None:
    policy = (await visit(house).get("/x")).headers["content-security-policy"]
    styles = next(each for each in policy.split("; ") if each.startswith("style-src"))
    sheet = base64.b64encode(hashlib.sha256(SPACING.encode()).digest()).decode()
    assert styles == f"style-src 'self' 'sha256-{sheet}'"
    assert set(re.findall(r"([a-z-]+):", SPACING)) == {"line-height", "letter-spacing", "word-spacing", "margin-bottom"}


async def test_tls_adds_hsts(house: House) -> None:
    answer = await visit(house, public_url="https://linli.test").get("/x")
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


@pytest.mark.parametrize("address", ["/x?q=a%00", "/api/v1/x?q=%00&r=1", "/x%00y"])
async def test_a_nul_goes_no_further(house: House, address: str) -> None:
    assert (await visit(house).get(address)).status_code == 400
    assert not house.seen


async def test_a_failure_is_a_plain_500_without_insides(house: House) -> None:
    house.fails = RuntimeError("secret of the house")
    page = await visit(house).get("/x")
    answer = await visit(house).get("/api/v1/x")
    assert page.status_code == answer.status_code == 500
    assert "secret" not in page.text + answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "internal-error"


@pytest.mark.parametrize("error", [ConnectionRefusedError(), asyncpg.CannotConnectNowError("the database is starting")])
async def test_a_database_out_of_reach_is_a_503_that_says_when_to_come_back(house: House, error: Exception) -> None:
    house.fails = error
    answer = await visit(house).get("/api/v1/x")
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["code"]) == (503, "2", "unavailable")
    assert "starting" not in answer.text


async def test_a_public_page_is_made_once_for_each_viewer_and_nobody_else_sees_private_ones(house: House) -> None:
    house.tags = ("home",)
    client = visit(house)
    first = await client.get("/")
    again = await client.get("/")
    assert len(house.seen) == 1
    assert first.content == again.content == house.body
    await client.get("/", headers={"Cookie": "linli_ui=elder.zh_CN."})
    await client.get("/", headers={"Cookie": "linli=alice"})
    await client.get("/", headers={"Cookie": "linli=alice"})
    assert len(house.seen) == 4


async def test_a_page_that_has_not_changed_is_not_sent_again(house: House) -> None:
    house.tags = ("home",)
    client = visit(house)
    etag = (await client.get("/")).headers["etag"]
    answer = await client.get("/", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert "content-security-policy" in answer.headers


async def test_dropping_a_tag_makes_the_page_anew(house: House) -> None:
    house.tags = ("catalogue",)
    client = visit(house)
    await client.get("/")
    cache.pages.drop("catalogue")
    await client.get("/")
    assert len(house.seen) == 2


async def test_a_page_begun_before_a_drop_is_not_kept(house: House) -> None:
    house.tags = ("catalogue",)
    house.wait = asyncio.Event()
    client = visit(house)
    running = asyncio.create_task(client.get("/"))
    await house.full.acquire()
    cache.pages.drop("catalogue")
    house.wait.set()
    await running
    assert len(cache.pages) == 0


async def test_answers_are_compressed_for_those_who_can_unpack(house: House) -> None:
    front = Front(house, Settings(ip_rate=0), resolve)
    transport = httpx.ASGITransport(cast(Any, front))
    async with httpx.AsyncClient(transport=transport, base_url="http://linli.test") as client:
        async with client.stream("GET", "/", headers={"Accept-Encoding": "gzip"}) as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])
        assert answer.headers["content-encoding"] == "gzip"
        assert gzip.decompress(raw) == house.body
        plain = await client.get("/", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Referer": "http://evil.test/linli.test"},
        {},
    ],
)
async def test_a_write_from_elsewhere_never_arrives(house: House, headers: dict[str, str]) -> None:
    answer = await visit(house).post("/x", headers={"Cookie": "linli=alice", **headers}, data={"a": "b"})
    assert answer.status_code == 403
    assert not house.seen


async def test_a_write_from_our_own_page_arrives(house: House) -> None:
    client = visit(house)
    for headers in (
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://linli.test"},
        {"Referer": "http://linli.test/a"},
    ):
        assert (
            await client.post("/x", headers={"Cookie": "linli=alice", **headers}, data={"a": "b"})
        ).status_code == 200


async def test_a_program_with_a_bearer_token_needs_no_origin(house: House) -> None:
    headers = {"Authorization": "Bearer alice", "Content-Type": "application/json"}
    assert (await visit(house).post("/api/v1/x", headers=headers, content="{}")).status_code == 200
    assert house.seen[0]["linli_session"].actor is ALICE.actor


async def test_one_token_by_cookie_and_by_header_is_told_apart(house: House) -> None:
    client = visit(house)
    await client.get("/x", headers={"Cookie": "linli=alice"})
    await client.get("/x", headers={"Authorization": "Bearer alice"})
    assert [scope["linli_session"].by_cookie for scope in house.seen] == [True, False]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_the_api_reads_json_only(house: House, kind: str) -> None:
    headers = {"Authorization": "Bearer alice", "Content-Type": kind}
    answer = await visit(house).post("/api/v1/x", headers=headers, content='{"a": 1}')
    assert answer.status_code == 415
    assert not house.seen


async def test_a_body_over_the_limit_is_refused_announced_or_not(house: House) -> None:
    async def parts() -> Any:
        for _ in range(3):
            yield b"x" * (MAX_BODY // 2)

    headers = {"Authorization": "Bearer alice", "Content-Type": "application/json"}
    client = visit(house)
    assert (await client.post("/api/v1/x", headers=headers, content=b"x" * (MAX_BODY + 1))).status_code == 413
    assert (await client.post("/api/v1/x", headers=headers, content=parts())).status_code == 413
    assert len(house.received) <= MAX_BODY


async def test_an_address_that_takes_files_has_a_limit_of_its_own(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_larger", {})
    limits.allow_body("/v2/files", 2 * MAX_BODY)
    client, headers = visit(house), {"Content-Type": "application/json"}
    assert (await client.post("/v2/files", headers=headers, content=b"x" * 2 * MAX_BODY)).status_code == 200
    assert len(house.received) == 2 * MAX_BODY
    assert (await client.post("/v2/files", headers=headers, content=b"x" * (2 * MAX_BODY + 1))).status_code == 413
    assert (await client.post("/v2/files/1", headers=headers, content=b"x" * 2 * MAX_BODY)).status_code == 413


async def test_a_full_house_says_so_and_when_to_come_back(house: House) -> None:
    house.wait = asyncio.Event()
    client = visit(house, max_concurrent=2)
    inside = [asyncio.create_task(client.get("/")) for _ in range(2)]
    for _ in inside:
        await house.full.acquire()
    answer = await client.get("/")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    house.wait.set()
    assert [(await each).status_code for each in inside] == [200, 200]
    assert metrics.active == 0


async def test_one_address_cannot_flood_and_a_forged_header_changes_nothing(house: House) -> None:
    client = visit(house, ip_rate=1, ip_burst=3)
    codes = [(await client.get("/", headers={"X-Forwarded-For": f"10.0.0.{n}"})).status_code for n in range(5)]
    assert codes == [200, 200, 200, 429, 429]


async def test_a_trusted_proxy_tells_the_address(house: House) -> None:
    client = visit(house, trusted_proxies="198.51.100.0/24")
    await client.get("/", headers={"X-Forwarded-For": "1.1.1.1, 203.0.113.9, 198.51.100.8"})
    await client.get("/", headers={"X-Forwarded-For": "<script>"})
    assert [scope["linli_client"] for scope in house.seen] == ["203.0.113.9", "198.51.100.7"]


async def test_a_link_can_ask_for_elder_mode_and_it_is_remembered(house: House) -> None:
    house.tags = ("home",)
    answer = await visit(house).get("/?mode=elder&lang=en")
    assert house.seen[0]["linli_viewer"] == Viewer("elder", "en", "")
    assert answer.headers["set-cookie"].startswith("linli_ui=elder.en.;")
    assert len(cache.pages) == 0


async def test_a_redirect_keeps_the_language_and_mode_that_the_link_asked_for(house: House) -> None:
    house.status, house.headers = 303, [(b"Location", b"/sign-in/again?next=/household/invite%3Flang%3Den")]
    client = visit(house)
    moved = (await client.get("/household/invite?lang=en&mode=elder&item=7")).headers["location"]
    assert moved == "/sign-in/again?next=/household/invite%3Flang%3Den&mode=elder&lang=en"
    assert (await client.get("/household/invite")).headers["location"] == house.headers[0][1].decode()


@pytest.mark.parametrize(
    ("target", "query", "moved"),
    [
        ("/", "lang=en", "/?lang=en"),
        ("/a?b=#part", "lang=en", "/a?b=&lang=en#part"),
        ("/a?lang=zh_CN", "lang=en&mode=elder", "/a?lang=zh_CN&mode=elder"),
        ("/a", "lang=%0d%0aX&mode=nobody", "/a"),
        ("/a", "dilang=en", "/a"),
        ("https://elsewhere.example/a", "lang=en", "https://elsewhere.example/a"),
        ("//elsewhere.example/a", "lang=en", "//elsewhere.example/a"),
    ],
)
def test_only_known_words_are_carried_and_only_to_our_own_pages(target: str, query: str, moved: str) -> None:
    assert carried(target, query.encode()) == moved


async def test_malformed_heads_are_harmless(house: House) -> None:
    client = visit(house)
    for headers in (
        {"Cookie": "linli_ui=../../x.zh_CN.1;linli=" + "x" * 5000},
        {"Cookie": "=;;=a; linli"},
        {"Authorization": "Bearer "},
        {"Accept-Language": ";;;,,,q=-"},
        {"Content-Length": "0"},
    ):
        assert (await client.get("/?mode=%ff&lang=%01", headers=headers)).status_code == 200


async def test_the_access_line_has_no_address_no_query_and_no_person(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    from backend.core.log import logger

    logger.flush()
    await visit(house).get("/people?phone=13900000000", headers={"Cookie": "linli=alice"})
    logger.flush()
    line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    assert set(line) == {"t", "id", "m", "r", "s", "us", "n"}
    assert "139" not in json.dumps(line["r"])


def test_ever_new_pages_cannot_fill_the_memory() -> None:
    shelf = cache.PageCache()
    big = bytes(range(256)) * 8192  # 2 MiB that does not compress away
    for number in range(100):
        shelf.put((number,), cache.make(200, [], big + number.to_bytes(2), ("x",)))
    assert len(shelf) * 2 * 2**20 <= cache.KEPT_BYTES
    assert shelf.get((99,)) is not None
    assert shelf.get((0,)) is None
    shelf.drop("x")
    assert len(shelf) == 0
