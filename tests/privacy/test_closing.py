"""Closing an account: said before, seven days to think again, and then nothing of the person is left to find."""

from datetime import date, timedelta

import httpx
import pytest

from backend import slices
from backend.appointments import service as appointments
from backend.consents import service as consents
from backend.core import clock, db, register
from backend.core.actor import Actor
from backend.core.policy import FreshSignInNeeded
from backend.core.problems import NotFound
from backend.identity import service as identity
from backend.identity.sealed import name_birth_index, phone_index
from backend.notifications import service as notifications
from backend.privacy import jobs, service
from backend.privacy.schemas import CorrectionRequest, HoldRequest
from tests.appointments.factories import MONDAY, counters_are_true, open_hall, slots, wish
from tests.identity.factories import actor_for, city, clerk, csrf_of, helping, operator, resident, sign_in_as, token_for
from tests.identity.test_codes import ask
from tests.privacy.factories import deliver, fresh, lived

SYSTEM = Actor.system("closing")

WEEK = timedelta(days=7, minutes=1)


async def grep(*needles: str | bytes) -> list[tuple[str, str]]:
    """Every table that holds one of these, in clear or as bytes."""
    hits = []
    for table in (each._meta.tablename for app in slices.apps() for each in app.table_classes):
        for needle in needles:
            shape = needle.hex() if isinstance(needle, bytes) else needle
            if await db.fetchval(f"SELECT count(*) FROM {table} t WHERE strpos(t::text, $1) > 0", shape):
                hits.append((table, shape))
    return hits


async def test_after_seven_days_nothing_of_the_person_can_be_found() -> None:
    name, phone, birth = "欧阳秋水", "13899990001", date(1948, 3, 5)
    li = await lived(name, phone=phone)
    marks = (name, phone, phone_index(phone), name_birth_index(name, birth), name.encode())
    assert await grep(*marks)
    with clock.frozen(MONDAY + timedelta(hours=1)):
        await ask(phone)
        request = CorrectionRequest(field="name", wanted="欧阳秋水儿", reason="少了一个字")
        await service.ask_correction(fresh(actor_for(li)), request)
        await service.ask_closing(fresh(actor_for(li)))
    with clock.frozen(MONDAY + timedelta(days=3)):
        assert await service.close_due(SYSTEM) == 0
    with clock.frozen(MONDAY + timedelta(hours=1) + WEEK):
        await jobs.close_due()
        await deliver()
        assert await grep(*marks) == []
        for line in register.held():
            if line.ends_with_account and line.table != "identity_person":
                found = await db.fetchval(f"SELECT count(*) FROM {line.table} WHERE {line.person} = $1", li.id)
                assert found == 0, line.table
        assert await identity.people([li.id]) == {}
        assert await notifications.latest() == []
        assert not await consents.standing(li.id, "location-once")
        assert await service.close_due(SYSTEM) == 0


async def test_live_appointments_are_given_back_and_counted_right() -> None:
    with clock.frozen(MONDAY):
        hall, li = await open_hall(), await resident()
        day = MONDAY.date() + timedelta(days=10)
        slot = (await slots(hall, day, actor_for(li)))[0]
        await appointments.book(actor_for(li), wish(hall, slot), key="key-closing")
        await service.ask_closing(fresh(actor_for(li)))
    with clock.frozen(MONDAY + WEEK):
        assert await service.close_due(SYSTEM) == 1
        states = await db.fetch("SELECT state FROM appointments_appointment WHERE person_id = $1", li.id)
        assert [row["state"] for row in states] == ["cancelled"]
        assert await counters_are_true()


async def test_sessions_end_and_the_number_may_begin_anew() -> None:
    li = await resident(phone="13899990002")
    token = await token_for(li)
    await service.ask_closing(fresh(actor_for(li)))
    with clock.frozen(clock.now() + WEEK):
        await service.close_due(SYSTEM)
        assert await identity.resolve_session(token) is None
        assert (await resident(phone="13899990002")).id != li.id


async def test_a_week_to_think_again() -> None:
    li = await resident()
    with pytest.raises(FreshSignInNeeded):
        await service.ask_closing(actor_for(li))
    first = await service.ask_closing(fresh(actor_for(li)))
    assert first.due_at and first.asked_at and first.due_at - first.asked_at == timedelta(days=7)
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert (await service.ask_closing(fresh(actor_for(li)))).due_at == first.due_at
    await service.take_back_closing(actor_for(li))
    with pytest.raises(NotFound):
        await service.take_back_closing(actor_for(li))
    with clock.frozen(clock.now() + WEEK):
        assert await service.close_due(SYSTEM) == 0
    assert (await identity.people([li.id]))[li.id].name == "李秀兰"
    assert [each.template for each in await notifications.latest()] == ["closing-taken-back", "closing-asked"]


async def test_what_stays_why_and_until_when_is_said_before() -> None:
    li = await lived()
    facts = await service.closing(actor_for(li))
    kept = {line.table: line for line in facts.kept}
    assert kept["appointments_appointment"].rows == 1
    until = kept["appointments_appointment"].until
    assert until and until > MONDAY + timedelta(days=3 * 365)
    assert kept["core_announcement"].until is None and "Evidence" in kept["core_announcement"].why
    assert "About me" in facts.deleted
    assert "Codes for staff whose telephone is not at hand" not in facts.deleted, "only what there is of this person"


async def test_a_legal_hold_wins_and_is_explained(client: httpx.AsyncClient) -> None:
    li = await resident()
    await service.ask_closing(fresh(actor_for(li)))
    until = clock.now() + timedelta(days=40)
    keeper = fresh(actor_for(await city()))
    hold = await service.place_hold(keeper, HoldRequest(person=li.id, reason="行政复议正在进行", until=until))
    with clock.frozen(clock.now() + WEEK):
        assert await service.close_due(SYSTEM) == 0
    await service.take_back_closing(actor_for(li))
    with pytest.raises(service.HeldBack):
        await service.ask_closing(fresh(actor_for(li)))
    await sign_in_as(client, li)
    assert "行政复议正在进行" in (await client.get("/privacy/closing")).text
    await service.lift_hold(keeper, hold.id)
    await service.ask_closing(fresh(actor_for(li)))
    with clock.frozen(clock.now() + WEEK):
        assert await service.close_due(SYSTEM) == 1


async def test_by_telephone_and_at_a_counter_it_is_the_same_act() -> None:
    for desk in (await operator(), await clerk()):
        li = await resident()
        await service.ask_closing(fresh(actor_for(desk, helping=li)))
        row = await db.fetchrow("SELECT acting, basis FROM privacy_closing WHERE person = $1", li.id)
        assert row and (row["acting"], row["basis"]) == (desk.id, "assisted")
        await service.take_back_closing(actor_for(desk, helping=li))


async def test_one_account_that_fails_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await resident(), await resident()
    for each in (first, second):
        await service.ask_closing(fresh(actor_for(each)))
    real = consents.withdraw_all

    async def broken(actor: Actor, person: object) -> int:
        if person == first.id:
            raise RuntimeError
        return await real(actor, second.id)

    monkeypatch.setattr(consents, "withdraw_all", broken)
    with clock.frozen(clock.now() + WEEK):
        assert await service.close_due(SYSTEM) == 1
        assert first.id in await identity.people([first.id])
        assert await identity.people([second.id]) == {}


async def test_the_pages_close_and_keep(client: httpx.AsyncClient) -> None:
    li = await resident()
    await sign_in_as(client, li)
    shown = await client.get("/privacy/closing")
    assert (await client.post("/privacy/closing", data={"csrf": csrf_of(shown.text)})).status_code == 303
    waiting = await client.get("/privacy/closing")
    assert "您已申请注销账号" in waiting.text
    assert "You asked to close the account" in (await client.get("/privacy/closing?lang=en")).text
    answer = await client.post("/privacy/closing/withdrawal", data={"csrf": csrf_of(waiting.text)})
    assert answer.status_code == 303


async def test_an_operator_has_the_words_to_read_aloud(client: httpx.AsyncClient) -> None:
    await helping(client, await operator(), await resident())
    assert "blockquote" in (await client.get("/privacy/closing")).text


async def test_auditors_read_the_proofs_on_a_page(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await city())
    assert "还没有运行过" in (await client.get("/desk/retention")).text
    await service.forget_due(Actor.system("retention"))
    assert "identity_session" in (await client.get("/desk/retention")).text
    await sign_in_as(client, await clerk())
    assert (await client.get("/desk/retention")).status_code == 403


async def test_the_api_closes_corrects_holds_and_proves(client: httpx.AsyncClient) -> None:
    li = await resident()
    bearer = {"Authorization": f"Bearer {await token_for(li)}"}
    assert (await client.post("/api/v1/me/closing", headers=bearer)).json()["due_at"]
    assert (await client.delete("/api/v1/me/closing", headers=bearer)).status_code == 204
    wanted = {"field": "name", "wanted": "李秀蘭", "reason": "写错了"}
    made = await client.post("/api/v1/me/corrections", json=wanted, headers=bearer)
    assert made.status_code == 201
    assert (await client.get("/api/v1/me/corrections", headers=bearer)).json()[0]["wanted"] == "李秀蘭"
    assert (await client.delete(f"/api/v1/me/corrections/{made.json()['id']}", headers=bearer)).status_code == 204
    keeper = {"Authorization": f"Bearer {await token_for(await city())}"}
    until = (clock.now() + timedelta(days=3)).isoformat()
    body = {"person": str(li.id), "reason": "复议", "until": until}
    hold = await client.post("/api/v1/privacy/holds", json=body, headers=keeper)
    assert hold.status_code == 201
    assert (await client.post("/api/v1/me/closing", headers=bearer)).status_code == 409
    assert (await client.delete(f"/api/v1/privacy/holds/{hold.json()['id']}", headers=keeper)).status_code == 204
    assert (await client.get("/api/v1/privacy/runs", headers=keeper)).json() == []
    assert (await client.get("/api/v1/privacy/runs", headers=bearer)).status_code == 403
