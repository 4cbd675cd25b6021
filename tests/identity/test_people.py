"""The register: found only at a desk, recorded, sealed."""

from datetime import date

import msgspec
import pytest

from backend.core import clock, db, trail
from backend.core.actor import Actor
from backend.core.crypto import CannotOpen
from backend.core.problems import Forbidden, Invalid, NotFound
from backend.core.viewer import Viewer
from backend.identity import service
from backend.identity.schemas import PersonChange, PersonSearch, Registration
from backend.identity.service.register import AlreadyKnown
from backend.notifications import service as notifications
from backend.notifications.schemas import Template
from tests.identity.factories import actor_for, clerk, manager, no_one, operator, resident, staff

HELLO = Template(id="hello", text="Hello {name}")


async def test_an_operator_finds_a_caller_by_phone_and_the_caller_will_see_it() -> None:
    chen, li = await operator(), await resident(phone="13800007777")
    assert await service.find_people(actor_for(chen), PersonSearch(phone="138 0000 7777")) == [li]
    assert await db.fetchval("SELECT acting FROM core_view WHERE person = $1", li.id) == chen.id


async def test_somebody_without_a_phone_is_found_by_name_and_birthday() -> None:
    zhao, li = await clerk(), await resident(phone="", name="欧阳 兰", birth=date(1940, 1, 2))
    assert await service.find_people(actor_for(zhao), PersonSearch(name="欧阳兰", birth=date(1940, 1, 2))) == [li]
    assert await service.find_people(actor_for(zhao), PersonSearch(name="欧阳兰", birth=date(1940, 1, 3))) == []


async def test_nobody_else_looks_people_up() -> None:
    li = await resident(phone="13800007778")
    for who in (li, await manager(), await staff("city")):
        with pytest.raises(Forbidden):
            await service.find_people(actor_for(who), PersonSearch(phone="13800007778"))


async def test_a_person_reads_only_themselves() -> None:
    li, wang = await resident(), await resident(name="王敏")
    assert await service.person(actor_for(li), li.id) == li
    with pytest.raises(NotFound):
        await service.person(actor_for(wang), li.id)
    with pytest.raises(NotFound):
        await service.person(actor_for(await operator()), no_one())


async def test_a_desk_that_reads_a_person_leaves_a_trace_and_the_person_does_not() -> None:
    li, zhao = await resident(), await clerk()
    await service.person(actor_for(li), li.id)
    assert await db.fetchval("SELECT count(*) FROM core_view") == 0
    await service.person(actor_for(zhao), li.id)
    assert await db.fetchval("SELECT acting FROM core_view WHERE person = $1", li.id) == zhao.id


async def test_a_clerk_registers_a_visitor_by_the_card() -> None:
    zhao = await clerk()
    new = await service.register_person(
        actor_for(zhao), Registration(name="韩梅", document="11010519491231002x", home="230103"), channel="counter"
    )
    assert (new.name, new.assurance, new.phone_masked, new.notice_by) == ("韩梅", "counter", "", "letter")
    assert new.age is not None and new.age >= 76
    with pytest.raises(AlreadyKnown):
        await service.register_person(
            actor_for(zhao), Registration(name="韩梅", document="11010519491231002X"), channel="counter"
        )


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (Registration(name="韩梅", phone="12"), "phone"),
        (Registration(name="韩梅", document="110105194912310021"), "document"),
        (Registration(name="韩梅", phone="13800000009", birth=date(2999, 1, 1)), "birth"),
        (Registration(name="韩梅"), "birth"),
    ],
)
async def test_what_does_not_add_up_is_said_at_its_field(new: Registration, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await service.register_person(actor_for(await operator()), new, channel="phone")
    assert list(refused.value.fields) == [field]


async def test_what_answers_are_compared_with_is_on_record_also_without_a_search() -> None:
    li, chen = await resident(), await operator()
    await service.facts_of(actor_for(chen), [li.id])
    (view,) = await trail.views_of(li.id, None, 5)
    assert (view.acting, view.what) == (chen.id, "person")
    await service.facts_of(actor_for(chen, helping=li), [li.id])
    assert len(await trail.views_of(li.id, None, 5)) == 1, "whom one helps is on record already"


async def test_a_desk_sees_what_to_compare_answers_with_and_nobody_else_does() -> None:
    li = await resident(birth=date(1948, 3, 5))
    facts = (await service.facts_of(actor_for(await operator()), [li.id]))[li.id]
    assert (facts.birth, facts.document_ending) == (date(1948, 3, 5), "")
    assert facts.ways == ["registered-number", "name-and-birth", "home-address"]
    assert (await service.facts_of(actor_for(await clerk()), [li.id]))[li.id].ways[0] == "id-card"
    for who in (li, await manager()):
        with pytest.raises(Forbidden):
            await service.facts_of(actor_for(who), [li.id])


async def test_a_person_changes_their_own_details() -> None:
    wang = await resident(name="", birth=None)
    after = await service.change_person(actor_for(wang), PersonChange(name="王敏", mode="elder", home="230103001"))
    assert (after.name, after.mode, after.home, after.language) == ("王敏", "elder", "230103001", "zh_CN")
    with pytest.raises(Invalid):
        await service.change_person(actor_for(wang), PersonChange(language="xx"))


async def test_a_new_name_is_found_and_the_old_one_is_not() -> None:
    chen, li = await operator(), await resident(name="李秀", birth=date(1948, 3, 5))
    await service.change_person(actor_for(li), PersonChange(name="李秀兰"))
    assert await service.find_people(actor_for(chen), PersonSearch(name="李秀", birth=date(1948, 3, 5))) == []
    assert len(await service.find_people(actor_for(chen), PersonSearch(name="李秀兰", birth=date(1948, 3, 5)))) == 1


async def test_how_somebody_wants_pages_is_kept_with_the_account() -> None:
    li, chen = await resident(), await operator()
    await service.remember(actor_for(li), Viewer("elder", "en", "230104"))
    after = await service.person(actor_for(li), li.id)
    assert (after.mode, after.language, after.home) == ("elder", "en", "230104")
    await service.remember(actor_for(chen, helping=li), Viewer("standard", "zh_CN", ""))
    assert await service.person(actor_for(li), li.id) == after


async def test_a_person_is_told_once_in_their_language() -> None:
    li, chen = await resident(lang="en", phone="13800008888"), await operator()
    for _ in range(2):
        await service.tell(actor_for(chen), li.id, HELLO, {"name": "Li"}, about=li.id, once="event-1")
    (message,) = await notifications.latest()
    assert (message.body, message.channel, message.phone_masked) == ("Hello Li", "sms", "138****8888")


async def test_somebody_without_a_phone_gets_a_letter() -> None:
    li = await resident(phone="")
    await service.tell(actor_for(li), li.id, HELLO, {"name": "Li"}, about=li.id, once="event-2")
    assert [message.channel for message in await notifications.latest()] == ["letter"]


async def test_two_rows_cannot_swap_their_sealed_fields() -> None:
    li, wang = await resident(), await resident(name="王敏")
    stolen = await db.fetchval("SELECT name FROM identity_person WHERE id = $1", li.id)
    await db.execute("UPDATE identity_person SET name = $2 WHERE id = $1", wang.id, stolen)
    found = await service.people([wang.id, li.id])
    assert (found[wang.id].name, found[wang.id].unreadable, found[li.id].name) == ("", True, li.name)


async def test_one_whom_no_key_opens_costs_a_list_that_one_only(capsys: pytest.CaptureFixture[str]) -> None:
    digits, chen = "13800009999", actor_for(await operator())
    li, wang = await resident(phone=digits), await resident(name="王敏")
    await db.execute(
        "UPDATE identity_person SET name = $2, phone = $2, birth = $2 WHERE id = $1", wang.id, b"\x00" * 40
    )
    found = await service.people_seen(chen, [wang.id, li.id])
    assert (found[wang.id].unreadable, found[wang.id].closed, found[wang.id].phone_masked) == (True, True, "")
    assert (found[li.id].name, found[li.id].unreadable) == (li.name, False)
    assert capsys.readouterr().err.count("person cannot be read") == 1
    assert await service.numbers_seen(list(found.values())) == {li.id: digits}
    groups = await service.age_groups(Actor.system("tests"), [li.id, wang.id], on=clock.today(), bounds=[60])
    assert list(groups) == [li.id]


async def test_whoever_has_a_name_that_no_key_opens_is_shown_as_such_and_types_nothing_over_it() -> None:
    li, chen = await resident(phone="13800008888"), actor_for(await operator())
    await db.execute("UPDATE identity_person SET name = $2 WHERE id = $1", li.id, b"\x00" * 40)
    (found,) = await service.find_people(chen, PersonSearch(phone="13800008888"))
    assert found.unreadable
    assert (await service.facts_of(chen, [li.id]))[li.id].ways
    with pytest.raises(CannotOpen):
        actor = msgspec.structs.replace(actor_for(li), assurance="real-name")
        await service.change_person(actor, PersonChange(name="王敏"))


async def test_nothing_personal_is_readable_in_a_dump(own_database: str) -> None:
    li = await resident(name="独一无二", phone="13876543210", birth=date(1931, 7, 13))
    zhao = await staff("clerk", name="赵独特")
    await service.register_person(
        actor_for(zhao), Registration(name="第二个人", document="11010519491231002X"), channel="counter"
    )
    await service.find_people(actor_for(zhao), PersonSearch(phone="13876543210"))
    await service.tell(actor_for(li), li.id, HELLO, {"name": "独一无二"}, about=li.id, once="event-3")
    tables = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    dump = ""
    for (table,) in tables:
        dump += "\n".join(row[0] for row in await db.fetch(f'SELECT t::text FROM "{table}" t'))
    raw = bytes.fromhex("".join(part for part in _hex(dump)))
    for secret in ("独一无二", "13876543210", "1931-07-13", "赵独特", "第二个人", "11010519491231002X", "Hello"):
        assert secret not in dump
        assert secret.encode() not in raw


def _hex(dump: str) -> list[str]:
    import re

    return [part if len(part) % 2 == 0 else part[:-1] for part in re.findall(r"\\x([0-9a-f]+)", dump)]


async def test_a_traveller_is_written_down_with_a_passport_and_the_birthday_is_asked_for() -> None:
    actor = actor_for(await clerk())
    visitor = Registration(name="Иван", kind="foreign-passport", document="RUS 751234567")
    with pytest.raises(Invalid) as missing:
        await service.register_person(actor, visitor, channel="counter")
    assert "birth" in missing.value.fields
    made = await service.register_person(
        actor, msgspec.structs.replace(visitor, birth=date(1990, 1, 2)), channel="counter"
    )
    assert (made.assurance, made.age is not None) == ("counter", True)


async def test_two_documents_with_the_same_digits_are_two_people() -> None:
    actor, birth = actor_for(await clerk()), date(1990, 1, 2)
    for kind in ("taiwan-travel-permit", "passport"):
        number = "12345678" if kind == "taiwan-travel-permit" else "E12345678"
        await service.register_person(
            actor, Registration(name="林", kind=kind, document=number, birth=birth), channel="counter"
        )
    with pytest.raises(AlreadyKnown):
        await service.register_person(
            actor, Registration(name="林", kind="passport", document="e12345678", birth=birth), channel="counter"
        )
