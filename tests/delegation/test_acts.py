"""What a delegate does: bounded by the mandate, told to the principal, seen by both, and taken back at will."""

from datetime import date, timedelta

import pytest

from backend.appointments import service as appointments
from backend.appointments.schemas import Appointment, BookingRequest, KeepRequest, RescheduleRequest
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.policy import NotDelegated
from backend.core.problems import NotFound
from backend.delegation import service
from backend.identity import service as identity
from backend.identity.schemas import PersonChange
from tests.appointments.factories import MONDAY, open_hall, slots, wish
from tests.delegation.factories import PAPERS, acting, assisting, read_paper, standing, told
from tests.identity.factories import actor_for, csrf_of, no_one, operator, resident, sign_in_as
from tests.support.web import Browse

TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def monday(frozen) -> None:  # type: ignore[no-untyped-def]
    frozen(MONDAY)


async def book(actor: Actor, n: int = 0, item: str = "", key: str = "") -> Appointment:
    hall = await open_hall()
    wanted: BookingRequest = wish(hall, (await slots(hall, TUESDAY))[n], item)
    return await appointments.book(actor, wanted, key=key or f"key-{n:05d}-{item}")


async def test_a_daughter_books_and_her_mother_is_told_once_who_did_it() -> None:
    li, wang = await resident(notice_by="call"), await resident(name="王敏")
    made = await book(await acting(wang, await standing(li, wang)))
    messages = {each.template: each for each in await told(li)}
    assert messages.keys() == {"AppointmentBooked-by-delegate", "mandate-accepted", "mandate-invited"}
    said = messages["AppointmentBooked-by-delegate"]
    assert said.channel == "call"
    assert "女儿王敏" in said.body and "11月24日" in said.body and made.number in said.body
    rows = await db.fetch(
        "SELECT acting, principal FROM core_announcement WHERE basis = 'delegation' AND name = 'AppointmentBooked'"
    )
    assert [(row["acting"], row["principal"]) for row in rows] == [(wang.id, li.id)]


async def test_an_act_without_words_of_its_own_is_told_in_general_ones() -> None:
    li, wang = await resident(), await resident(name="王敏")
    mandate = await standing(li, wang, PAPERS)
    with clock.frozen(MONDAY + timedelta(days=2)):
        await read_paper(await acting(wang, mandate), no_one())
        messages = {each.template: each for each in await told(li)}
    assert "女儿王敏" in messages["act-by-delegate"].body


async def test_both_see_what_was_done_in_their_own_words() -> None:
    li, wang = await resident(), await resident(name="王敏")
    made = await book(await acting(wang, await standing(li, wang)))
    (for_me,) = (await service.household(actor_for(li))).acts
    assert (for_me.acting_name, for_me.mine, for_me.returnable) == ("女儿王敏", True, True)
    assert for_me.values["number"] == made.number
    (by_me,) = (await service.household(actor_for(wang))).acts
    assert (by_me.principal_name, by_me.mine, by_me.returnable) == ("妈妈", False, False)
    assert by_me.values["number"] == made.number
    assert not (await service.household(actor_for(await resident()))).acts


async def test_what_staff_did_is_among_it() -> None:
    li = await resident()
    await book(await assisting(await operator(), li))
    (act,) = (await service.acts(actor_for(li))).items
    assert (act.basis, act.channel, act.returnable) == ("assisted", "phone", False)


async def test_after_the_end_the_delegate_sees_that_it_was_done_and_no_details() -> None:
    li, wang = await resident(), await resident(name="王敏")
    mandate = await standing(li, wang)
    await book(await acting(wang, mandate))
    await service.revoke(actor_for(li), mandate.id)
    (by_me,) = (await service.acts(actor_for(wang))).items
    assert (by_me.text, by_me.values) == ("made an appointment", {})


async def test_a_list_goes_on_where_it_ended() -> None:
    li, wang = await resident(), await resident(name="王敏")
    actor = await acting(wang, await standing(li, wang))
    made = [await book(actor, n) for n in range(3)]
    first = await service.acts(actor_for(li), limit=2)
    assert first.next is not None
    rest = await service.acts(actor_for(li), after=first.items[-1].id, limit=2)
    assert [each.subject for each in [*first.items, *rest.items]] == [each.id for each in reversed(made)]
    assert rest.next is None


async def test_what_is_taken_back_is_hidden_from_the_delegate_and_stays_with_the_principal() -> None:
    li, wang = await resident(), await resident(name="王敏")
    actor = await acting(wang, await standing(li, wang))
    made, other = await book(actor), await book(actor, 2)
    act = next(each for each in (await service.acts(actor_for(li))).items if each.subject == made.id)
    with pytest.raises(NotFound):
        await service.take_back(actor_for(wang), act.id)
    await service.take_back(actor_for(li), act.id)
    await service.take_back(actor_for(li), act.id)
    for attempt in (appointments.get(actor, made.id), appointments.cancel(actor, made.id)):
        with pytest.raises(NotFound):
            await attempt
    assert [each.id for each in (await appointments.mine(actor)).items] == [other.id]
    on_next = await appointments.next_for(actor)
    assert on_next is not None and on_next.id == other.id
    assert (await appointments.get(actor_for(li), made.id)).live
    gone = next(each for each in (await service.acts(actor_for(wang))).items if each.subject == made.id)
    assert (gone.taken_back, gone.values) == (True, {})
    assert "mandate-taken-back" in {each.template for each in await told(wang)}


async def test_another_time_for_what_was_taken_back_stays_hidden() -> None:
    li, wang = await resident(), await resident(name="王敏")
    actor = await acting(wang, await standing(li, wang))
    made = await book(actor)
    (act,) = (await service.acts(actor_for(li))).items
    await service.take_back(actor_for(li), act.id)
    later = (await slots(await open_hall(), TUESDAY))[4]
    moved = await appointments.reschedule(actor_for(li), made.id, RescheduleRequest(slot=later.id), key="12345678")
    with pytest.raises(NotFound):
        await appointments.get(actor, moved.id)
    assert not (await appointments.mine(actor)).items


async def test_a_mandate_for_one_service_shows_and_books_no_other() -> None:
    li, wang = await resident(), await resident(name="王敏")
    hers = await book(actor_for(li), 0, "LAW001")
    ours = await book(actor_for(li), 2, "LAW002")
    actor = await acting(wang, await standing(li, wang, items=["LAW002"]))
    assert [each.id for each in (await appointments.mine(actor)).items] == [ours.id]
    on_next = await appointments.next_for(actor)
    assert on_next is not None and on_next.id == ours.id
    with pytest.raises(NotFound):
        await appointments.get(actor, hers.id)
    for item in ("LAW004", ""):
        with pytest.raises(NotDelegated):
            await book(actor, 4, item)


async def test_a_mandate_for_one_service_knows_of_no_time_kept_for_another() -> None:
    li, wang = await resident(), await resident(name="王敏")
    hall = await open_hall()
    wanted = KeepRequest(hall=hall.id, slot=(await slots(hall, TUESDAY))[3].id, item="LAW001")
    kept = await appointments.hold(actor_for(li), wanted)
    actor = await acting(wang, await standing(li, wang, items=["LAW002"]))
    assert await appointments.my_holds(actor) == []
    assert await appointments.held_slot(actor, kept.slot) is None
    for change in (appointments.extend_hold, appointments.release_hold):
        with pytest.raises(NotFound):
            await change(actor, kept.id)
    assert [each.id for each in await appointments.my_holds(actor_for(li))] == [kept.id]


async def test_a_mandate_for_other_matters_shows_no_appointment() -> None:
    li, wang = await resident(), await resident(name="王敏")
    await book(actor_for(li))
    mandate = await standing(li, wang, PAPERS)
    with clock.frozen(MONDAY + timedelta(hours=25)):
        actor = await acting(wang, mandate)
        with pytest.raises(NotDelegated):
            await appointments.mine(actor)
        assert await appointments.next_for(actor) is None


async def test_what_a_delegate_reads_is_on_record_for_the_principal() -> None:
    li, wang = await resident(), await resident(name="王敏")
    actor = await acting(wang, await standing(li, wang))
    await appointments.mine(actor)
    rows = await db.fetch("SELECT what, acting, basis FROM core_view WHERE person = $1 ORDER BY id", li.id)
    assert [(row["what"], row["basis"]) for row in rows] == [("person", "delegation"), ("appointment", "delegation")]
    assert {row["acting"] for row in rows} == {wang.id}


async def test_a_delegate_cannot_change_where_the_principal_is_told() -> None:
    li, wang = await resident(), await resident(name="王敏")
    actor = await acting(wang, await standing(li, wang))
    for change in (PersonChange(notice_by="letter"), PersonChange(home="230102"), PersonChange(name="王敏")):
        with pytest.raises(NotDelegated):
            await identity.change_person(actor, change)


async def test_a_delegate_sees_the_name_and_not_where_and_how_the_person_lives() -> None:
    li, wang = await resident(), await resident(name="王敏")
    seen = await identity.person(await acting(wang, await standing(li, wang)), li.id)
    assert (seen.name, seen.phone_masked, seen.age, seen.home, seen.notice_by) == ("李秀兰", "", None, "", "")


@pytest.mark.parametrize("mode", ["standard", "elder"])
async def test_the_household_lists_it_and_one_page_takes_it_back(browse: Browse, mode: str) -> None:
    li, wang = await resident(mode=mode), await resident(name="王敏")
    made = await book(await acting(wang, await standing(li, wang)))
    client = browse()
    await sign_in_as(client, li)
    page = await client.get("/household")
    assert made.number in page.text and "女儿王敏" in page.text
    (act,) = (await service.acts(actor_for(li))).items
    path = f"/household/acts/{act.id}/takeback"
    assert path in page.text
    asked = await client.get(path)
    assert made.number in asked.text
    done = await client.post(path, data={"csrf": csrf_of(asked.text)})
    assert done.status_code == 303
    assert "已收回" in (await client.get(done.headers["location"])).text
    assert (await client.get(path)).status_code == 404


async def test_the_confirm_page_asks_for_whom(browse: Browse) -> None:
    li, wang = await resident(), await resident(name="王敏")
    mandate = await standing(li, wang)
    hall = await open_hall()
    slot = (await slots(hall, TUESDAY))[0]
    client = browse()
    await sign_in_as(client, wang)
    page = await client.get(f"/appointments/confirm?hall={hall.id}&slot={slot.id}")
    assert "替李秀兰约" in page.text
    form = {"csrf": csrf_of(page.text), "next": f"/appointments/confirm?hall={hall.id}&slot={slot.id}"}
    turned = await client.post(f"/household/{mandate.id}/turn", data=form)
    page = await client.get(turned.headers["location"])
    assert "替自己约" in page.text and "李秀兰" in page.text.split('class="kv"')[1]
