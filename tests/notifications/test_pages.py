"""Pages of messages: the inbox, the wishes, the call list."""

import re
from collections.abc import Callable
from datetime import datetime, time
from uuid import uuid4

import httpx
import msgspec
import pytest

from backend.core import clock
from backend.notifications import service
from backend.notifications.pages import calls
from backend.notifications.pages.inbox import readable
from backend.notifications.schemas import InboxLine
from tests.delegation.factories import standing
from tests.identity.factories import actor_for, csrf_of, helping, operator, resident, sign_in_as, staff
from tests.notifications.factories import PLAIN, URGENT, Gateway, row, told

HERE = "/messages/preferences"


@pytest.fixture(autouse=True)
def noon(frozen: Callable[[datetime], None]) -> None:
    frozen(clock.at(clock.today(), time(12)))


@pytest.mark.parametrize("mode", ["standard", "elder"])
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_the_inbox_is_there_in_every_mode_and_language(client: httpx.AsyncClient, mode: str, lang: str) -> None:
    li = await resident(mode=mode, lang=lang)
    await sign_in_as(client, li)
    look = {"mode": mode, "lang": lang}
    assert (await client.get("/messages", params=look)).status_code == 200
    message, urgent = await told(li, what="2026-12-01"), await told(li, URGENT)
    page = await client.get("/messages", params=look)
    assert page.text.index(f"/messages/{urgent}") < page.text.index(f"/messages/{message}")
    one = await client.get(f"/messages/{message}")
    assert f'href="/appointments/{(await row(message))["about"]}"' in one.text and "data-aloud" in one.text
    assert "2026-1" not in (await client.get(f"/messages/{message}/print")).text, "paper says days as people do"
    assert (await client.get(HERE)).status_code == 200


def test_in_the_portal_a_message_can_be_read_aloud() -> None:
    body = "您 2026-11-27 在大厅办事满意吗？一分钟就能评价：https://city.example/r/nR0YJm0_Zk85t7iJHai"
    line = InboxLine(
        id=uuid4(), title="", body=body, lang="zh_CN", urgent=False, created=clock.now(), read=None, over=False,
        next_href="/ratings", next_text="",
    )  # fmt: skip
    [said] = readable([line])
    assert said.body == "您 2026年11月27日 在大厅办事满意吗？一分钟就能评价"
    english = msgspec.structs.replace(line, lang="en", body="Booked: 2026-12-01 9:00. Call 12345.")
    assert readable([english])[0].body == "Booked: 1 December 2026 9:00. Call 12345."
    odd = msgspec.structs.replace(line, body="2026-02-30 /r/nR0YJm0_Zk85", next_href="")
    assert readable([odd])[0].body == odd.body, "what is no day, and a link without a button, stay"


async def test_my_page_says_how_many_are_new_until_they_are_read(client: httpx.AsyncClient) -> None:
    li = await resident(lang="en")
    await sign_in_as(client, li)
    first = await told(li)
    await told(li)
    page = await client.get("/me", params={"lang": "en"})
    assert "2 new" in page.text
    token = {"csrf": csrf_of(page.text)}
    assert (await client.post(f"/messages/{first}/reading", data=token)).headers["location"] == "/messages"
    assert "1 new" in (await client.get("/me")).text
    await client.post("/messages/readings", data=token)
    assert "1 new" not in (await client.get("/me")).text


async def test_the_messages_of_others_are_not_found(client: httpx.AsyncClient) -> None:
    message = await told(await resident())
    await sign_in_as(client, await resident(name="王敏"))
    for path in (f"/messages/{message}", f"/messages/{message}/print"):
        assert (await client.get(path)).status_code == 404


async def test_wishes_are_kept_and_nothing_typed_is_lost(client: httpx.AsyncClient) -> None:
    li = await resident()
    await sign_in_as(client, li)
    page = await client.get(HERE)
    form = {
        "csrf": csrf_of(page.text), "first": "letter", "otherwise": "letter", "quiet_from": "22:30",
        "quiet_to": "06:15", "language": "en",
    }  # fmt: skip
    refused = await client.post(HERE, data=form | {"first": "pigeon"})
    assert refused.status_code == 422 and 'value="22:30"' in refused.text
    kept = await client.post(HERE, data=form)
    assert kept.headers["location"] == f"{HERE}?saved=1"
    found = await service.preferences(actor_for(li))
    assert (found.first, found.otherwise, f"{found.quiet_from:%H:%M}", found.language) == (
        "letter", "letter", "22:30", "en",
    )  # fmt: skip
    assert 'value="06:15"' in (await client.get(kept.headers["location"])).text


async def test_a_further_number_from_typing_it_to_taking_it_away(client: httpx.AsyncClient) -> None:
    li = await resident()
    await sign_in_as(client, li)
    token = {"csrf": csrf_of((await client.get(HERE)).text)}
    refused = await client.post(f"{HERE}/phones", data=token | {"phone": "12345"})
    assert refused.status_code == 422 and 'value="12345"' in refused.text
    sent = await client.post(f"{HERE}/phones", data=token | {"phone": "139 1234 5678"})
    number = sent.headers["location"]
    assert "139****5678" in (await client.get(number)).text
    wrong = await client.post(number, data=token | {"code": "abc"})
    assert wrong.status_code == 422 and 'value="abc"' in wrong.text
    code = re.search(r"[0-9]{6}", (await service.latest(1))[0].body)
    assert code is not None
    done = await client.post(number, data=token | {"code": code[0]})
    assert done.status_code == 303
    for first in ("true", "false"):
        await client.post(f"{number}/order", data=token | {"first": first})
        (phone,) = (await service.preferences(actor_for(li))).phones
        assert phone.first == (first == "true")
    assert "139****5678" in (await client.get(HERE)).text
    await client.post(f"{number}/removal", data=token)
    assert (await service.preferences(actor_for(li))).phones == []


async def test_an_operator_reads_messages_out_and_keeps_the_callers_wishes(client: httpx.AsyncClient) -> None:
    li, chen = await resident(), await operator()
    message = await told(li)
    await sign_in_as(client, chen)
    await helping(client, chen, li)
    page = await client.get("/messages")
    assert str(message) in page.text and "/messages/readings" not in page.text
    form = {
        "csrf": csrf_of((await client.get(HERE)).text), "first": "call", "otherwise": "call", "quiet_from": "21:00",
        "quiet_to": "08:00",
    }  # fmt: skip
    assert (await client.post(HERE, data=form)).status_code == 303
    assert (await service.preferences(actor_for(li))).first == "call"


@pytest.mark.parametrize("role", ["operator", "grid"])
async def test_a_call_from_the_list_to_its_answer(client: httpx.AsyncClient, role: str) -> None:
    li, nobody = await resident(notice_by="call"), await resident(name="王敏", phone="")
    message = await told(li, what="2026-12-01")
    await told(nobody, PLAIN)
    await sign_in_as(client, await staff(role))
    page = await client.get("/desk/calls")
    assert page.status_code == 200 and str(li.id) in page.text and str(nobody.id) in page.text
    token = {"csrf": csrf_of(page.text)}
    taken = await client.post("/desk/calls", data=token | {"person": str(li.id)})
    sheet = taken.headers["location"]
    assert "tel:138" in (await client.get(sheet)).text
    paper = await client.get(f"{sheet}/print")
    assert paper.status_code == 200 and "2026-1" not in paper.text
    refused = await client.post(f"{sheet}/answer", data=token)
    assert refused.status_code == 422
    done = await client.post(f"{sheet}/answer", data=token | {"answer": "reached"})
    assert done.headers["location"] == "/desk/calls?done=true"
    assert str(li.id) not in (await client.get("/desk/calls?done=true")).text
    assert (await row(message))["state"] == "reached"
    assert (await client.get(sheet)).status_code == 409


@pytest.mark.parametrize("mode", ["standard", "elder"])
async def test_every_page_of_somebody_signed_in_says_how_many_are_new(client: httpx.AsyncClient, mode: str) -> None:
    li = await resident(mode=mode)
    await sign_in_as(client, li)
    message = await told(li)
    await told(li)
    page = await client.get("/halls")
    assert "有2条新消息" in page.text and 'href="/messages"' in page.text
    await client.post(f"/messages/{message}/reading", data={"csrf": csrf_of(page.text)})
    assert "有1条新消息" in (await client.get("/halls")).text, "at once, not when the session is read anew"
    await client.post("/messages/readings", data={"csrf": csrf_of(page.text)})
    assert "新消息" not in (await client.get("/halls")).text


async def test_the_count_is_ones_own_and_not_of_whom_one_helps(client: httpx.AsyncClient) -> None:
    li, post = await resident(), await operator()
    await told(li)
    await helping(client, post, li)
    assert 'class="unread"' not in (await client.get("/halls")).text


async def test_a_message_says_what_was_tried_and_how_it_ended(client: httpx.AsyncClient, with_gateway: None) -> None:
    li, post = await resident(), await operator()
    message = await told(li)
    await service.deliver(Gateway(422).transport)
    await sign_in_as(client, li)
    page = (await client.get(f"/messages/{message}")).text
    assert "短信：没有送达" in page and "等待中" in page
    api = (await client.get(f"/api/v1/me/messages/{message}/attempts")).json()
    assert [(each["channel"], each["state"]) for each in api["attempts"]] == [("sms", "failed"), ("call", "queued")]
    await sign_in_as(client, post)
    page = (await client.get("/desk/calls")).text
    assert "没送到的方式" in page
    begun = await client.post("/desk/calls", data={"csrf": csrf_of(page), "person": str(li.id)})
    assert "短信：没有送达" in (await client.get(begun.headers["location"])).text


async def test_a_long_call_list_is_read_page_by_page_and_says_how_many_wait(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "LISTED", 2)
    for name in ("王一", "王二", "王三"):
        await told(await resident(name=name, notice_by="call"))
    await sign_in_as(client, await operator())
    first = (await client.get("/desk/calls")).text
    assert "王一" in first and "王三" not in first and "第 1 至 2 位，共 3 位" in first
    rest = (await client.get("/desk/calls?skip=2")).text
    assert "王三" in rest and "王一" not in rest and "第 3 至 3 位，共 3 位" in rest and 'rel="next"' not in rest
    assert "名单上没有别人了" in (await client.get("/desk/calls?skip=9")).text


async def test_several_messages_are_read_out_one_by_one(client: httpx.AsyncClient) -> None:
    li = await resident(notice_by="call")
    for _ in range(2):
        await told(li)
    await sign_in_as(client, await operator())
    page = (await client.get("/desk/calls")).text
    begun = await client.post("/desk/calls", data={"csrf": csrf_of(page), "person": str(li.id)})
    said = (await client.get(begun.headers["location"])).text
    assert "有 2 件事要告诉您" in said and said.count("<li>身份证 请带上</li>") == 2


async def test_operators_read_what_no_rule_understands(client: httpx.AsyncClient) -> None:
    message = await told(await resident())
    await service.deliver()
    (sent,) = (await service.sent_here()).items
    await service.play(sent.id, "received", "可以让我女儿去吗")
    await sign_in_as(client, await operator())
    page = await client.get("/desk/replies")
    assert "可以让我女儿去吗" in page.text and message
    action = re.search(r'action="(/desk/replies/[0-9a-f-]+)"', page.text)
    assert action
    done = await client.post(action[1], data={"csrf": csrf_of(page.text)})
    assert "没有等着处理的短信" in (await client.get(done.headers["location"])).text


async def test_who_is_told_too_is_chosen_on_the_page(client: httpx.AsyncClient) -> None:
    li, wang = await resident(), await resident(name="王敏")
    await standing(li, wang)
    await sign_in_as(client, li)
    page = (await client.get(HERE)).text
    assert "女儿王敏" in page and "不会收到" in page
    body = {"csrf": csrf_of(page), "delegate": str(wang.id), "on": "true"}
    assert (await client.post(f"{HERE}/copies", data=body)).status_code == 303
    assert "不会收到" not in (await client.get(HERE)).text
