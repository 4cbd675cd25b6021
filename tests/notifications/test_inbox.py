"""消息: everything is there, urgent ones first, and only for whom it is meant."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import pytest

from backend.core import db, ids, policy
from backend.core.actor import Actor
from backend.core.policy import NotDelegated
from backend.core.problems import Forbidden
from backend.notifications import service
from backend.notifications.service.inbox import NoSuchMessage
from tests.identity.factories import actor_for, operator, resident
from tests.notifications.factories import NOON, PLAIN, URGENT, fresh, row, told

VIEWS = "SELECT count(*) FROM core_view WHERE person = $1 AND what = 'messages'"


@pytest.fixture(autouse=True)
def noon(frozen: Callable[[datetime], None]) -> None:
    frozen(NOON)


async def holds(actor: Actor, scope: str) -> bool:
    """Every mandate of these tests is in force."""
    return True


async def delegate(principal: Actor, *scopes: str, items: tuple[str, ...] = ()) -> Actor:
    """A neighbour with a mandate."""
    other = await resident(name="王敏")
    return msgspec.structs.replace(
        principal, acting=other.id, basis="delegation", mandate=ids.new(), scopes=frozenset(scopes),
        items=frozenset(items),
    )  # fmt: skip


async def test_a_message_says_what_to_do_next_and_is_new_until_it_is_read() -> None:
    li = await resident(lang="en")
    message = await told(li)
    found = await service.messages(actor_for(li))
    (line,) = found.items
    assert (line.id, line.body, line.title) == (message, "身份证 请带上", "Your appointment was cancelled")
    assert line.next_href == f"/appointments/{(await row(message))['about']}"
    assert (found.unread, line.read) == (1, None)
    for _ in range(2):
        await service.read_message(actor_for(li), message)
    assert await service.count_unread(actor_for(li)) == 0
    assert (await service.message(actor_for(li), message)).read == NOON
    assert await db.fetchval("SELECT count(*) FROM core_announcement WHERE name = 'MessageRead'") == 1


async def test_urgent_ones_are_pinned_until_read_or_over() -> None:
    li = await resident()
    urgent = await told(li, URGENT)
    over = await told(li, URGENT, expires=NOON)
    plain = await told(li)
    found = await service.messages(actor_for(li))
    assert [each.id for each in found.pinned] == [urgent]
    assert [each.id for each in found.items] == [plain, over]
    assert (found.unread, found.items[1].over) == (2, True)
    await service.read_message(actor_for(li), urgent)
    found = await service.messages(actor_for(li))
    assert found.pinned == [] and [each.id for each in found.items] == [plain, over, urgent]


async def test_a_long_list_comes_in_pieces_and_loses_nothing() -> None:
    li = await resident()
    sent = [await told(li) for _ in range(5)][::-1]
    seen, after = [], None
    for _ in range(3):
        found = await service.messages(actor_for(li), after=after, limit=2)
        seen += [each.id for each in found.items]
        after = found.next
    assert seen == sent and after is None


async def test_nobody_sees_the_messages_of_others() -> None:
    li, other = await resident(), await resident(name="王敏")
    message = await told(li)
    assert (await service.messages(actor_for(other))).items == []
    for verb in (service.message, service.read_message):
        with pytest.raises(NoSuchMessage):
            await verb(actor_for(other), message)


async def test_a_desk_sees_them_while_it_helps_on_record_and_reads_none_away() -> None:
    li, chen = await resident(), await operator()
    message = await told(li)
    helping = actor_for(chen, helping=li)
    assert [each.id for each in (await service.messages(helping)).items] == [message]
    await service.message(helping, message)
    assert await db.fetchval(VIEWS, li.id) == 2
    with pytest.raises(Forbidden):
        await service.read_message(helping, message)
    assert (await row(message))["read_at"] is None


async def test_a_delegate_sees_what_the_mandate_names_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "_watches", [holds])  # that a mandate still holds is delegation's own test
    li = await resident()
    about_this = await told(li, item="LAW005")
    about_that = await told(li, item="LAW006")
    account = await told(li, URGENT)
    one = await delegate(actor_for(li), "appointments", items=("LAW005",))
    every = await delegate(actor_for(li), "appointments")
    none = await delegate(actor_for(li), "cases")
    assert [each.id for each in (await service.messages(one)).items] == [about_this]
    assert [each.id for each in (await service.messages(every)).items] == [about_that, about_this]
    assert (await service.messages(none)).items == [] and await service.count_unread(none) == 0
    for hidden in (about_that, account):
        with pytest.raises(NoSuchMessage):
            await service.message(one, hidden)
    with pytest.raises(NotDelegated):
        await service.read_message(every, about_this)
    assert await db.fetchval(VIEWS, li.id) == 3


async def test_what_was_read_here_is_not_sent_any_more(with_gateway: None) -> None:
    li, lin = await resident(), await resident(notice_by="call")
    text, call = await told(li), await told(lin)
    assert [(await row(each))["state"] for each in (text, call)] == ["queued", "calling"]
    await service.read_all(actor_for(li))
    await service.read_all(actor_for(lin))
    assert [(await row(each))["state"] for each in (text, call)] == ["read", "read"]


async def test_times_are_those_of_the_one_clock(frozen: Callable[[datetime], None]) -> None:
    li = await resident()
    message = await told(li, PLAIN, expires=NOON + timedelta(hours=1))
    assert not (await service.message(actor_for(li), message)).over
    frozen(NOON + timedelta(hours=1))
    assert (await service.message(actor_for(li), message)).over
    assert fresh(li).proved_at == NOON


async def test_a_message_that_no_key_opens_hides_no_other() -> None:
    li = await resident()
    broken, sound = await told(li), await told(li)
    await db.execute("UPDATE notifications_message SET body = $2 WHERE id = $1", broken, b"\x00" * 40)
    found = await service.messages(actor_for(li))
    assert [(each.id, bool(each.body)) for each in found.items] == [(sound, True), (broken, False)]
    assert [bool(each.body) for each in await service.messages_of(li.id)] == [True, False]
