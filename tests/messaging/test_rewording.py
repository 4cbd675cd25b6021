"""改写: a city's own words for our messages, with nothing lost, found in one look."""

import pytest

from backend.core.actor import Actor
from backend.core.problems import Invalid
from backend.identity import service as identity
from backend.identity.events import NEW_DEVICE
from backend.messaging import service
from backend.messaging.schemas import RewordingRequest
from backend.messaging.service import rewording
from backend.messaging.service.rewording import NoSuchMessageOfOurs
from backend.notifications import service as notifications
from tests.identity.factories import actor_for, no_one, resident
from tests.messaging.factories import admin


async def say(home: str, mode: str = "standard") -> str:
    who = await resident(home=home, mode=mode)
    values = {"device": "手机", "phone": "12345"}
    about = no_one()
    await identity.tell(Actor.system("tests"), who.id, NEW_DEVICE, values, about=about, once=str(about))
    return (await notifications.messages(actor_for(who))).pinned[0].body


def wanted(body: str, wording: str = "standard", lang: str = "zh_CN") -> RewordingRequest:
    return RewordingRequest(code="new-device", lang=lang, wording=wording, body=body)  # type: ignore[arg-type]


async def test_a_citys_words_are_used_in_its_counties_and_nowhere_else() -> None:
    ours = await say("230103")
    await service.reword(await admin("230100"), wanted("新设备 ((device)) 登录了您的账号，不是您请打 ((phone))。"))
    assert await say("230103") == "新设备 手机 登录了您的账号，不是您请打 12345。"
    assert await say("230202") == ours
    await service.reword(await admin("230103"), wanted("南岗：((device))，((phone))。"))
    assert await say("230103001") == "南岗：手机，12345。"
    await service.reword(await admin("230103"), wanted(""))
    assert await say("230103") == "新设备 手机 登录了您的账号，不是您请打 12345。"


async def test_elder_mode_gets_the_plain_words_where_there_are_some() -> None:
    await service.reword(await admin(), wanted("标准 ((device)) ((phone))"))
    await service.reword(await admin(), wanted("大白话 ((device)) ((phone))", "plain"))
    assert await say("230103", "elder") == "大白话 手机 12345"
    assert await say("230103") == "标准 手机 12345"


@pytest.mark.parametrize(
    "body",
    [
        "没有号码 ((device))",
        "((device)) ((phone)) ((name))",
        "((device)) ((phone)) {",
        "((device??x)) ((phone))",
        "{} ((device))((phone))",
    ],
)
async def test_nothing_that_must_stand_is_lost_and_nothing_else_is_named(body: str) -> None:
    with pytest.raises(Invalid):
        await service.reword(await admin(), wanted(body))
    with pytest.raises(NoSuchMessageOfOurs):
        await service.reword(
            await admin(), RewordingRequest(code="nothing", lang="zh_CN", wording="standard", body="x")
        )


async def test_all_our_messages_are_listed_with_the_citys_words_beside() -> None:
    await service.reword(await admin(), wanted("城市 ((device)) ((phone))"))
    found = await service.own_texts(await admin())
    assert len({each.code for each in found}) > 15
    (one,) = [each for each in found if (each.code, each.lang, each.wording) == ("new-device", "zh_CN", "standard")]
    assert (one.city, one.required) == ("城市 ((device)) ((phone))", ["device", "phone"])


async def test_wordings_are_read_once_for_many_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    load = rewording._load

    async def counted(regions: list[str]) -> dict[str, rewording.Said]:
        asked.append(regions)
        return await load(regions)

    monkeypatch.setattr(rewording, "_load", counted)
    for _ in range(3):
        await say("230103")
    assert asked == [["230103", "230100", "230000", "000000"]]
