"""The way a message goes: one channel after the other, a person last, and it always ends."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import clock, db
from backend.notifications import rules, service
from backend.notifications.migrations import notifications_2026_11_26t17_00_00_000000 as migration
from backend.notifications.rules import MACHINES, PERSON, Attempt, Means
from backend.notifications.schemas import PreferenceChange, Template
from tests.identity.factories import actor_for, operator, resident
from tests.notifications.conftest import Set
from tests.notifications.factories import (
    EVENING,
    GUARD,
    NOON,
    PLAIN,
    URGENT,
    Gateway,
    deliveries,
    row,
    told,
)

ALL = frozenset(MACHINES)
LETTER = PreferenceChange(first="letter", otherwise="call", quiet_from=time(21), quiet_to=time(8))
DOOR = msgspec.structs.replace(LETTER, first="sms", otherwise="letter")
SOME = st.integers(0, 2 ** len(MACHINES) - 1).map(lambda bits: [m for n, m in enumerate(MACHINES) if bits >> n & 1])
MEANS = st.builds(
    Means,
    ways=SOME.map(frozenset),
    first=st.sampled_from(["sms", "call", "letter"]),
    otherwise=st.sampled_from(["call", "letter"]),
    proven=SOME.map(tuple),
    deaf=SOME.map(frozenset),
    texts=st.booleans(),
)
URGENCY = st.sampled_from(["normal", "urgent", "emergency"])


@given(MEANS, URGENCY, st.booleans())
def test_a_person_is_last_and_no_channel_comes_twice(means: Means, urgency: str, guard: bool) -> None:
    steps = rules.chain(means, urgency, guard=guard)
    flat = [each for step in steps for each in step]
    assert flat[-1] == PERSON and flat.count(PERSON) == 1
    assert len(set(flat)) == len(flat)
    assert set(flat[:-1]) <= means.ways
    if urgency == "normal" or guard:
        assert all(len(step) == 1 for step in steps), "two channels never work at once"


@given(st.lists(MEANS, min_size=7, max_size=7), URGENCY, st.booleans())
def test_whatever_changes_on_the_way_a_chain_ends_with_a_person(seen: list[Means], urgency: str, guard: bool) -> None:
    tried: list[str] = []
    for means in seen:
        step = rules.following(rules.chain(means, urgency, guard=guard), tried)
        assert step and not set(step) & set(tried)
        tried += step
        if PERSON in tried:
            return
    raise AssertionError("the chain went on")


@given(URGENCY, st.sampled_from(["sms", "call", "letter"]))
def test_somebody_without_machines_is_told_by_a_person_at_once(urgency: str, first: str) -> None:
    assert rules.chain(Means(first=first), urgency) == ((PERSON,),)


@pytest.mark.parametrize(
    ("means", "order"),
    [
        (Means(ways=ALL), "push miniprogram sms voice email person"),
        (Means(ways=ALL, otherwise="letter"), "push miniprogram sms email letter person"),
        (Means(ways=ALL, first="letter"), "letter person"),
        (Means(ways=ALL, first="call"), "person"),
        (Means(ways=ALL, proven=("miniprogram", "sms")), "miniprogram push sms voice email person"),
        (Means(ways=ALL, deaf=frozenset({"push", "sms"})), "miniprogram voice email push sms person"),
        (Means(ways=ALL, texts=False), "push miniprogram voice email person"),
        (Means(ways=ALL, person=False), "push miniprogram sms voice email"),
    ],
)  # fmt: skip
def test_the_order_follows_wishes_and_what_arrived_before(means: Means, order: str) -> None:
    assert " ".join(each for step in rules.chain(means) for each in step) == order


def test_what_is_urgent_goes_by_all_quick_channels_at_once() -> None:
    stopped = Means(ways=ALL, texts=False)
    assert rules.chain(stopped, "urgent") == (("push", "miniprogram", "sms"), ("voice",), (PERSON,))
    assert rules.chain(stopped, "emergency") == (("push", "miniprogram", "sms", "voice"), (PERSON,))
    assert rules.chain(stopped, guard=True) == (("sms",), (PERSON,))


def test_three_failures_make_a_channel_deaf_until_something_arrives() -> None:
    lost = [Attempt(channel="push", arrived=False, at=NOON)] * 3
    came = Attempt(channel="push", arrived=True, at=NOON - timedelta(days=1))
    assert rules.facts(lost, NOON) == ((), frozenset({"push"}))
    assert rules.facts([came, *lost], NOON) == (("push",), frozenset())
    assert rules.facts([came], NOON + timedelta(days=31)) == ((), frozenset())


@given(st.sampled_from(MACHINES), URGENCY, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_a_term_leaves_time_for_the_rest_of_the_chain(channel: str, urgency: str, left: timedelta) -> None:
    found = rules.term(channel, urgency, left)
    assert found <= rules.term(channel, urgency)
    assert found <= max(timedelta(minutes=1), left / 4)


@pytest.fixture
def noon(frozen: Callable[[datetime], None]) -> None:
    frozen(NOON)


async def pass_time(frozen: Callable[[datetime], None], until: datetime, *, sms: Gateway) -> None:
    frozen(until)
    await service.advance()
    await service.deliver(sms.transport)


async def test_what_lost_its_way_is_found_behind_all_that_is_carried(
    noon: None, gateways: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.notifications.service.deliveries.PIECE", 2)
    gateways("sms")
    messages = [await told(await resident()) for _ in range(5)]
    await db.execute("DELETE FROM notifications_delivery WHERE message = $1", messages[-1])
    assert await service.advance() == 1
    assert await deliveries(messages[-1]) == [("sms", "queued")]


async def test_silence_leads_from_text_to_voice_to_a_person(
    noon: None, frozen: Callable[[datetime], None], gateways: Set
) -> None:
    gateways("sms", "voice", secret="shared")
    li, chen, sms = await resident(), await operator(), Gateway()
    message = await told(li)
    await service.deliver(sms.transport)
    assert await deliveries(message) == [("sms", "sent")]
    await pass_time(frozen, NOON + timedelta(hours=11), sms=sms)
    assert len(sms.taken) == 1, "the term is twelve hours"
    await pass_time(frozen, NOON + timedelta(hours=12), sms=sms)
    assert await deliveries(message) == [("sms", "failed"), ("voice", "queued")], "not in quiet hours"
    await pass_time(frozen, NOON + timedelta(hours=21), sms=sms)
    assert [each["by"] for each in sms.taken] == ["sms", "call"]
    await pass_time(frozen, NOON + timedelta(hours=23), sms=sms)
    assert (await deliveries(message))[1:] == [("voice", "failed"), ("call", "queued")]
    assert [each.person for each in await service.waiting(actor_for(chen))] == [li.id]


async def test_without_receipts_what_was_taken_is_not_repeated(
    noon: None, frozen: Callable[[datetime], None], with_gateway: None
) -> None:
    message, sms = await told(await resident()), Gateway()
    await service.deliver(sms.transport)
    await pass_time(frozen, NOON + timedelta(days=9), sms=sms)
    assert await deliveries(message) == [("sms", "sent")] and len(sms.taken) == 1


async def test_what_can_never_arrive_goes_on_at_once(noon: None, gateways: Set) -> None:
    gateways("sms", "voice")
    message, sms = await told(await resident()), Gateway(422)
    await service.deliver(sms.transport, service.REST)
    assert await deliveries(message) == [("sms", "failed"), ("voice", "queued")]
    assert (await row(message))["state"] == "queued"


async def test_reading_it_ends_the_chain(noon: None, frozen: Callable[[datetime], None], gateways: Set) -> None:
    gateways("sms", "voice", secret="shared")
    li, sms = await resident(), Gateway()
    sent, waits = await told(li), await told(li)
    await service.deliver(sms.transport)
    await service.read_message(actor_for(li), sent)
    assert await deliveries(sent) == [("sms", "read")]
    await pass_time(frozen, NOON + timedelta(days=1), sms=sms)
    assert await deliveries(sent) == [("sms", "read")]
    assert (await deliveries(waits))[1:] == [("voice", "sent")]


async def test_a_letter_is_printed_only_for_whoever_wants_one(noon: None, gateways: Set) -> None:
    gateways("sms", "letter")
    li, sms = await resident(), Gateway(422)
    await service.change_preferences(actor_for(li), LETTER)
    letter = await told(li)
    await service.change_preferences(actor_for(li), DOOR)
    door = await told(li)
    await service.deliver(sms.transport, service.PAPER, service.REST)
    assert [each for each, _ in await deliveries(letter)] == ["letter", "visit"]
    assert [each for each, _ in await deliveries(door)] == ["sms"]
    (paper,) = [each for each in sms.taken if each["by"] == "sms"]
    assert paper["to"]


async def test_urgent_ones_leave_first_and_at_night_and_guards_only_by_text(
    noon: None, frozen: Callable[[datetime], None], gateways: Set
) -> None:
    gateways("sms", "voice", "email")
    frozen(EVENING)
    li = await resident()
    plain, urgent, guard = await told(li), await told(li, URGENT), await told(li, GUARD)
    alarm = await told(li, Template(id="alarm", text="{what} 洪水", emergency=True))
    sms = Gateway()
    await service.deliver(sms.transport)
    first = {by: next(each for each in sms.taken if each["by"] == by)["text"] for by in ("sms", "call")}
    assert all("洪水" in each for each in first.values())
    assert [channel for channel, _ in await deliveries(alarm)] == ["sms", "voice"]
    assert [channel for channel, _ in await deliveries(guard)] == ["sms"]
    assert await deliveries(plain) == [("sms", "queued")] and await deliveries(urgent) == [("sms", "sent")]


async def test_what_no_longer_matters_is_not_sent_and_nobody_rings(
    noon: None, frozen: Callable[[datetime], None], with_gateway: None
) -> None:
    chen = await operator()
    text = await told(await resident(), PLAIN, expires=NOON + timedelta(hours=1))
    call = await told(await resident(notice_by="call"), PLAIN, expires=NOON + timedelta(hours=1))
    frozen(NOON + timedelta(hours=1))
    sms = Gateway()
    assert (await service.deliver(sms.transport), await service.waiting(actor_for(chen))) == (0, [])
    await service.advance()
    assert [(await row(each))["state"] for each in (text, call)] == ["unsent", "unreached"]
    assert await deliveries(text) == [("sms", "dropped")] and await deliveries(call) == [("call", "dropped")]


async def test_a_message_from_before_there_were_deliveries_keeps_its_key(noon: None, with_gateway: None) -> None:
    message, sms = await told(await resident()), Gateway()
    await db.execute("DELETE FROM notifications_delivery WHERE message = $1", message)
    await service.advance()
    await service.deliver(sms.transport)
    assert sms.keys == [str(message)]


async def test_the_migration_moves_what_is_under_way(noon: None, with_gateway: None) -> None:
    kinds = {"queued": PLAIN, "sent": PLAIN, "failed": PLAIN, "calling": PLAIN}
    messages = {state: await told(await resident(), template) for state, template in kinds.items()}
    await db.execute("DELETE FROM notifications_delivery")
    for state, message in messages.items():
        await db.execute("UPDATE notifications_message SET state = $2, tries = 3 WHERE id = $1", message, state)
    for statement in migration.UP:
        if statement.startswith("INSERT INTO notifications_delivery"):
            await db.execute(statement.replace("now()", f"timestamptz '{NOON.isoformat()}'"))
    assert {state: await deliveries(message) for state, message in messages.items()} == {
        "queued": [("sms", "queued")], "sent": [("sms", "sent")], "failed": [("sms", "failed")],
        "calling": [("call", "queued")],
    }  # fmt: skip
    sms = Gateway()
    await service.deliver(sms.transport)
    assert sms.keys == [str(messages["queued"])]


async def test_a_channel_that_breaks_holds_back_nobody(noon: None, with_gateway: None) -> None:
    class Broken(Gateway):
        def _answer(self, request):  # type: ignore[no-untyped-def]
            if not self.keys:
                self.keys.append("")
                raise ValueError
            return super()._answer(request)

    first, second = await told(await resident()), await told(await resident())
    assert await service.deliver(Broken().transport) == 1
    states = [(await deliveries(each))[0][1] for each in (first, second)]
    assert sorted(states) == ["queued", "sent"]
    assert clock.now() == NOON
