"""订阅消息: what the platform would refuse is found when the template is saved, and once more before it is sent."""

import pytest

from backend.core import ids
from backend.core.actor import Actor
from backend.core.problems import Invalid, NotFound, TooMany
from backend.messaging import schemas, service
from backend.messaging.schemas import TemplateSheet, TextRequest
from backend.notifications import service as notifications
from tests.messaging.factories import CITY, a_template, admin

BODY = "thing01=((hall))\nphrase2=已取号\nnumber3=((before))"


async def made(body: str = BODY) -> tuple[Actor, TemplateSheet]:
    actor = await admin()
    return actor, await a_template(actor, None, kind="miniprogram", body=body)


@pytest.mark.parametrize("body", ["phrase2=took a number", "colour1=((red))", "您好", "thing01=" + "一" * 21])
async def test_what_the_platform_would_refuse_is_not_saved(body: str) -> None:
    with pytest.raises(Invalid):
        await made(body)
    actor, kept = await made()
    with pytest.raises(Invalid) as error:
        await service.save_text(actor, kept.id, TextRequest(lang="zh_CN", wording="plain", body=body))
    assert list(error.value.fields) == ["body"]


async def test_the_values_are_looked_at_before_they_are_sent() -> None:
    actor, kept = await made()
    good = await service.subscribe_values(actor, CITY, kept.id, {"hall": "道里区政务大厅", "before": "2"})
    assert good == {"thing01": "道里区政务大厅", "phrase2": "已取号", "number3": "2"}
    for bad in (
        {"hall": "一" * 21, "before": "2"},
        {"hall": "道里\n大厅", "before": "2"},
        {"hall": "道里", "before": "二"},
    ):
        with pytest.raises(Invalid):
            await service.subscribe_values(actor, CITY, kept.id, bad)
    for other in (ids.new(), (await a_template(actor, None)).id):
        with pytest.raises(NotFound):
            await service.subscribe_values(actor, CITY, other, {})


async def test_a_trial_says_which_value_does_not_fit() -> None:
    actor, kept = await made()
    with pytest.raises(Invalid) as error:
        await service.try_template(actor, kept.id, schemas.TestSend(phone="13800000001", values="hall=道里\nbefore=二"))
    assert (list(error.value.fields), error.value.values) == (["values"], {"key": "number3"})
    assert "thing01=道里" in await service.try_template(
        actor, kept.id, schemas.TestSend(phone="13800000001", values="hall=道里\nbefore=2")
    )
    assert len(await notifications.latest()) == 1


async def test_trials_are_bounded_by_sender_and_by_number() -> None:
    actor, kept = await made()
    wanted = schemas.TestSend(phone="13800000009", values="hall=道里\nbefore=2")
    for _ in range(3):
        await service.try_template(actor, kept.id, wanted)
    with pytest.raises(TooMany):
        await service.try_template(actor, kept.id, wanted)
    await service.try_template(actor, kept.id, schemas.TestSend(phone="13800000010", values=wanted.values))
