"""The whole portal against the attacks that its own libraries were found to let through."""

import json
from typing import Any

import httpx
import msgspec
import pytest

from backend import contract, slices
from backend.core.http.access import KEY, PUBLIC, SIGNED_IN
from backend.core.schemas import Input
from backend.identity.schemas.roles import ROLES

CODES = "/api/v1/sign-in/codes"
DEEP = b'{"phone":' + b"[" * 5000 + b"]" * 5000 + b"}"
JSON = {"Content-Type": "application/json"}


def problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["title"]
    assert body["type"].endswith(code)


@pytest.mark.parametrize("body", [DEEP, b'{"phone": "\xff\xfe"}', b"{", b"\xff", b'{"phone": 1' + b" " * 100])
async def test_what_is_no_json_is_a_400(client: httpx.AsyncClient, body: bytes) -> None:
    problem(await client.post(CODES, content=body, headers=JSON), 400, "bad-request")


@pytest.mark.parametrize(
    "phone", ["139\u00000000000", "139\u202e0000000", "1" * 5000, 13900000000, None, ["13900000000"], {"a": 1}, True]
)
async def test_what_is_no_phone_is_a_422_that_names_the_field(client: httpx.AsyncClient, phone: object) -> None:
    answer = await client.post(CODES, content=json.dumps({"phone": phone}), headers=JSON)
    problem(answer, 422, "invalid")
    assert list(answer.json()["fields"]) == ["phone"]


async def test_an_unknown_field_is_refused(client: httpx.AsyncClient) -> None:
    for extra in ("role", "region", "state", "id"):
        answer = await client.post(CODES, json={"phone": "10000000001", extra: "admin"})
        problem(answer, 422, "invalid")


async def test_json_that_says_it_is_text_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(CODES, content=b'{"phone": "10000000001"}', headers={"Content-Type": "text/plain"})
    problem(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing-here", 404),
        ("DELETE", "/api/v1/divisions", 405),
        ("GET", "/api/v1/me", 401),
        ("GET", "/api/v1/divisions?limit=100000", 422),
        ("GET", "/api/v1/halls/not-a-hall", 404),
        ("GET", "/nothing-here", 404),
        ("POST", "/", 405),
        ("GET", "/me", 303),
    ],
)
async def test_every_answer_has_its_headers_and_nobody_sees_our_insides(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    for name in (
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "x-request-id",
        "cache-control",
    ):
        assert name in answer.headers, name
    assert not any(word in answer.text for word in ("Traceback", "SELECT", "litestar", "msgspec", "asyncpg", "piccolo"))
    if path.startswith("/api"):
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_method_that_does_not_fit_says_which_do(client: httpx.AsyncClient) -> None:
    assert "GET" in (await client.delete("/api/v1/divisions")).headers["allow"]


async def test_an_unexpected_failure_is_logged_once_without_a_word_of_the_caller(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from backend.places import queries

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("13912345678 lives in secret street")

    monkeypatch.setattr(queries, "division_page", broken)
    answer = await client.get("/api/v1/divisions?parent=230103&q=")
    problem(answer, 500, "internal-error")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if "unhandled" in line]
    assert len(lines) == 1
    assert lines[0]["request"] == answer.headers["x-request-id"]
    assert "139" not in json.dumps({**lines[0], "request": "", "at": 0}) + answer.text


def all_inputs(kind: type[Input] = Input) -> list[type[Input]]:
    return [each for child in kind.__subclasses__() for each in [child, *all_inputs(child)]]


def test_every_input_refuses_unknown_fields() -> None:
    for name in ("schemas", "api", "pages"):
        slices.modules(name)
    found = [kind for kind in all_inputs() if kind.__module__.startswith("backend.")]
    assert len(found) >= 8
    assert not [kind.__name__ for kind in found if not kind.__struct_config__.forbid_unknown_fields]


def handlers(app: Any) -> list[tuple[str, Any]]:
    framework = app.app
    return [(route.path, each) for route in framework.routes for each in getattr(route, "route_handlers", [])]


def test_every_body_of_the_api_is_a_strict_input(app: Any) -> None:
    wrong = []
    for path, handler in handlers(app):
        kind = handler.parsed_data_field.annotation if getattr(handler, "parsed_data_field", None) else None
        if path.startswith("/api/") and kind is not None and not issubclass(kind, Input):
            wrong.append((path, kind))
    assert not wrong


def test_every_route_declares_who_may_use_it(app: Any) -> None:
    known = {PUBLIC, SIGNED_IN, *ROLES}
    rules = {(path, role) for path, handler in handlers(app) for role in handler.opt.get(KEY, ())}
    assert rules
    assert not {(path, role) for path, role in rules if role not in known}


def test_every_route_of_the_api_is_in_the_contract(app: Any) -> None:
    described = set(json.loads(contract.FILE.read_bytes())["paths"])
    assert {route.path_format for route in app.app.routes if route.path.startswith("/api/")} == described


def test_guards_are_async_because_sync_ones_cost_a_thread(app: Any) -> None:
    import inspect

    assert all(inspect.iscoroutinefunction(getattr(g, "func", g)) for _, h in handlers(app) for g in h.resolve_guards())


async def test_a_form_of_a_signed_in_person_needs_its_token(client: httpx.AsyncClient) -> None:
    from tests.identity import factories

    person = await factories.resident()
    await factories.sign_in_as(client, person)
    answer = await client.post("/sign-out", data={})
    assert answer.status_code == 403
    answer = await client.post("/sign-out", data={"csrf": "A" * 88})
    assert answer.status_code == 403
    assert (await client.get("/me")).status_code == 200


def test_problem_bodies_are_closed_structs() -> None:
    from backend.core.http.answers import ProblemBody

    assert {field.name for field in msgspec.structs.fields(ProblemBody)} >= {"type", "title", "status", "code"}
