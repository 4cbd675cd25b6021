"""No member of staff signs in at a machine of a hall: the next visitor would stand before an open desk."""

from collections.abc import Callable

import httpx
import pytest

from backend.core import db, rate
from backend.core.actor import ANONYMOUS
from backend.identity import service as identity
from tests.identity.authenticator import Device
from tests.identity.factories import COOKIE, PASSWORD, staff
from tests.identity.test_passkeys import add, fresh
from tests.kiosk.test_pages import enrolled

Browse = Callable[[], httpx.AsyncClient]
SESSIONS = "SELECT count(*) FROM identity_session WHERE kind = 'staff'"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    rate.reset()


@pytest.fixture
async def machine(browse: Browse) -> httpx.AsyncClient:
    client = browse()
    await enrolled(browse(), client)
    return client


async def test_the_door_of_staff_says_why_before_anything_is_typed(machine: httpx.AsyncClient) -> None:
    for address in ("/staff/sign-in", "/staff/sign-in/second", "/staff/join?code=x"):
        page = await machine.get(address)
        assert page.status_code == 403 and "工作人员不在大厅机器上登录" in page.text, address
        assert 'type="password"' not in page.text and 'href="/kiosk"' in page.text


async def test_a_right_password_opens_no_session_at_a_machine(machine: httpx.AsyncClient) -> None:
    await staff("clerk", login="liu")
    before = await db.fetchval(SESSIONS)
    typed = {"login": "liu", "password": PASSWORD}
    page = await machine.post("/staff/sign-in", data=typed)
    program = await machine.post("/api/v1/staff/sessions", json=typed)
    assert (page.status_code, program.status_code) == (403, 403)
    assert program.json()["code"] == "staff-at-machine" and program.json()["next_step"]["href"] == "/kiosk"
    assert COOKIE not in machine.cookies and await db.fetchval(SESSIONS) == before


@pytest.mark.parametrize("door", ["/sign-in/passkey", "/staff/sign-in/passkey"])
async def test_a_passkey_of_staff_opens_no_session_at_a_machine(machine: httpx.AsyncClient, door: str) -> None:
    phone = Device()
    await add(fresh(await staff("operator")), phone)
    asked = await identity.begin_passkey_sign_in(ANONYMOUS, address="")
    machine.cookies.set(f"{COOKIE}-passkey", asked.request, domain="linli.test")
    before = await db.fetchval(SESSIONS)
    page = await machine.post(door, data={"credential": phone.use(asked.options)})
    assert page.status_code == 403 and "工作人员不在大厅机器上登录" in page.text
    assert COOKIE not in machine.cookies and await db.fetchval(SESSIONS) == before
