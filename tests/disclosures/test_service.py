"""Who looked, what for, and an answer: for the person only, whoever else may act for them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from backend.core import clock, crypto, db, events, ids, trail
from backend.core.actor import Actor
from backend.core.policy import SCOPES, NotDelegated
from backend.core.problems import BadRequest, Forbidden, NotFound, SignInRequired, TooMany
from backend.core.walls import sight_of
from backend.disclosures import service
from backend.disclosures.folding import fold
from backend.disclosures.schemas import DisclosureAnswer, DisclosureLine, DisclosureQuestion
from backend.disclosures.service.answering import AnsweredAlready, OwnReading
from backend.disclosures.service.asking import AskedAlready
from backend.disclosures.service.looking import NoSuchDisclosure
from backend.identity import service as identity
from backend.identity.schemas import AssistanceRequest, PersonChange, PersonSearch, PersonSummary, StaffPost
from tests.identity.factories import actor_for, clerk, manager, operator, resident, token_for

THURSDAY = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)  # 25–27 September is 中秋节, 1–7 October 国庆节
WHY = DisclosureQuestion(text="我没有打过电话，为什么看我？")


async def lines(person: PersonSummary, *, after: str = "", limit: int = 20) -> list[DisclosureLine]:
    return (await service.who_looked(actor_for(person), after=after, limit=limit)).items


async def read(
    who: StaffPost | Actor, person: PersonSummary, *, what: str = "person", purpose: str = "Handling a matter of yours"
) -> None:
    actor = who if isinstance(who, Actor) else actor_for(who)
    await trail.viewed(actor, region=actor.region, person=person.id, what=what, purpose=purpose)


async def helped(who: StaffPost, person: PersonSummary) -> None:
    """Look somebody up and begin to help, as a desk does."""
    await identity.find_people(actor_for(who), PersonSearch(name=person.name, birth=date(1948, 3, 5)))
    known = (await identity.facts_of(actor_for(who), [person.id]))[person.id].ways
    wanted = AssistanceRequest(person=person.id, verified=known[:2], channel="phone")
    await identity.begin_assistance(actor_for(who), await token_for(who), wanted)


async def test_a_person_sees_who_looked_what_for_and_how_they_were_verified() -> None:
    li, chen = await resident(), await operator(name="陈晓")
    await helped(chen, li)
    help_, search = await lines(li)
    assert (help_.name, help_.role, help_.region, help_.channel) == ("陈晓", "operator", "230103", "phone")
    assert help_.basis == "assisted" and help_.purpose == "Helping you with a matter"
    assert len(help_.verified) == 2 and help_.what == [
        "name, birthday, home, the ends of your phone and identity number"
    ]
    assert search.purpose == "Finding the person who called or came" and search.verified == []
    assert search.basis == "official"


async def test_it_is_there_at_once_and_only_for_the_person() -> None:
    li, wang, chen = await resident(), await resident(name="王敏"), await operator()
    await read(chen, li)
    assert len(await lines(li)) == 1
    assert await lines(wang) == []
    with pytest.raises(SignInRequired):
        await service.who_looked(Actor())


async def test_ones_own_reads_are_not_shown() -> None:
    li = await resident()
    await identity.person(actor_for(li), li.id)
    await trail.viewed(actor_for(li), region="230103", person=li.id, what="person", purpose="x")
    assert await lines(li) == []


async def test_nobody_sees_or_asks_under_a_mandate() -> None:
    li, wang, chen = await resident(), await resident(name="王敏"), await operator()
    await read(chen, li)
    daughter = msgspec.structs.replace(
        actor_for(wang), principal=li.id, basis="delegation", mandate=ids.new(), scopes=frozenset(SCOPES)
    )
    view = (await lines(li))[0].id
    for act in (
        service.who_looked(daughter), service.one_disclosure(daughter, view), service.ask_about(daughter, view, WHY)
    ):  # fmt: skip
        with pytest.raises(NotDelegated):
            await act


async def test_a_helper_who_read_is_called_by_name() -> None:
    li, wang = await resident(), await resident(name="王敏")
    daughter = msgspec.structs.replace(actor_for(wang), principal=li.id, basis="delegation")
    await read(daughter, li, what="appointment")
    (line,) = await lines(li)
    assert (line.name, line.role, line.basis, line.what) == ("王敏", "resident", "delegation", ["your appointments"])


async def test_an_operator_reads_it_to_a_caller_and_that_is_a_read_too() -> None:
    li, chen, sun = await resident(), await operator(), await manager()
    await read(sun, li)
    told = await service.who_looked(actor_for(chen, helping=li))
    assert [line.name for line in told.items] == ["孙丽"]
    latest = (await lines(li))[0]
    assert latest.purpose == "Reading to you who looked at your data" and latest.what == ["the list of who looked"]


async def test_repeated_reads_within_the_hour_are_one_line(frozen: Callable[[datetime], None]) -> None:
    li, chen, zhao = await resident(), await operator(), await clerk()
    for minute in (0, 10, 55, 130):
        with clock.frozen(THURSDAY + timedelta(minutes=minute)):
            await read(chen, li)
            await read(chen, li, what="appointment")
            await read(zhao, li)
    shown = await lines(li)
    chens = [(line.times, line.what) for line in shown if line.name == "陈晓"]
    both = ["your appointments", "name, birthday, home, the ends of your phone and identity number"]
    assert chens == [(2, both), (6, both)]
    assert [line.times for line in shown if line.name == "赵明"] == [1, 3]
    assert [line.at for line in shown] == sorted((line.at for line in shown), reverse=True)


async def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    li, chen = await resident(), await operator()
    for number in range(45):
        await read(chen, li, purpose=f"purpose {number}")
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        found = await service.who_looked(actor_for(li), after=after, limit=20)
        assert len(found.items) <= 20
        seen += [line.purpose for line in found.items]
        after = found.next
    assert seen == [f"purpose {number}" for number in reversed(range(45))]
    with pytest.raises(BadRequest):
        await service.who_looked(actor_for(li), after="x")


async def test_a_thousand_reads_alike_do_not_hide_what_is_older() -> None:
    li, chen, zhao = await resident(), await operator(), await clerk()
    await read(zhao, li)
    await trail.viewed_all(actor_for(chen), region="230103", people=[li.id] * 1000, what="person", purpose="x")
    times, after = 0, ""
    while True:
        found = await service.who_looked(actor_for(li), after=after)
        times += sum(line.times for line in found.items)
        if found.next is None:
            break
        after = found.next
    assert times == 1001
    assert found.items[-1].name == "赵明"


def test_nothing_is_lost_in_folding() -> None:
    now = clock.now()
    rows = [
        trail.Viewed(
            region="230103", id=UUID(int=10_000 - n), what="person", purpose=f"{n % 3}",
            at=now - timedelta(minutes=7 * n), acting=UUID(int=n % 2), principal=None, basis="official", channel="web",
            about=None, acting_region="230103", acting_role="clerk",
        )
        for n in range(200)
    ]  # fmt: skip
    for limit in (1, 2, 7, 20):
        rest, got = rows, []
        while rest:
            folds, last = fold(rest, limit)
            got += [view for each in folds for view in each.views]
            rest = [row for row in rest if last and row.id < last]
        assert sorted(got) == sorted(row.id for row in rows)


async def test_old_records_without_a_post_are_still_shown() -> None:
    li = await resident()
    await db.execute(
        """INSERT INTO core_view (region, id, person, what, purpose, at, acting, principal, basis, channel)
        VALUES ('230103', $1, $2, 'something', 'x', now(), $1, NULL, 'official', 'web')""",
        ids.new(), li.id,
    )  # fmt: skip
    (line,) = await lines(li)
    assert (line.name, line.role, line.region, line.what) == ("", "", "", ["your details"])


# --- asking and answering ---------------------------------------------------------------------------------------------


async def test_a_question_is_due_in_three_working_days_by_the_calendar(frozen: Callable[[datetime], None]) -> None:
    frozen(THURSDAY)
    li, chen = await resident(), await operator()
    await read(chen, li)
    asked = await service.ask_about(actor_for(li), (await lines(li))[0].id, WHY)
    assert asked.question is not None
    assert asked.question.due == date(2026, 9, 30)
    assert (asked.question.text, asked.question.answered, asked.question.answer) == (WHY.text, None, "")
    assert (await lines(li))[0].question == asked.question


async def test_the_question_is_sealed() -> None:
    li, chen = await resident(), await operator()
    await read(chen, li)
    await service.ask_about(actor_for(li), (await lines(li))[0].id, WHY)
    row = await db.fetchrow("SELECT id, text FROM disclosures_question")
    assert row is not None and WHY.text.encode() not in row["text"]
    with pytest.raises(crypto.CannotOpen):
        crypto.open(row["text"], b"disclosure-question:text:" + li.id.bytes)


async def test_one_may_ask_without_words_but_not_twice_nor_about_others() -> None:
    li, wang, chen = await resident(), await resident(name="王敏"), await operator()
    await read(chen, li)
    view = (await lines(li))[0].id
    await service.ask_about(actor_for(li), view, DisclosureQuestion())
    with pytest.raises(AskedAlready):
        await service.ask_about(actor_for(li), view, WHY)
    for other in (actor_for(wang), actor_for(chen, helping=wang)):
        with pytest.raises(NoSuchDisclosure):
            await service.ask_about(other, view, WHY)


async def test_questions_are_bounded() -> None:
    li, chen = await resident(), await operator()
    for number in range(21):
        await read(chen, li, purpose=f"{number}")
    views = [line.id for line in await lines(li, limit=21)]
    for view in views[:20]:
        await service.ask_about(actor_for(li), view, DisclosureQuestion())
    with pytest.raises(TooMany):
        await service.ask_about(actor_for(li), views[20], DisclosureQuestion())


async def ask(person: PersonSummary, who: StaffPost) -> UUID:
    """The id of a question about a read by ``who``."""
    await read(who, person)
    asked = await service.ask_about(actor_for(person), (await lines(person))[0].id, WHY)
    assert asked.question is not None
    return asked.question.id


async def test_the_watcher_answers_and_the_person_is_told() -> None:
    li, chen, sun = await resident(), await operator(), await manager()
    question = await ask(li, chen)
    (waiting,) = await service.open_questions(actor_for(sun))
    assert (waiting.id, waiting.name, waiting.role, waiting.overdue) == (question, "陈晓", "operator", False)
    opened = await service.open_question(actor_for(sun), question)
    assert (opened.name, opened.text, opened.answer) == (li.name, WHY.text, "")
    await service.answer_question(actor_for(sun), question, DisclosureAnswer(answer="您女儿来电替您咨询过。"))
    while await events.relay():
        pass
    assert await db.fetchval("SELECT count(*) FROM notifications_message WHERE person = $1", li.id) == 1
    mine = {line.purpose: line for line in await lines(li)}
    answer = mine["Handling a matter of yours"].question
    assert answer is not None and answer.answer == "您女儿来电替您咨询过。" and answer.answered
    assert mine["Answering your question"].what == ["your question"]
    assert await service.open_questions(actor_for(sun)) == []
    with pytest.raises(AnsweredAlready):
        await service.answer_question(actor_for(sun), question, DisclosureAnswer(answer="再答一次"))


async def test_looking_at_the_list_of_questions_tells_nothing_of_the_person() -> None:
    li, chen, sun = await resident(name="李秀兰"), await operator(), await manager()
    await ask(li, chen)
    shown = msgspec.json.encode(await service.open_questions(actor_for(sun))).decode()
    assert li.name not in shown and WHY.text not in shown and str(li.id) not in shown
    assert len(await lines(li)) == 1


async def test_another_county_does_not_see_the_question_and_the_city_above_does() -> None:
    li, chen = await resident(), await operator()
    question = await ask(li, chen)
    other = await manager(region="230902")
    assert await service.open_questions(actor_for(other)) == []
    with pytest.raises(NotFound):
        await service.open_question(actor_for(other), question)
    with pytest.raises(NotFound):
        await service.answer_question(actor_for(other), question, DisclosureAnswer(answer="不知道"))
    above = msgspec.structs.replace(actor_for(other), grants=frozenset({("manager", "230100")}))
    assert [each.id for each in await service.open_questions(above)] == [question]
    wrong = msgspec.structs.replace(actor_for(other), grants=frozenset({("clerk", "230100"), ("manager", "230900")}))
    assert await service.open_questions(wrong) == []


async def test_a_watcher_answers_for_a_read_of_what_lies_in_another_county() -> None:
    """As the wall in the database has it: the watcher reaches the question, not the record in the other county."""
    li, chen, sun = await resident(), await operator(), await manager()
    await trail.viewed(actor_for(chen), region="230902", person=li.id, what="appointment", purpose="x")
    await service.ask_about(actor_for(li), (await lines(li))[0].id, WHY)
    async with db.scoped(sight_of(actor_for(sun))):
        (waiting,) = await service.open_questions(actor_for(sun))
        assert (waiting.name, waiting.what) == ("陈晓", ["your appointments"])
        await service.answer_question(actor_for(sun), waiting.id, DisclosureAnswer(answer="您来电问过预约。"))
    async with db.scoped(sight_of(actor_for(chen, helping=li))):
        told = await service.who_looked(actor_for(chen, helping=li))
    assert [line.question.answer for line in told.items if line.question] == ["您来电问过预约。"]


async def test_nobody_answers_for_their_own_reading_and_no_operator_for_anybody() -> None:
    li, sun, chen = await resident(), await manager(), await operator()
    question = await ask(li, sun)
    with pytest.raises(OwnReading):
        await service.answer_question(actor_for(sun), question, DisclosureAnswer(answer="没事的"))
    for act in (service.open_questions(actor_for(chen)), service.open_question(actor_for(chen), question)):
        with pytest.raises(Forbidden):
            await act


async def test_what_is_overdue_stands_on_top() -> None:
    li, chen, sun = await resident(), await operator(), await manager()
    with clock.frozen(THURSDAY):
        late = await ask(li, chen)
    soon = await ask(await resident(name="王敏"), chen)
    assert [(each.id, each.overdue) for each in await service.open_questions(actor_for(sun))] == [
        (late, True),
        (soon, False),
    ]


async def test_what_others_did_for_a_person_can_be_listed() -> None:
    li, chen = await resident(), await operator()
    await helped(chen, li)
    await identity.change_person(actor_for(li), PersonChange(notice_by="call"))
    (begun,) = await trail.acts_of_others(li.id, None, 10)
    assert (begun.name, begun.acting, begun.basis) == ("AssistanceBegun", chen.id, "assisted")
    assert await trail.acts_of_others(li.id, begun.id, 10) == []
