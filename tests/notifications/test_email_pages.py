"""The e-mail address on the page of wishes: entered, proved, wished for, taken away; at a desk for who is helped."""

import re
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes
from email.policy import SMTP

import httpx
import pytest

from backend.core import rate
from backend.notifications import service
from backend.notifications.service import emails
from tests.identity.factories import actor_for, csrf_of, helping, operator, resident, sign_in_as
from tests.notifications.conftest import Set
from tests.notifications.factories import NOON

HERE = "/messages/preferences"


@pytest.fixture(autouse=True)
def noon(frozen: Callable[[datetime], None]) -> None:
    rate.reset()
    frozen(NOON)


async def digits() -> str:
    found = re.search(r"[0-9]{6}", (await service.latest(1))[0].body)
    assert found
    return found[0]


@pytest.mark.parametrize("mode", ["standard", "elder"])
async def test_an_address_is_entered_proved_and_taken_away(client: httpx.AsyncClient, mode: str) -> None:
    li = await resident(mode=mode)
    await sign_in_as(client, li)
    page = await client.get(HERE)
    token = {"csrf": csrf_of(page.text)}
    wrong = await client.post(f"{HERE}/emails", data=token | {"email": "li at home"})
    assert wrong.status_code == 422 and 'value="li at home"' in wrong.text and "例如 name@example.org" in wrong.text
    asked = await client.post(f"{HERE}/emails", data=token | {"email": "li@example.org"})
    where = asked.headers["location"]
    assert "l***@example.org" in (await client.get(where)).text
    assert (await client.post(where, data=token | {"code": "12"})).status_code == 422
    right = await digits()
    other = f"{(int(right) + 1) % 10**6:06d}"
    assert (await client.post(where, data=token | {"code": other})).status_code == 422
    done = await client.post(where, data=token | {"code": right})
    assert done.headers["location"] == f"{HERE}?saved=1#emails"
    page = await client.get(HERE)
    assert "短信送不到时发送" in page.text
    row = where.rsplit("/", 1)[1]
    first = await client.post(f"{HERE}/emails/{row}/wishes", data=token | {"first": "true", "news": "false"})
    assert first.status_code == 303
    page = await client.get(HERE)
    assert "先于短信发送" in page.text and "不收资讯" in page.text
    await client.post(f"{HERE}/emails/{row}/removal", data=token)
    assert "l***@" not in (await client.get(HERE)).text and await emails.address_of(li.id) == ""


async def test_where_no_email_is_sent_nobody_is_asked_for_an_address(client: httpx.AsyncClient, gateways: Set) -> None:
    gateways("sms")
    await sign_in_as(client, await resident())
    page = await client.get(HERE)
    assert f'action="{HERE}/emails"' not in page.text
    refused = await client.post(f"{HERE}/emails", data={"csrf": csrf_of(page.text), "email": "li@example.org"})
    assert refused.status_code == 503 and "这里暂不发送电子邮件" in refused.text


async def test_an_operator_enters_it_for_the_caller(client: httpx.AsyncClient) -> None:
    li = await resident()
    await helping(client, await operator(), li)
    page = await client.get(HERE)
    asked = await client.post(f"{HERE}/emails", data={"csrf": csrf_of(page.text), "email": "li@example.org"})
    done = await client.post(asked.headers["location"], data={"csrf": csrf_of(page.text), "code": await digits()})
    assert done.status_code == 303 and await emails.address_of(li.id) == "li@example.org"


async def test_the_api_does_the_same(client: httpx.AsyncClient) -> None:
    li = await resident()
    await sign_in_as(client, li)
    at = "/api/v1/me/notice-emails"
    made = (await client.post(at, json={"email": "li@example.org"})).json()
    assert (made["email_masked"], made["confirmed"]) == ("l***@example.org", False)
    assert (await client.post(f"{at}/{made['id']}/confirmation", json={"code": await digits()})).status_code == 204
    assert (await client.put(f"{at}/{made['id']}/wishes", json={"first": True, "news": True})).status_code == 204
    found = (await client.get("/api/v1/me/notice-preferences")).json()
    assert found["mail"] and found["emails"][0]["first"]
    assert (await client.delete(f"{at}/{made['id']}")).status_code == 204
    assert (await service.preferences(actor_for(li))).emails == []


async def test_the_local_gateway_shows_where_an_email_went(client: httpx.AsyncClient) -> None:
    li = await resident()
    await sign_in_as(client, li)
    await client.post("/api/v1/me/notice-emails", json={"email": "li@example.org"})
    await service.deliver_waiting(service.MAIL)
    page = (await client.get("/demo/gateway")).text
    assert '电子邮件 · <span class="num">l***@example.org</span>' in page
    (at,) = re.findall(r'href="(/demo/gateway/[^"]+/mail)"', page)
    file = await client.get(at)
    mail = message_from_bytes(file.content, policy=SMTP)
    assert file.headers["content-type"] == "message/rfc822" and mail["To"] == "li@example.org"
    assert [each.get_content_type() for each in mail.iter_parts()] == ["text/plain", "text/html"]
    seen = await client.get(f"{at}/page")
    assert "l***" not in seen.text and "<h1" in seen.text
    own = seen.headers.get_list("content-security-policy")
    assert "sandbox; default-src 'none'" in own and len(own) == 2, "the portal's policy and one of its own"
