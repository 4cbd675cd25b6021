"""Three people with the same hour at a hall, told from the booking to the rating: each thing once, each their own way.

Wang Min's browser shows messages, Mr Zhou has a plain telephone, Mr Han has nothing but a neighbour. Told through the
verbs, the signed gateway and a push service with the clock moved, not in a browser: nothing here is a page.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from backend.appointments import service as appointments
from backend.appointments.schemas import Appointment
from backend.core import clock, crypto, db, events, ids, masks, rate
from backend.core.actor import ANONYMOUS, Actor
from backend.identity.schemas import PersonSummary
from backend.notifications import service as notifications
from backend.notifications.adapters import http, secrets, signing
from backend.notifications.schemas import CallAnswer
from backend.notifications.service import sending
from backend.places.schemas import Hall
from backend.queues import service as queues
from backend.queues.schemas import CheckIn, TicketView
from backend.queues.service.presence import digits
from backend.ratings import service as ratings
from backend.ratings.schemas import RatingRequest
from backend.settings import settings
from backend.webpush import service as webpush
from backend.webpush.schemas import Receipt
from backend.webpush.service import pushing
from tests.appointments.factories import open_hall, slots, wish
from tests.identity.factories import actor_for, clerk, operator, resident, staff
from tests.notifications.factories import Gateway
from tests.queues.factories import open_counter, ticket
from tests.ratings.factories import token_in
from tests.webpush.factories import Device, Service

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)
NINE, TEN = clock.at(MONDAY, time(9)), clock.at(FRIDAY, time(10))
SECRET = "shared between us and the gateway"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EACH_THING = [
    "appointment-booked", "appointment-in-two-days", "appointment-in-two-hours", "ticket-soon", "rate-visit",
]  # fmt: skip
Frozen = Callable[[datetime], None]


class SignedGateway(Gateway):
    """Takes only what we signed; a phone reports each text a moment later."""

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if not signing.believable(SECRET, request.headers, request.content):
            return httpx.Response(401)
        return super()._answer(request)

    async def report(self, since: int) -> None:
        for each in self.taken[since:]:
            body = msgspec.json.encode({"event": "delivered", "id": each["id"]})
            headers = signing.signed(SECRET, crypto.token(), body)
            await notifications.callback(ANONYMOUS, "sms", headers, body)

    def to(self, person: PersonSummary) -> list[str]:
        """The texts on one phone."""
        return [each["text"] for each in self.taken if masks.phone(each["to"]) == person.phone_masked]


class Town:
    """The machines between the portal and people, and what the worker does with them."""

    def __init__(self, frozen: Frozen) -> None:
        self.frozen, self.sms, self.push = frozen, SignedGateway(), Service()
        self.browser, self.awake = Device(), True

    async def at(self, now: datetime) -> None:
        """The worker at this moment; phones and the browser answer at once, the browser only while it is awake."""
        self.frozen(now)
        await heard()
        await notifications.run_plans()
        await notifications.advance()
        texts, pushed = len(self.sms.taken), len(self.push.taken)
        while await notifications.deliver(self.sms.transport):
            pass
        await notifications.deliver(None, notifications.OWN)
        await self.sms.report(texts)
        for each in self.push.taken[pushed:] if self.awake else []:
            shown = msgspec.json.decode(self.browser.open(each.content))
            await webpush.push_shown(ANONYMOUS, msgspec.convert(shown["receipt"], Receipt))
        await heard()

    async def live(self, until: datetime) -> None:
        """Time goes by; the worker looks twice a day, and at the end."""
        now = clock.now()
        while now < until:
            now = min(now + 12 * HOUR, until)
            await self.at(now)


async def heard() -> None:
    await db.execute("UPDATE core_announcement SET next_try = at WHERE delivered_at IS NULL")
    while await events.relay():
        pass


@pytest.fixture
def town(frozen: Frozen, monkeypatch: pytest.MonkeyPatch) -> Town:
    frozen(NINE)
    rate.reset()
    made = Town(frozen)
    chosen = msgspec.structs.replace(
        settings(), demo=False, sms_gateway_url="https://sms.example/send", gateway_secrets=SECRET
    )
    for module in (http, secrets, sending):
        monkeypatch.setattr(module, "settings", lambda: chosen)
    monkeypatch.setattr(pushing, "guarded", lambda: made.push.transport)
    return made


async def wang(town: Town) -> PersonSummary:
    """With a browser that shows messages."""
    person = await resident(name="王敏")
    await webpush.subscribe(actor_for(person), town.browser.subscription)
    return person


async def booked(hall: Hall, actor: Actor) -> Appointment:
    slot = next(each for each in await slots(hall, FRIDAY, actor) if each.starts_at == TEN)
    return await appointments.book(actor, wish(hall, slot), key=str(ids.new()))


async def checked_in(actor: Actor, hall: Hall, made: Appointment) -> TicketView:
    """With the digits on the hall's screen."""
    wanted = CheckIn(hall=hall.id, appointment=made.id, presence=digits(hall.id))
    return await queues.check_in(actor, wanted, key=f"check-in-{made.id}")


async def served(liu: Actor, counter: UUID) -> str:
    called = await queues.call_next(liu, counter)
    await queues.start(liu, called.id)
    await queues.finish(liu, called.id)
    return called.number


async def told_in_person(who: Actor, person: PersonSummary) -> None:
    """A neighbour knocks, reads it out, and records that it was told."""
    (line,) = await notifications.waiting(who)
    assert (line.person, line.door, line.messages) == (person.id, True, 1)
    sheet = await notifications.begin_call(who, person.id)
    await notifications.answer_call(who, sheet.id, CallAnswer(answer="reached"))


async def said(template: str) -> list[str]:
    return [each.body for each in await notifications.latest() if each.template == template]


async def book_of(person: PersonSummary) -> list[tuple[str, str, str]]:
    """What was tried to tell this person: the thing, the way, how it ended."""
    sql = """SELECT m.template, d.channel, d.state FROM notifications_delivery d
        JOIN notifications_message m ON m.region = d.region AND m.id = d.message
        WHERE d.person = $1 ORDER BY m.created, d.created, d.id"""
    return [(row["template"], row["channel"], row["state"]) for row in await db.fetch(sql, person.id)]


async def through_the_hall(town: Town, hall: Hall, liu: Any, visits: list[tuple[Actor, Appointment]]) -> None:
    """Three of the street are before them; each call brings one of them to the third place; then their hour comes."""
    await town.live(TEN - 20 * MINUTE)
    for _ in range(3):
        await ticket(hall)
    for minute, (actor, made) in enumerate(visits):
        await town.at(TEN - (15 - minute) * MINUTE)
        await checked_in(actor, hall, made)
    at_desk, counter = await open_counter(hall, who=liu)
    for minute in (10, 9, 8):
        await town.at(TEN - minute * MINUTE)
        assert (await served(at_desk, counter))[0] == "W"
    await town.at(TEN - 7 * MINUTE)
    for minute, (_, made) in enumerate(visits):
        await town.at(TEN + minute * MINUTE)
        called = await served(at_desk, counter)
        assert called == await db.fetchval("SELECT number FROM queues_ticket WHERE appointment_id = $1", made.id)
    await town.at(TEN + 5 * MINUTE)


async def test_three_people_are_told_each_thing_once_and_each_their_own_way(town: Town) -> None:
    hall, liu, chen, grid = await open_hall(), await clerk(), await operator(), actor_for(await staff("grid"))
    min_, zhou, han = await wang(town), await resident(name="周强"), await resident(name="韩德山", phone="")
    doors = [actor_for(min_), actor_for(zhou), actor_for(liu, helping=han)]
    made = [await booked(hall, each) for each in doors]
    await town.at(NINE)
    await told_in_person(grid, han)
    for ahead in (48, 2):
        await town.live(TEN - ahead * HOUR)
        await told_in_person(grid, han)
    await through_the_hall(town, hall, liu, list(zip(doors, made, strict=True)))
    third = await said("ticket-soon")
    assert len(third) == 2 and all("前面还有 2 位" in each for each in third), "Mr Han looks at the screen"
    await town.live(TEN + 30 * HOUR)

    assert await book_of(min_) == [(each, "push", "delivered") for each in EACH_THING]
    assert await book_of(zhou) == [(each, "sms", "delivered") for each in EACH_THING]
    assert await book_of(han) == [(each, "visit", "reached") for each in EACH_THING[:3]]
    assert len(town.push.taken) == len(town.sms.taken) == len(town.sms.to(zhou)) == len(EACH_THING)
    assert await notifications.waiting(grid) == [] == await notifications.waiting(actor_for(chen))

    good, by_phone = RatingRequest(level=5), actor_for(chen, helping=han)
    (hers,), (his,) = await ratings.my_visits(doors[0]), await ratings.my_visits(by_phone)
    await ratings.rate_visit(doors[0], hers.id, good)
    await ratings.rate(ANONYMOUS, token_in(town.sms.to(zhou)[-1]), good, device="192.0.2.7")
    await ratings.rate_visit(by_phone, his.id, good)
    rated = {
        row["person_id"]: row["channel"] for row in await db.fetch("SELECT person_id, channel FROM ratings_rating")
    }
    assert rated == {min_.id: "web", zhou.id: "web", han.id: "phone"}


async def test_a_browser_in_the_bag_is_followed_by_a_text_while_it_still_matters(town: Town) -> None:
    hall, liu, min_ = await open_hall(), await clerk(), await wang(town)
    made = await booked(hall, actor_for(min_))
    await town.at(NINE)
    await town.live(TEN - 2 * HOUR)
    town.awake = False
    await town.live(TEN - 20 * MINUTE)
    for _ in range(3):
        await ticket(hall)
    await checked_in(actor_for(min_), hall, made)
    at_desk, counter = await open_counter(hall, who=liu)
    await town.at(TEN - 15 * MINUTE)
    await served(at_desk, counter)
    await town.at(TEN - 15 * MINUTE)
    assert (await book_of(min_))[-1] == ("ticket-soon", "push", "sent") and not town.sms.taken
    assert town.push.taken[-1].headers["ttl"] == "1200", "nothing pops up when the bag is opened at home"
    await town.at(TEN - 9 * MINUTE)
    assert (await book_of(min_))[3:] == [("ticket-soon", "push", "failed"), ("ticket-soon", "sms", "delivered")]
    assert "前面还有 2 位" in town.sms.to(min_)[0]
    for _ in range(3):
        await served(at_desk, counter)
    await town.at(TEN)
    await town.at(TEN + 3 * HOUR)
    await town.live(TEN + 30 * HOUR)
    assert (await book_of(min_))[5:] == [("rate-visit", "push", "failed"), ("rate-visit", "sms", "delivered")]
    assert len(town.sms.taken) == 2 and await notifications.waiting(actor_for(await operator())) == []


async def test_a_browser_that_never_answers_is_not_asked_first_a_fourth_time(town: Town) -> None:
    hall, liu, min_ = await open_hall(), await clerk(), await wang(town)
    town.awake = False
    made = await booked(hall, actor_for(min_))
    await town.at(NINE)
    for at in (NINE + 3 * HOUR, TEN - 48 * HOUR, TEN - 45 * HOUR, TEN - 2 * HOUR, TEN - HOUR):
        await town.at(at)
    both = [(each, way, end) for each in EACH_THING[:3] for way, end in (("push", "failed"), ("sms", "delivered"))]
    assert await book_of(min_) == both
    await through_the_hall(town, hall, liu, [(actor_for(min_), made)])
    assert (await book_of(min_))[6:] == [(each, "sms", "delivered") for each in EACH_THING[3:]]
    assert len(town.push.taken) == 3 and len(town.sms.taken) == len(EACH_THING)
