"""邻里卡: given at a counter, used with a PIN, locked by guessing, ended when lost."""

import asyncio
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import db, ids
from backend.core.actor import ANONYMOUS, Actor
from backend.core.policy import FreshSignInNeeded
from backend.core.problems import Forbidden, Invalid, NotFound, TooMany
from backend.identity import rules, service
from backend.identity.schemas import (
    AssistanceRequest,
    CardRequest,
    CardSignIn,
    CardUnlocking,
    CardVoiding,
    NewCard,
    PersonSearch,
    PersonSummary,
    StaffPost,
)
from backend.identity.service.assurance import NotInPerson
from backend.identity.service.card_sign_in import CardRefused
from backend.identity.service.cards import AlreadyPrinted
from backend.notifications import service as notifications
from tests.identity.factories import actor_for, clerk, fresh, operator, resident, token_for

PIN = "802461"
DOCUMENT = "230103194803050020"[:17] + rules.check_digit("230103194803050020")


async def at_the_counter(who: StaffPost, person: PersonSummary, *verified: str) -> Actor:
    wanted = AssistanceRequest(person=person.id, verified=list(verified) or ["id-card"], channel="counter")
    await service.begin_assistance(actor_for(who), await token_for(who), wanted)
    return fresh(who, helping=person)


async def card_for(person: PersonSummary, pin: str = PIN) -> NewCard:
    actor = await at_the_counter(await clerk(), person)
    return await service.issue_card(actor, CardRequest(card=ids.new(), pin=pin, document=DOCUMENT))


async def enter(card: str, pin: str = PIN, *, at: UUID | None = None) -> str:
    wanted = CardSignIn(card=card, pin=pin)
    opened = await service.sign_in_with_card(ANONYMOUS, wanted, address="203.0.113.9", user_agent="", at=at)
    return opened.token


async def test_somebody_without_a_phone_gets_a_card_and_signs_in_with_its_number() -> None:
    han = await resident(name="韩大爷", phone="")
    card = await card_for(han)
    session = await service.resolve_session(await enter(card.number))
    assert session is not None and session.actor.acting == han.id
    assert (session.actor.roles, session.actor.assurance) == (frozenset({"resident"}), "counter")
    assert await db.fetchval("SELECT proof FROM identity_session WHERE subject = $1", han.id) == "card"


async def test_what_the_code_on_the_card_says_opens_it_too() -> None:
    card = await card_for(await resident(phone=""))
    assert await service.resolve_session(await enter(card.token)) is not None
    assert len(card.token) >= 4 + 128 // 6


async def test_a_pin_that_nobody_chose_is_printed_once_and_one_that_was_chosen_never() -> None:
    assert (await card_for(await resident(phone=""))).pin == ""
    actor = await at_the_counter(await clerk(), await resident(phone="", birth=date(1950, 1, 1)))
    number = "23010319500101001"
    made = await service.issue_card(actor, CardRequest(card=ids.new(), document=number + rules.check_digit(number)))
    assert rules.PIN.match(made.pin)
    assert await service.resolve_session(await enter(made.number, made.pin)) is not None


async def test_nothing_on_the_card_stands_in_the_database() -> None:
    card = await card_for(await resident(phone=""))
    row = str(dict(await db.fetchrow("SELECT * FROM identity_card") or {}))
    for secret in (card.number.replace(" ", ""), card.token, PIN):
        assert secret not in row


async def test_the_card_lifts_the_level_and_keeps_the_number_that_the_clerk_saw() -> None:
    han = await resident(phone="", birth=None)
    await card_for(han)
    after = (await service.people([han.id]))[han.id]
    assert (after.assurance, after.age is not None) == ("counter", True)
    assert await db.fetchval("SELECT document_kind FROM identity_person WHERE id = $1", han.id) == "citizen"


async def test_without_a_document_on_record_its_number_is_asked_for() -> None:
    actor = await at_the_counter(await clerk(), await resident(phone=""))
    with pytest.raises(Invalid) as asked:
        await service.issue_card(actor, CardRequest(card=ids.new(), pin=PIN))
    assert list(asked.value.fields) == ["document"]
    assert await service.my_card(actor) is None


@pytest.mark.parametrize("seen", ["household-book", "face-matches"])
async def test_without_the_identity_card_no_card_is_made(seen: str) -> None:
    actor = await at_the_counter(await clerk(), await resident(phone=""), seen)
    with pytest.raises(NotInPerson):
        await service.issue_card(actor, CardRequest(card=ids.new(), pin=PIN, document=DOCUMENT))


async def test_nobody_but_a_clerk_makes_cards() -> None:
    li = await resident()
    for actor in (actor_for(li), actor_for(await operator(), helping=li)):
        with pytest.raises(Forbidden):
            await service.issue_card(actor, CardRequest(card=ids.new(), pin=PIN, document=DOCUMENT))


async def test_a_card_is_made_and_unlocked_only_by_a_clerk_who_has_just_proved_to_be_themselves() -> None:
    zhao, han = await clerk(), await resident(phone="")
    await at_the_counter(zhao, han)
    long_ago = actor_for(zhao, helping=han)
    with pytest.raises(FreshSignInNeeded):
        await service.issue_card(long_ago, CardRequest(card=ids.new(), pin=PIN, document=DOCUMENT))
    with pytest.raises(FreshSignInNeeded):
        await service.unlock_card(long_ago, CardUnlocking())


async def test_the_same_form_sent_twice_makes_one_card() -> None:
    actor = await at_the_counter(await clerk(), await resident(phone=""))
    wanted = CardRequest(card=ids.new(), pin=PIN, document=DOCUMENT)
    await service.issue_card(actor, wanted)
    with pytest.raises(AlreadyPrinted):
        await service.issue_card(actor, wanted)
    assert await db.fetchval("SELECT count(*) FROM identity_card") == 1


async def test_a_new_card_ends_the_old_one_and_its_sessions() -> None:
    han = await resident(phone="")
    old = await card_for(han)
    token = await enter(old.number)
    new = await card_for(han)
    assert new.replaced
    assert await service.resolve_session(token) is None
    with pytest.raises(CardRefused):
        await enter(old.number)
    assert await service.resolve_session(await enter(new.number)) is not None


async def test_a_lost_card_is_worth_nothing_from_that_moment() -> None:
    han = await resident(phone="")
    card = await card_for(han)
    token = await enter(card.number)
    await service.void_card(actor_for(await operator(), helping=han), CardVoiding())
    assert await service.resolve_session(token) is None
    with pytest.raises(CardRefused):
        await enter(card.token)
    with pytest.raises(NotFound):
        await service.void_card(actor_for(han), CardVoiding())


async def test_five_wrong_pins_lock_the_card_and_only_a_counter_unlocks_it() -> None:
    han = await resident(phone="13811112222")
    card = await card_for(han)
    for _ in range(5):
        with pytest.raises(CardRefused):
            await enter(card.number, "975310")
    with pytest.raises(CardRefused):
        await enter(card.number)
    assert "锁" in (await notifications.latest(1))[0].body
    desk = await at_the_counter(await clerk(), han)
    assert (await service.my_card(desk) or pytest.fail()).state == "locked"
    await service.unlock_card(desk, CardUnlocking(pin="417038"))
    assert await service.resolve_session(await enter(card.number, "417038")) is not None


async def test_the_right_pin_forgets_the_wrong_ones() -> None:
    card = await card_for(await resident(phone=""))
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(CardRefused):
                await enter(card.number, "975310")
        await enter(card.number)


async def test_unknown_locked_ended_and_wrong_all_read_the_same() -> None:
    said = set()
    known = await card_for(await resident(phone=""))
    han = await resident(phone="", birth=None)
    desk = await at_the_counter(await clerk(), han)
    number = "23010319600101001"
    lost = await service.issue_card(
        desk, CardRequest(card=ids.new(), pin=PIN, document=number + rules.check_digit(number))
    )
    await service.void_card(actor_for(han), CardVoiding())
    for card, pin in (
        (known.number, "975310"),
        (rules.card_number(), PIN),
        (lost.number, PIN),
        (f"LLK.{'a' * 32}", PIN),
    ):
        with pytest.raises(CardRefused) as refused:
            await enter(card, pin)
        said.add((refused.value.code, str(refused.value.fields)))
    assert len(said) == 1


async def test_a_mistyped_number_is_told_before_it_costs_a_try() -> None:
    card = await card_for(await resident(phone=""))
    wrong = card.number[:-1] + str((int(card.number[-1]) + 1) % 10)
    with pytest.raises(Invalid) as told:
        await enter(wrong)
    assert list(told.value.fields) == ["card"]
    assert await db.fetchval("SELECT tries FROM identity_card") == 0


async def test_one_address_cannot_try_many_cards() -> None:
    with pytest.raises(TooMany):
        for _ in range(rules.CARD_TRIES_PER_ADDRESS[0] + 1):
            with pytest.raises(CardRefused):
                await enter(rules.card_number())


async def test_fifty_guesses_at_once_count_as_at_most_five(own_database: str) -> None:
    card = await card_for(await resident(phone=""))

    async def guess(number: int) -> bool:
        wanted = CardSignIn(card=card.number, pin=f"{number:06d}")
        try:
            await service.sign_in_with_card(ANONYMOUS, wanted, address=f"203.0.113.{number}", user_agent="")
        except CardRefused:
            return False
        return True

    assert not any(await asyncio.gather(*(guess(number) for number in range(50))))
    row = await db.fetchrow("SELECT tries, state FROM identity_card")
    assert row is not None and (row["tries"], row["state"]) == (5, "locked")


async def test_a_clerk_finds_the_person_by_the_card_that_is_shown() -> None:
    han = await resident(phone="")
    card = await card_for(han)
    desk = actor_for(await clerk())
    for shown in (card.number, card.number.replace(" ", ""), card.token):
        assert [each.id for each in await service.find_people(desk, PersonSearch(card=shown))] == [han.id]
    assert await service.find_people(desk, PersonSearch(card=rules.card_number())) == []
    with pytest.raises(Invalid):
        await service.find_people(desk, PersonSearch(card="123"))


@pytest.mark.parametrize("pin", ["000000", "123456", "987654", "121212", "123123", "480305", "050348", "901234"])
def test_pins_that_are_tried_first_are_refused(pin: str) -> None:
    assert rules.easy_pin(pin, date(1948, 3, 5))


async def test_an_easy_pin_is_refused_with_a_reason() -> None:
    actor = await at_the_counter(await clerk(), await resident(phone=""))
    with pytest.raises(Invalid) as refused:
        await service.issue_card(actor, CardRequest(card=ids.new(), pin="480305", document=DOCUMENT))
    assert list(refused.value.fields) == ["pin"]


@given(st.integers(10**10, 10**11 - 1), st.integers(0, 11), st.integers(0, 9))
def test_every_single_wrong_digit_of_a_card_number_is_noticed(body: int, place: int, digit: int) -> None:
    number = rules.card_number(str(body))
    assert rules.tidy_card_number(rules.grouped(number)) == number
    if number[place] != str(digit):
        assert rules.tidy_card_number(number[:place] + str(digit) + number[place + 1 :]) is None


async def test_a_card_used_on_a_new_device_is_told_to_its_owner_and_at_a_kiosk_it_is_not() -> None:
    li = await resident()
    card = await card_for(li)

    async def on(device: str = "", at: UUID | None = None) -> str:
        wanted = CardSignIn(card=card.number, pin=PIN, device=device)
        return (await service.sign_in_with_card(ANONYMOUS, wanted, address="203.0.113.9", user_agent="", at=at)).device

    async def told() -> int:
        return len([each for each in await notifications.latest(10) if each.template.startswith("new-device")])

    own = await on()
    assert own and await told() == 0, "the first device of an account is no news"
    assert await on(own) == own and await told() == 0
    assert await on(at=ids.new()) == "" and await told() == 0
    await on()
    assert await told() == 1
