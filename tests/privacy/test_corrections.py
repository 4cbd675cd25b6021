"""A correction is asked for by the person and decided where somebody sees the card; a no has a reason in writing."""

from datetime import date
from uuid import UUID

import httpx
import msgspec
import pytest

from backend.core import db
from backend.core.actor import Actor
from backend.core.policy import FreshSignInNeeded
from backend.core.problems import Forbidden, Invalid, NotFound
from backend.identity import service as identity
from backend.identity.schemas import PersonChange, PersonSearch, PersonSummary, StaffPost
from backend.notifications import service as notifications
from backend.privacy import service
from backend.privacy.schemas import CorrectionDecision, CorrectionRequest
from tests.identity.factories import actor_for, clerk, csrf_of, helping, operator, resident, sign_in_as
from tests.privacy.factories import fresh

YES = CorrectionDecision(granted=True)


async def asked(person: PersonSummary, field: str = "name", wanted: str = "李秀蘭") -> UUID:
    request = CorrectionRequest(field=field, wanted=wanted, reason="登记时打错了")  # type: ignore[arg-type]
    return (await service.ask_correction(fresh(actor_for(person)), request)).id


def at_the_counter(zhao: StaffPost, person: PersonSummary) -> Actor:
    return fresh(actor_for(zhao, helping=person))


async def test_a_clerk_who_sees_the_card_corrects_the_name_and_the_person_is_told() -> None:
    li, zhao = await resident(), await clerk()
    correction = await asked(li)
    await service.decide_correction(at_the_counter(zhao, li), correction, YES)
    assert (await identity.people([li.id]))[li.id].name == "李秀蘭"
    (line,) = await service.corrections(actor_for(li))
    assert line.state == "granted" and line.decided_at
    assert (await notifications.latest())[0].template == "correction-granted"
    found = await identity.find_people(actor_for(zhao), PersonSearch(name="李秀蘭", birth=date(1948, 3, 5)))
    assert [each.id for each in found] == [li.id]


async def test_a_refusal_needs_a_reason_that_the_person_reads() -> None:
    li, zhao = await resident(), await clerk()
    correction = await asked(li)
    with pytest.raises(Invalid):
        await service.decide_correction(at_the_counter(zhao, li), correction, CorrectionDecision(granted=False))
    no = CorrectionDecision(granted=False, answer="身份证上的名字与登记一致")
    await service.decide_correction(at_the_counter(zhao, li), correction, no)
    (line,) = await service.corrections(actor_for(li))
    assert (line.state, line.answer) == ("refused", "身份证上的名字与登记一致")
    assert (await identity.people([li.id]))[li.id].name == "李秀兰"
    with pytest.raises(NotFound):
        await service.decide_correction(at_the_counter(zhao, li), correction, YES)


async def test_nobody_decides_without_the_card_or_for_somebody_else() -> None:
    li, other, zhao, chen = await resident(), await resident(), await clerk(), await operator()
    correction = await asked(li)
    with pytest.raises(service.CardNeeded):
        await service.decide_correction(fresh(actor_for(zhao)), correction, YES)
    with pytest.raises(service.CardNeeded):
        phone = msgspec.structs.replace(at_the_counter(zhao, li), channel="phone")
        await service.decide_correction(phone, correction, YES)
    with pytest.raises(Forbidden):
        await service.decide_correction(fresh(actor_for(chen, helping=li)), correction, YES)
    with pytest.raises(Forbidden):
        await service.decide_correction(fresh(actor_for(li)), correction, YES)
    with pytest.raises(NotFound):
        await service.decide_correction(at_the_counter(zhao, other), correction, YES)


async def test_a_date_of_birth_and_a_document_are_checked_before_they_are_asked_for() -> None:
    li, zhao = await resident(), await clerk()
    for field, wrong in (("birth", "2999-01-01"), ("birth", "gestern"), ("document", "230103194803050026")):
        with pytest.raises(Invalid):
            await asked(li, field, wrong)
    await service.decide_correction(at_the_counter(zhao, li), await asked(li, "birth", "1948-03-06"), YES)
    assert (await identity.held_of(li.id)).birth == date(1948, 3, 6)


async def test_one_request_a_detail_at_a_time_and_it_can_be_taken_back() -> None:
    li = await resident()
    with pytest.raises(FreshSignInNeeded):
        await service.ask_correction(actor_for(li), CorrectionRequest(field="name", wanted="李", reason="改名"))
    correction = await asked(li)
    with pytest.raises(service.AlreadyAsked):
        await asked(li)
    await service.withdraw_correction(actor_for(li), correction)
    assert [each.state for each in await service.corrections(actor_for(li))] == ["withdrawn"]
    await asked(li)


async def test_what_is_wrong_and_why_is_sealed() -> None:
    li = await resident()
    await asked(li)
    rows = await db.fetch("SELECT t::text AS whole FROM privacy_correction t")
    assert rows and not any("李秀" in row["whole"] or "打错" in row["whole"] for row in rows)


async def test_a_name_compared_with_a_card_is_not_typed_over() -> None:
    li = await resident()
    known = msgspec.structs.replace(actor_for(li), assurance="counter")
    with pytest.raises(Invalid):
        await identity.change_person(known, PersonChange(name="张三"))
    await identity.change_person(known, PersonChange(name="李 秀兰"))
    await identity.change_person(actor_for(li), PersonChange(name="李秀蘭"))


async def test_the_pages_ask_keep_what_was_typed_and_decide(client: httpx.AsyncClient) -> None:
    li, zhao = await resident(mode="elder"), await clerk()
    await sign_in_as(client, li)
    shown = await client.get("/privacy/corrections")
    form = {"csrf": csrf_of(shown.text), "field": "birth", "wanted": "gestern", "reason": "写错了一天"}
    refused = await client.post("/privacy/corrections", data=form)
    assert refused.status_code == 422 and "写错了一天" in refused.text and 'role="alert"' in refused.text
    assert (await client.post("/privacy/corrections", data=form | {"wanted": "1948-03-06"})).status_code == 303
    assert "待带证件到窗口核对" in (await client.get("/privacy/corrections")).text
    (line,) = await service.corrections(actor_for(li))

    await helping(client, zhao, li)
    desk = await client.get("/privacy/corrections")
    target = f"/privacy/corrections/{line.id}/decision"
    no = {"csrf": csrf_of(desk.text), "granted": "false", "answer": ""}
    refused = await client.post(target, data=no)
    assert refused.status_code == 422 and "本人会看到" in refused.text
    assert (await client.post(target, data=no | {"granted": "true"})).status_code == 303
    assert (await identity.held_of(li.id)).birth == date(1948, 3, 6)
