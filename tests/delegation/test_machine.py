"""Any order of asking, agreeing, acting, objecting, ending and waiting gives what a small model gives.

No act without a scope that counts at that instant, even with an actor that was read long before; every act is told to
the principal and on record; a cooling-off is never shortened, not by asking again, nor by another channel, nor by a
clock that was set back; whatever was ended stays ended.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core import clock, db, ids, rate
from backend.core.actor import PROVINCE, Actor
from backend.core.events import Event, announce
from backend.core.policy import verb
from backend.core.problems import Problem
from backend.core.words import N_
from backend.delegation import service, telling
from backend.delegation.schemas import AcceptanceRequest
from backend.identity.schemas import PersonSummary
from tests.delegation.factories import PAPERS, PLAIN, acting, assisting, invited, proved, read_paper, told
from tests.identity.factories import actor_for, clerk, operator, resident

PRINCIPALS, DELEGATES = 2, 2
SCOPES = ((PLAIN,), (PAPERS,), (PLAIN, PAPERS))
HOURS = (1, 13, 25, 49, -5)
KINDS = (
    "invite", "invite", "accept", "accept", "accept", "decline", "withdraw", "veto", "revoke", "give_up", "advance",
    "advance", "take_up", "take_up", "act", "act", "act", "act", "take_back", "expire",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), min_size=8, max_size=35
)


class PlainDone(Event, frozen=True, kw_only=True):
    """Something ordinary was done."""


async def facts(rows: list[tuple[str, UUID]]) -> dict[UUID, dict[str, str]]:
    return {}


telling.tells(PlainDone, told=telling.GENERAL, did="", title="did something", facts=facts, returnable=True)


@verb("tests.plain_act", N_("See one appointment"), "resident", scope=PLAIN)
async def plain_act(actor: Actor, subject: UUID) -> None:
    await announce(actor, PlainDone(region=PROVINCE, subject=subject))


@dataclass
class Given:
    """A mandate of the model."""

    id: UUID
    code: str
    principal: int
    scopes: tuple[str, ...]
    starts: datetime
    ends: datetime
    delegate: int | None = None
    over: bool = False
    slow_from: datetime | None = None

    @property
    def invited_until(self) -> datetime:
        return self.starts + timedelta(days=7)

    def open(self, now: datetime) -> bool:
        return self.delegate is None and not self.over and now < min(self.invited_until, self.ends)

    def live(self, now: datetime) -> bool:
        return self.delegate is not None and not self.over and now < self.ends

    def counting(self, now: datetime) -> set[str]:
        if not self.live(now) or now < self.starts:  # the clock may have been set back since
            return set()
        slow = self.slow_from is not None and now < self.slow_from
        return {name for name in self.scopes if not (slow and name == PAPERS)}


@dataclass
class World:
    """People, mandates, the actors that sessions gave at some time, and what was done."""

    principals: list[PersonSummary]
    delegates: list[PersonSummary]
    desks: list[Actor]  # per principal: operator and clerk
    now: datetime
    given: list[Given] = field(default_factory=list)
    sessions: list[tuple[Actor, Given]] = field(default_factory=list)
    done: list[tuple[UUID, UUID, UUID]] = field(default_factory=list)
    returned: set[UUID] = field(default_factory=set)

    def pick(self, n: int) -> Given | None:
        return self.given[n % len(self.given)] if self.given else None

    def speaker(self, principal: int, way: int) -> Actor:
        """The principal's own account, or a desk that helps them: a second channel."""
        own = proved(actor_for(self.principals[principal]))
        return own if way % 3 == 0 else self.desks[2 * principal + way % 2]


class Undo(Exception):
    """Ends an example: nothing of it stays."""


@settings(max_examples=20)
@given(steps=STEPS)
async def test_every_history_agrees_with_the_model(tx: None, steps: list[tuple[str, int, int, int]]) -> None:
    try:
        async with db.transaction():
            world = await begin()
            for kind, one, two, three in steps:
                rate.reset()
                with clock.frozen(world.now):
                    await MOVES[kind](world, one, two, three)
            await everything_was_told_and_recorded(world)
            raise Undo
    except Undo:
        pass


async def begin() -> World:
    principals = [await resident(name=f"委托人{n}") for n in range(PRINCIPALS)]
    delegates = [await resident(name=f"代办人{n}") for n in range(DELEGATES)]
    desks = [await assisting(await post(), person) for person in principals for post in (operator, clerk)]
    return World(principals, delegates, desks, datetime.now(UTC))


async def outcome(work: Any) -> tuple[str, Any]:
    try:
        async with db.transaction():
            return "", await work
    except Problem as no:
        return no.code, None


async def invite(world: World, who: int, what: int, way: int) -> None:
    principal, scopes = who % PRINCIPALS, SCOPES[what % len(SCOPES)]
    waiting = sum(
        each.open(world.now) or _unanswered(each, world.now) for each in world.given if each.principal == principal
    )
    days = 2 if way > 5 else 30
    actor = world.speaker(principal, way)
    said, made = await outcome(invited(world.principals[principal], *scopes, actor=actor, days=days))
    assert said == ("too-many-invitations" if waiting >= 5 else "")
    if made:
        last = clock.at(clock.local(world.now).date() + timedelta(days=days + 1), time.min)
        world.given.append(Given(made.id, made.code, principal, scopes, world.now, last))


def _unanswered(each: Given, now: datetime) -> bool:
    return each.delegate is None and not each.over and now < each.invited_until


async def accept(world: World, pick: int, who: int, way: int) -> None:
    each, delegate = world.pick(pick), who % DELEGATES
    if each is None:
        return
    wanted = AcceptanceRequest(code=each.code)
    said, _ = await outcome(service.accept(actor_for(world.delegates[delegate]), None, wanted))
    assert said == ("" if each.open(world.now) else "no-such-invitation")
    if not said:
        each.delegate = delegate
        if PAPERS in each.scopes:
            running = [
                other.slow_from
                for other in world.given
                if other.slow_from and other is not each and other.slow_from > world.now
                and (other.principal, other.delegate) == (each.principal, delegate)
            ]  # fmt: skip
            each.slow_from = max([world.now + timedelta(hours=24), *running])


async def decline(world: World, pick: int, who: int, way: int) -> None:
    if (each := world.pick(pick)) is None:
        return
    said, _ = await outcome(service.decline(actor_for(world.delegates[who % DELEGATES]), None, each.code))
    assert said == ("" if each.open(world.now) else "no-such-invitation")
    each.over |= not said


async def withdraw(world: World, pick: int, way: int, _: int) -> None:
    if (each := world.pick(pick)) is None:
        return
    said, _done = await outcome(service.withdraw(world.speaker(each.principal, way), each.id))
    assert said == ("" if each.open(world.now) else "mandate-not-so")
    each.over |= not said


async def veto(world: World, pick: int, way: int, _: int) -> None:
    if (each := world.pick(pick)) is None:
        return
    slow = each.slow_from is not None and world.now < each.slow_from
    cooling = each.live(world.now) and (slow or world.now < each.starts)
    before = await db.fetchval("SELECT ended_why FROM delegation_mandate WHERE id = $1", each.id)
    said, _done = await outcome(service.veto(world.speaker(each.principal, way), each.id))
    assert said == ("" if cooling or before == "vetoed" else "mandate-not-so")
    each.over |= not said


async def revoke(world: World, pick: int, way: int, _: int) -> None:
    if (each := world.pick(pick)) is None:
        return
    before = await db.fetchval("SELECT ended_why FROM delegation_mandate WHERE id = $1", each.id)
    said, _done = await outcome(service.revoke(world.speaker(each.principal, way), each.id))
    assert said == ("" if each.live(world.now) or before == "revoked" else "mandate-not-so")
    each.over |= not said


async def give_up(world: World, pick: int, _: int, __: int) -> None:
    if (each := world.pick(pick)) is None or each.delegate is None:
        return
    before = await db.fetchval("SELECT ended_why FROM delegation_mandate WHERE id = $1", each.id)
    said, _done = await outcome(service.give_up(actor_for(world.delegates[each.delegate]), each.id))
    assert said == ("" if each.live(world.now) or before == "given-up" else "mandate-not-so")
    each.over |= not said


async def advance(world: World, hours: int, _: int, __: int) -> None:
    world.now += timedelta(hours=HOURS[hours % len(HOURS)])


async def expire(world: World, _: int, __: int, ___: int) -> None:
    await service.expire_due()
    for each in world.given:
        run_out = each.ends <= world.now or (each.delegate is None and each.invited_until <= world.now)
        each.over |= run_out


async def take_up(world: World, pick: int, _: int, __: int) -> None:
    if (each := world.pick(pick)) is None or each.delegate is None:
        return
    said, actor = await outcome(acting(world.delegates[each.delegate], each.id))
    assert said == ("" if each.counting(world.now) else "mandate-does-not-count")
    if actor:
        assert actor.scopes == each.counting(world.now)
        world.sessions.append((actor, each))


async def act(world: World, pick: int, kind: int, _: int) -> None:
    """With an actor of any age: what was true when the session was read does not matter."""
    if not world.sessions:
        return
    actor, each = world.sessions[pick % len(world.sessions)]
    name, do = (PAPERS, read_paper) if kind % 2 else (PLAIN, plain_act)
    subject = ids.new()
    said, _done = await outcome(do(actor, subject))
    allowed = name in each.counting(world.now) and name in actor.scopes
    assert said == ("" if allowed else "not-delegated"), (name, each, world.now)
    if allowed:
        assert actor.acting and actor.principal
        world.done.append((subject, actor.acting, actor.principal))


async def take_back(world: World, pick: int, _: int, __: int) -> None:
    if not world.done:
        return
    subject, _acting, principal = world.done[pick % len(world.done)]
    row = await db.fetchrow(
        "SELECT id, name FROM core_announcement WHERE subject = $1 AND basis = 'delegation'", subject
    )
    assert row is not None
    me = Actor(acting=principal, principal=principal, roles=frozenset({"resident"}))
    said, _done = await outcome(service.take_back(me, row["id"]))
    assert said == ("" if row["name"] == "PlainDone" else "not-found")
    if not said:
        world.returned.add(subject)


async def everything_was_told_and_recorded(world: World) -> None:
    rows = await db.fetch(
        """SELECT subject, acting, principal FROM core_announcement
        WHERE basis = 'delegation' AND name IN ('PaperRead', 'PlainDone')"""
    )
    assert {tuple(row) for row in rows} == set(world.done)
    for person in world.principals:
        about = await told(person)
        acts = [each for each in about if each.template == "act-by-delegate"]
        assert len(acts) == sum(principal == person.id for _, _, principal in world.done)
    returned = await db.fetch("SELECT subject FROM delegation_takeback")
    assert {row["subject"] for row in returned} == world.returned
    ended = await db.fetchval("SELECT count(*) FROM delegation_mandate WHERE state = 'ended'")
    assert ended == sum(each.over for each in world.given)


MOVES = {
    "invite": invite, "accept": accept, "decline": decline, "withdraw": withdraw, "veto": veto, "revoke": revoke,
    "give_up": give_up, "advance": advance, "expire": expire, "take_up": take_up, "act": act, "take_back": take_back,
}  # fmt: skip
