"""上门帮办: a helper at somebody's own door, who opens only the person they stand in front of."""

from datetime import date, timedelta

import pytest

from backend.core import clock, db, ids
from backend.core.problems import Forbidden, Invalid, TooMany
from backend.identity import rules, service
from backend.identity.schemas import AssistanceLine, CardRequest, FieldRequest, PersonSearch, PersonSummary, StaffPost
from backend.identity.service.assistance import AlreadyHelping
from backend.identity.service.card_sign_in import CardRefused
from backend.identity.service.field import MinorAtTheDoor
from backend.identity.service.people import insert_person
from backend.notifications import service as notifications
from tests.identity.factories import actor_for, clerk, fresh, resident, staff, token_for, told_apart
from tests.identity.test_cards import PIN, at_the_counter

HOME = "230103"


def number(birth: date = date(1948, 3, 5), order: int = 2) -> str:
    """The number of a document of somebody born that day."""
    stem = f"230103{birth:%Y%m%d}{order:03d}"
    return stem + rules.check_digit(stem)


async def neighbour(*, home: str = HOME, birth: date = date(1948, 3, 5), phone: str = "") -> PersonSummary:
    """Somebody whose document is on record."""
    person = ids.new()
    await insert_person(
        person, name="李秀兰", phone=phone, birth=birth, home=home, document=number(birth), document_kind="citizen"
    )
    return (await service.people([person]))[person]


async def begin(who: StaffPost, seen: FieldRequest, token: str = "") -> AssistanceLine:
    return await service.begin_field_assistance(actor_for(who), token or await token_for(who), seen)


SEEN = FieldRequest(document=number())


@pytest.mark.parametrize("role", ["grid", "volunteer"])
async def test_a_helper_acts_for_the_neighbour_whose_document_they_hold(role: str) -> None:
    wu, li = await staff(role, name="吴梅"), await neighbour()
    token = await token_for(wu)
    begun = await begin(wu, SEEN, token)
    assert (begun.person.id, begun.channel, begun.verified) == (li.id, "field", ["document-number"])
    session = await service.resolve_session(token)
    assert session is not None and told_apart(session.actor) == actor_for(wu, helping=li)
    assert (session.actor.basis, session.actor.channel) == ("assisted", "field")
    await service.end_assistance(session.actor, token)
    after = await service.resolve_session(token)
    assert after is not None and not after.actor.helping


async def test_the_neighbour_types_the_pin_of_their_card_instead() -> None:
    wu, zhao, han = await staff("grid"), await clerk(), await resident(phone="")
    await at_the_counter(zhao, han)
    wanted = CardRequest(card=ids.new(), pin=PIN, document=number(order=4))
    made = await service.issue_card(fresh(zhao, helping=han), wanted)
    with pytest.raises(CardRefused):
        await begin(wu, FieldRequest(card=made.number, pin="975310"))
    begun = await begin(wu, FieldRequest(card=made.number, pin=PIN))
    assert (begun.person.id, begun.verified) == (han.id, ["card-pin"])
    assert await db.fetchval("SELECT tries FROM identity_card") == 0
    far = await staff("grid", region="230102")
    with pytest.raises(Invalid) as refused:
        await begin(far, FieldRequest(card=made.number, pin=PIN))
    assert list(refused.value.fields) == ["card"]


async def test_unknown_people_and_those_who_live_elsewhere_read_the_same() -> None:
    await neighbour(home="230102001001")
    wu, said = await staff("grid"), set()
    for seen in (SEEN, FieldRequest(document=number(date(1950, 1, 1)))):
        with pytest.raises(Invalid) as refused:
            await begin(wu, seen)
        said.add(str(refused.value.fields))
    assert len(said) == 1
    for seen in (FieldRequest(), FieldRequest(document="230103194803050021")):
        with pytest.raises(Invalid) as refused:
            await begin(wu, seen)
        assert str(refused.value.fields) not in said, "a slip of the finger is told as one"


async def test_a_grid_worker_is_believed_the_name_on_a_document_that_is_not_on_record_yet() -> None:
    wu, li = await staff("grid"), await resident()
    wanted = FieldRequest(document=number(), name="李秀兰")
    begun = await begin(wu, wanted)
    assert (begun.person.id, begun.verified) == (li.id, ["id-card"])
    for who, seen in (
        (await staff("volunteer"), wanted),
        (await staff("grid", region="230102"), wanted),
        (wu, FieldRequest(document=number(), name="王敏")),
    ):
        with pytest.raises(Invalid):
            await begin(who, seen)
    await neighbour()
    with pytest.raises(Invalid):
        await begin(wu, FieldRequest(document=number(order=4), name="王敏"))
    namesake = await resident()
    assert namesake.id != li.id
    with pytest.raises(Invalid):
        await begin(wu, FieldRequest(document=number(order=4), name="李秀兰"))


async def test_a_helper_cannot_look_people_up_nor_can_others_help_at_the_door() -> None:
    wu, li = await staff("grid"), await neighbour()
    with pytest.raises(Forbidden):
        await service.find_people(actor_for(wu), PersonSearch(name="李秀兰", birth=date(1948, 3, 5)))
    with pytest.raises(Forbidden):
        await service.facts_of(actor_for(wu), [li.id])
    for other in (await clerk(), await staff("manager")):
        with pytest.raises(Forbidden):
            await begin(other, SEEN)
    await begin(wu, SEEN, token := await token_for(wu))
    with pytest.raises(AlreadyHelping) as told:
        await begin(wu, SEEN, token)
    assert told.value.next_step is not None and told.value.next_step[0] == "/desk/field"


async def test_somebody_under_18_is_not_opened_at_the_door_and_the_try_is_on_record() -> None:
    birth = date(2012, 5, 1)
    child = await neighbour(birth=birth)
    with pytest.raises(MinorAtTheDoor):
        await begin(await staff("volunteer"), FieldRequest(document=number(birth)))
    sql = "SELECT subject FROM core_announcement WHERE name = 'MinorRecordRefused'"
    assert await db.fetchval(sql) == child.id
    assert await db.fetchval("SELECT count(*) FROM identity_assistance") == 0


async def test_the_neighbour_is_told_and_sees_who_helped() -> None:
    wu, li = await staff("grid"), await neighbour(phone="13811112222")
    await begin(wu, SEEN)
    (told,) = await notifications.latest(5)
    assert told.template == "helped-at-home" and told.channel == "sms"
    row = await db.fetchrow("SELECT acting, principal, basis, channel FROM core_view WHERE person = $1", li.id)
    assert row is not None and tuple(row) == (wu.id, li.id, "assisted", "field")


@pytest.mark.parametrize(
    ("quiet", "later", "why"), [(10, 10, "idle"), (0, 30, "time-over"), (0, 0, "post-ended"), (9, 29, "")]
)
async def test_it_ends_by_itself_soon_and_with_the_post(quiet: int, later: int, why: str) -> None:
    wu, _ = await staff("grid"), await neighbour()
    token, now = await token_for(wu), clock.now()
    await begin(wu, SEEN, token)
    await db.execute(
        "UPDATE identity_assistance SET last_active = $1, until = $2", now - timedelta(minutes=quiet),
        now + rules.FIELD_LONGEST - timedelta(minutes=later),
    )  # fmt: skip
    if why == "post-ended":
        await db.execute("UPDATE identity_person SET home = '230102'")
    session = await service.resolve_session(token)
    assert session is not None and session.actor.helping == (not why)
    assert (await db.fetchval("SELECT ended_why FROM identity_assistance") or "") == why


async def test_a_helper_who_tries_numbers_is_stopped() -> None:
    wu = await staff("volunteer")
    for _ in range(rules.DOOR_TRIES[0]):
        with pytest.raises(Invalid):
            await service.begin_field_assistance(actor_for(wu), "", FieldRequest())
    with pytest.raises(TooMany):
        await service.begin_field_assistance(actor_for(wu), "", FieldRequest())
