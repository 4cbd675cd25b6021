"""The pages of messaging: keys once, texts side by side, a warning with one button."""

import re
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from backend.core import clock, db
from backend.identity.schemas import PersonSummary, StaffPost
from backend.messaging import service
from backend.messaging.schemas import EmergencyRequest
from backend.notifications import service as notifications
from tests.identity.factories import (
    administrator,
    city,
    csrf_of,
    manager,
    organisation,
    resident,
    sign_in_as,
    staff,
)
from tests.messaging.factories import a_template, admin, fresh

HERE, STREET = "230103", "230103001"


async def send(client: httpx.AsyncClient, path: str, action: str = "", **values: str) -> httpx.Response:
    page = await client.get(path)
    return await client.post(action or path, data={"csrf": csrf_of(page.text), **values})


async def enter(client: httpx.AsyncClient, who: StaffPost | PersonSummary) -> None:
    await sign_in_as(client, who)


async def an_alert(*, drill: bool = True, started: bool = True) -> UUID:
    actor = fresh(await city(region="230100"))
    wanted = EmergencyRequest(
        division=HERE,
        hazard="gas",
        title="燃气泄漏",
        words="请关火开窗，下楼。",
        plain="关火，开窗，下楼。",
        drill=drill,
    )
    made = await service.make_emergency(actor, wanted)
    if started:
        await service.begin_broadcast(actor, made.id)
        await service.send_some()
    return made.id


async def test_a_system_gets_a_key_that_is_shown_once(client: httpx.AsyncClient) -> None:
    place = await organisation(HERE)
    await enter(client, await administrator())
    page = "/desk/messaging/services"
    assert (await send(client, page, name="x", organisation=str(place))).status_code == 422
    answer = await send(client, page, name="水务短信", organisation=str(place))
    assert "每种密钥每分钟 3000 条" in (await client.get(answer.headers["location"])).text
    one = answer.headers["location"]
    answer = await send(client, one, f"{one}/keys", kind="normal", name="一号")
    (whole,) = re.findall(r"linli_normal-[0-9a-f-]{73}", answer.text)
    assert whole not in (await client.get(one)).text
    assert (await send(client, one, f"{one}/keys", kind="normal", name="")).status_code == 422
    wrong = await send(client, one, f"{one}/guests", guests="13800000001\r\n123")
    assert wrong.status_code == 422 and "13800000001\r\n123" in wrong.text
    answer = await send(client, one, f"{one}/guests", guests="13800000001")
    assert "13800000001" in (await client.get(answer.headers["location"])).text
    (key,) = re.findall(r"/keys/([0-9a-f-]{36})/revocation", (await client.get(one)).text)
    assert "这一步不能撤回" in (await client.get(f"{one}/keys/{key}/revocation")).text
    await send(client, f"{one}/keys/{key}/revocation")
    assert "已撤销" in (await client.get(one)).text
    assert (await client.get(f"{one}/keys/{key}/revocation")).headers["location"] == one
    assert "在用的密钥</dt><dd>0" in (await client.get(f"{one}/end")).text
    assert (await send(client, one, f"{one}/end")).status_code == 303


async def test_who_has_not_proved_again_is_asked_before(client: httpx.AsyncClient) -> None:
    await enter(client, await administrator())
    await db.execute("UPDATE identity_session SET proved_at = now() - interval '1 hour'")
    page = await client.get("/desk/messaging/services")
    assert "/sign-in/again" in page.text


async def test_texts_stand_side_by_side_and_nothing_typed_is_lost(client: httpx.AsyncClient) -> None:
    await enter(client, await administrator())
    page = "/desk/messaging/templates"
    given = {"kind": "sms", "name": "停水通知", "body": "((name)) 明天停水 ((day))", "required": "name，day"}
    assert (await send(client, page, **given | {"body": "明天停水"})).status_code == 422
    one = (await send(client, page, **given)).headers["location"]
    text = {"lang": "zh_CN", "wording": "plain", "body": "((name)) 没水"}
    answer = await send(client, one, f"{one}/texts", **text)
    assert answer.status_code == 422 and "((day))" in answer.text and "没水" in answer.text
    assert (await send(client, one, f"{one}/texts", body="没水")).status_code == 422, "language and wording are missing"
    answer = await send(client, one, f"{one}/texts", **text | {"body": "((name)) 没水 ((day))"})
    shown = (await client.get(answer.headers["location"])).text
    assert "大白话" in shown and "0.05 元" in shown
    trial = {"phone": "13800000001", "values": "name=李\nday=周一", "lang": "zh_CN", "wording": "standard"}
    assert "李 明天停水 周一" in (await send(client, one, f"{one}/trial", **trial)).text
    assert (
        "李 明天停水 周一"
        in (await send(client, one, f"{one}/trial", **trial | {"values": "name=李\r\nday=周一"})).text
    )
    assert (await send(client, one, f"{one}/trial", **trial | {"values": ""})).status_code == 422
    assert (await send(client, one, f"{one}/end")).status_code == 303
    assert (await client.get(one)).status_code == 404


async def test_a_template_is_tried_by_the_way_that_it_goes(client: httpx.AsyncClient) -> None:
    await enter(client, await administrator())
    page = "/desk/messaging/templates"
    words = {"name": "停水通知", "subject": "停水 ((day))", "body": "((name)) 明天停水", "required": ""}
    values = {"values": "name=李\nday=周一", "lang": "zh_CN", "wording": "standard"}
    mail = (await send(client, page, kind="email", **words)).headers["location"]
    assert 'name="email"' in (await client.get(mail)).text
    assert (await send(client, mail, f"{mail}/trial", email="nobody", **values)).status_code == 422
    assert "李 明天停水" in (await send(client, mail, f"{mail}/trial", email="li@example.org", **values)).text
    [latest] = await notifications.latest(1)
    assert (latest.channel, latest.body) == ("email", "李 明天停水")
    letter = (await send(client, page, kind="letter", **words)).headers["location"]
    assert "/trial" not in (await client.get(letter)).text
    assert (await send(client, letter, f"{letter}/trial", phone="13800000001", **values)).status_code == 422
    assert (await send(client, letter, f"{letter}/sheet", **values | {"values": "name=李"})).status_code == 422
    sheet = await send(client, letter, f"{letter}/sheet", **values)
    assert sheet.headers["content-type"] == "application/pdf" and sheet.content.startswith(b"%PDF-")


async def test_a_city_words_a_message_of_ours(client: httpx.AsyncClient) -> None:
    await enter(client, await administrator())
    one = "/desk/messaging/wordings/new-device"
    assert "关于您的账号" in (await client.get("/desk/messaging/wordings")).text, "by what it is, not by its code"
    assert (await client.get("/desk/messaging/wordings/none")).status_code == 404
    given = {"code": "new-device", "lang": "zh_CN", "wording": "standard", "body": "没有号码"}
    answer = await send(client, one, **given)
    assert answer.status_code == 422 and "((phone))" in answer.text
    answer = await send(client, one, **given | {"body": "新设备 ((device))，不是您请打 ((phone))"})
    assert "本地的说法" in (await client.get(answer.headers["location"])).text


async def test_news_is_looked_at_sent_and_watched(client: httpx.AsyncClient) -> None:
    await resident(home=STREET)
    template = await a_template(fresh(await administrator()), None, "明天起供暖。")
    await enter(client, await manager())
    given = {"division": HERE, "title": "供暖通知", "template": str(template.id)}
    assert (await send(client, "/desk/broadcasts/new", **given | {"template": ""})).status_code == 422
    one = (await send(client, "/desk/broadcasts/new", **given)).headers["location"]
    assert "明天起供暖。" in (await client.get(one)).text
    assert (await send(client, one, f"{one}/begin")).status_code == 303
    assert (await send(client, one, f"{one}/begin")).status_code == 409
    assert (await send(client, one, f"{one}/halt")).status_code == 404
    assert "等待发送" not in (await client.get(one)).text and "正在发送" in (await client.get(one)).text
    await service.send_some()
    assert "等待发送" in (await client.get(one)).text
    assert "供暖通知" in (await client.get("/desk/broadcasts")).text


@pytest.mark.parametrize(("act", "words"), [("stop", "网页上仍会显示"), ("end", "从上门寻人的名单里撤下")])
async def test_what_everybody_sees_asks_before_it_ends(client: httpx.AsyncClient, act: str, words: str) -> None:
    await resident(home=STREET)
    await enter(client, await city(region="230100"))
    one = f"/desk/broadcasts/{await an_alert(started=False)}"
    assert (await client.get(f"{one}/{act}")).headers["location"] == one, "nothing is sent yet"
    assert (await send(client, one, f"{one}/begin")).status_code == 303
    assert f'href="{one}/{act}"' in (await client.get(one)).text
    asked = await client.get(f"{one}/{act}")
    assert words in asked.text and "还没通知</dt><dd>1 人" in asked.text
    assert (await send(client, f"{one}/{act}")).status_code == 303
    assert (await client.get(f"{one}/{act}")).headers["location"] == one
    assert (await client.get(f"{one}/halt")).status_code == 404


async def test_an_area_is_named_and_only_one_of_ones_own_is_found(client: httpx.AsyncClient) -> None:
    await enter(client, await manager())
    given = {"hazard": "gas", "title": "燃气泄漏", "words": "请下楼。", "hours": "6", "drill": "true"}
    one = await send(client, "/desk/broadcasts/warning", **given, division="花园街道")
    assert "花园街道" in (await client.get(one.headers["location"])).text
    for elsewhere in ("道里区", "没有这个地方"):
        refused = await send(client, "/desk/broadcasts/warning", **given, division=elsewhere)
        assert refused.status_code == 422 and "在您负责的区划里没有找到" in refused.text
        assert elsewhere in refused.text and "请下楼。" in refused.text
    page = (await client.get("/desk/broadcasts/warning")).text
    assert 'value="南岗区"' in page, "one's own division is there by its name"
    assert (await send(client, "/desk/broadcasts/warning", **given, division="南岗区")).status_code == 303


async def test_all_that_is_wrong_with_a_warning_is_said_at_once(client: httpx.AsyncClient) -> None:
    await enter(client, await manager())
    given = {"hazard": "gas", "title": "燃", "words": "请下楼。", "hours": "99", "division": "没有这个地方"}
    page = (await send(client, "/desk/broadcasts/warning", **given)).text
    for said in ("在您负责的区划里没有找到", "太短了", "这个数太大了"):
        assert said in page
    low = await send(client, "/desk/broadcasts/warning", **given | {"hours": "0"})
    assert "这个数太小了" in low.text and "没有这个地方" in low.text


async def test_who_writes_no_english_hears_how_many_read_it_and_may_go_on(client: httpx.AsyncClient) -> None:
    await enter(client, await manager())
    given = {"hazard": "fire", "title": "火灾", "words": "请下楼。", "hours": "6", "division": HERE, "drill": "true"}
    new = "/desk/broadcasts/warning"
    assert (await send(client, new, **given)).status_code == 303, "nobody there reads English"
    await resident(home=STREET, lang="en")
    asked = await send(client, new, **given)
    assert asked.status_code == 422 and "请下楼。" in asked.text and "有 1 人阅读英文" in asked.text
    assert (await send(client, new, **given, english_title="Fire", english="Go down.")).status_code == 303
    one = (await send(client, new, **given, chinese_only="on")).headers["location"]
    assert "有 1 人阅读英文" in (await client.get(one)).text, "who confirms it sees it too"
    assert (await send(client, one, f"{one}/begin")).status_code == 303
    assert "阅读英文" not in (await client.get(one)).text


async def test_a_warning_costs_what_its_whole_text_costs(client: httpx.AsyncClient) -> None:
    """60 signs as they are written; with 演练 before them and how to answer behind them it is two messages."""
    await enter(client, await manager())
    given = {"hazard": "gas", "title": "燃气泄漏", "words": "下" * 60, "hours": "6", "division": HERE, "drill": "true"}
    one = (await send(client, "/desk/broadcasts/warning", **given)).headers["location"]
    assert "74 字 · 2 条" in (await client.get(one)).text


async def test_who_wrote_a_real_warning_is_told_to_ask_a_colleague(client: httpx.AsyncClient) -> None:
    writer = await manager()
    await enter(client, writer)
    given = {"division": HERE, "hazard": "gas", "title": "燃气泄漏", "words": "请下楼。", "hours": "6"}
    assert (await send(client, "/desk/broadcasts/warning", **given | {"words": ""})).status_code == 422
    one = (await send(client, "/desk/broadcasts/warning", **given)).headers["location"]
    page = (await client.get(one)).text
    assert "/begin" not in page and "请一位同事打开这个页面并确认" in page
    assert (await send(client, one, f"{one}/begin")).status_code == 403
    assert "1 件待办" not in (await client.get("/desk")).text
    await enter(client, await manager(name="钱进"))
    assert "1 件待办" in (await client.get("/desk")).text, "a warning that waits for a second person says so"
    page = (await client.get(one)).text
    assert "确认并立即发出" in page and "这不是演练" in page
    assert (await send(client, one, f"{one}/begin")).status_code == 303
    assert "燃气泄漏" in (await client.get(one)).text


async def test_a_warning_that_is_refused_loses_none_of_its_words(client: httpx.AsyncClient) -> None:
    await enter(client, await manager())
    given = {"division": "230202", "hazard": "gas", "title": "燃气泄漏", "words": "请下楼。", "hours": "6"}
    page = (await client.get("/desk/broadcasts/warning")).text
    elsewhere = await send(client, "/desk/broadcasts/warning", **given)
    assert (
        elsewhere.status_code == 403
        and "请下楼。" in elsewhere.text
        and "这个行政区划不在您的管辖范围内" in elsewhere.text
    )
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        late = await client.post("/desk/broadcasts/warning", data={"csrf": csrf_of(page), **given | {"division": HERE}})
    assert late.status_code == 403 and "请下楼。" in late.text and "/sign-in/again?next=" in late.text


@pytest.mark.parametrize("mode", ["standard", "elder"])
async def test_one_press_answers_a_warning(client: httpx.AsyncClient, mode: str) -> None:
    li = await resident(home=STREET, mode=mode)
    made = await an_alert()
    one = f"/emergencies/{made}"
    assert "/sign-in?next=" in (await client.get(one)).text
    await enter(client, li)
    page = (await client.get(one)).text
    assert "我收到了" in page and "【演练】" in page
    assert ("关火，开窗，下楼。" in page) == (mode == "elder")
    assert (await send(client, one, f"{one}/acknowledgement")).status_code == 303
    page = (await client.get(one)).text
    assert "我收到了" not in page and "我们知道您收到了" in page


async def test_the_grid_worker_records_who_was_told(client: httpx.AsyncClient) -> None:
    await resident(name="韩德山", home=STREET)
    made = await an_alert()
    await enter(client, await staff("grid", region=HERE))
    assert f"/desk/emergencies/{made}" in (await client.get("/desk/emergencies")).text
    one = f"/desk/emergencies/{made}"
    page = (await client.get(one)).text
    assert "韩德山" in page and "到每一家都要说明这是演练" in page
    (action,) = re.findall(rf'action="({one}/people/[0-9a-f-]+/reached)"', page)
    answer = await send(client, one, action)
    assert "辖区内的人都联系上了" in (await client.get(answer.headers["location"])).text


async def test_a_warning_that_was_not_sent_is_not_there(client: httpx.AsyncClient) -> None:
    made = await an_alert(started=False)
    assert (await client.get(f"/emergencies/{made}")).status_code == 404
    assert (await service.broadcast(fresh(await city(region="230100")), made)).state == "waiting"


async def test_a_text_that_is_there_stands_ready_to_be_changed(client: httpx.AsyncClient) -> None:
    """Else the plain words would be overwritten with the standard ones by one press."""
    await enter(client, await administrator())
    one = f"/desk/messaging/templates/{(await a_template(await admin(HERE), None)).id}"
    page = (await client.get(one)).text
    assert "填入内容后可能更长" in page
    said = "((name))，明天没有水。"
    saved = await send(client, one, f"{one}/texts", lang="zh_CN", wording="plain", body=said)
    assert f">{said}</textarea>" in (await client.get(saved.headers["location"])).text
    (ours,) = re.findall(rf'href="({one}[?]speaks=zh_CN&amp;wording=standard)#change"', page)
    assert ">((name)) 您好，明天停水。</textarea>" in (await client.get(ours.replace("&amp;", "&"))).text


async def test_what_is_tried_too_often_loses_nothing_that_was_typed(client: httpx.AsyncClient) -> None:
    await enter(client, await administrator())
    one = f"/desk/messaging/templates/{(await a_template(await admin(HERE), None)).id}"
    told = {"lang": "zh_CN", "wording": "standard", "phone": "13800000077"}
    for _ in range(4):
        assert (await send(client, one, f"{one}/trial", **told)).status_code == 422, "what is not sent is not counted"
    for _ in range(3):
        assert (await send(client, one, f"{one}/trial", **told, values="name=李")).status_code == 200
    late = await send(client, one, f"{one}/trial", **told, values="name=李")
    assert late.status_code == 429 and "name=李" in late.text and "retry-after" in late.headers
