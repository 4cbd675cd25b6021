"""Minors' mode: entered by a parent or by age, left with the parent's digits, minutes of today counted, none kept."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from backend.core import clock, db
from backend.core.problems import Conflict
from backend.core.viewer import Viewer
from backend.identity import rules, service
from backend.identity.schemas import MinorsEntry, MinorsExit, PersonChange, PersonSummary
from backend.identity.service.minding import NoPin, PinLocked, Resting, WrongPin, admit
from tests.identity.factories import actor_for, clerk, fresh, resident, token_for

Freeze = Callable[[datetime], None]
NOON = datetime(2026, 11, 25, 12, tzinfo=clock.SHANGHAI)
TWELVE, SIXTEEN = date(2012, 5, 1), date(2010, 5, 1)
RIGHT, WRONG = MinorsExit(pin="271828"), MinorsExit(pin="000000")


@pytest.fixture(autouse=True)
def noon(frozen: Freeze) -> None:
    frozen(NOON)


async def teenager(birth: date = SIXTEEN) -> PersonSummary:
    return await resident(name="小明", birth=birth)


async def lent() -> PersonSummary:
    """The telephone of a parent, handed to a child."""
    mother = await resident(name="王敏", birth=date(1985, 9, 21))
    await service.enter_minors_mode(actor_for(mother), MinorsEntry(pin="271828", band="8-11"))
    return mother


async def mode_of(person: PersonSummary) -> str:
    return (await service.people([person.id]))[person.id].mode


@pytest.mark.parametrize(
    ("birth", "band", "limit"),
    [
        (date(2024, 11, 25), "0-2", 60), (date(2023, 11, 25), "3-7", 60), (date(2018, 11, 25), "8-11", 60),
        (date(2014, 11, 25), "12-15", 60), (date(2010, 11, 25), "16-17", 120), (date(2008, 11, 25), "", 60),
    ],
)  # fmt: skip
def test_bands_begin_on_the_birthday_and_say_the_minutes_of_a_day(birth: date, band: str, limit: int) -> None:
    assert rules.band(birth, date(2026, 11, 25)) == band
    assert rules.daily_limit(band) == limit


@pytest.mark.parametrize(
    ("hour", "minute", "night"),
    [(21, 59, False), (22, 0, True), (0, 0, True), (5, 59, True), (6, 0, False), (12, 0, False)],
)
def test_the_night_is_from_ten_to_six(hour: int, minute: int, night: bool) -> None:
    moment = NOON.replace(hour=hour, minute=minute)
    assert rules.night(moment) is night
    assert rules.resting("16-17", 0, moment) == ("night" if night else "")


def test_the_reminder_comes_after_each_half_hour_and_goes_again() -> None:
    shown = [used for used in range(100) if rules.time_for_a_pause(used)]
    assert shown == [*range(30, 35), *range(60, 65), *range(90, 95)]


def test_optional_areas_close_after_the_minutes_of_the_band() -> None:
    assert [rules.resting(band, used, NOON) for band, used in (("8-11", 59), ("8-11", 60), ("16-17", 119))] == [
        "", "limit", "",
    ]  # fmt: skip
    assert rules.resting("16-17", 120, NOON) == "limit"


async def test_an_account_under_18_begins_in_minors_mode_and_grows_out_of_it(frozen: Freeze) -> None:
    ming = await teenager()
    await token_for(ming)
    assert await mode_of(ming) == "minors"
    frozen(datetime(2028, 5, 1, 8, tzinfo=clock.SHANGHAI))
    await token_for(ming)
    assert await mode_of(ming) == "standard"


async def test_a_parent_switches_it_on_and_only_the_digits_lead_out() -> None:
    mother = await lent()
    assert await mode_of(mother) == "minors"
    await service.change_person(actor_for(mother), PersonChange(mode="standard"))
    await service.remember(actor_for(mother), Viewer(mode="elder"))
    assert await mode_of(mother) == "minors"
    with pytest.raises(WrongPin):
        await service.leave_minors_mode(actor_for(mother), WRONG)
    await service.leave_minors_mode(actor_for(mother), RIGHT)
    assert await mode_of(mother) == "standard"
    await token_for(mother)
    assert await mode_of(mother) == "standard"


async def test_five_wrong_digits_lock_and_a_counter_sets_them_anew() -> None:
    mother, zhao = await lent(), await clerk()
    for _ in range(rules.PIN_TRIES):
        with pytest.raises(WrongPin):
            await service.leave_minors_mode(actor_for(mother), WRONG)
    with pytest.raises(PinLocked):
        await service.leave_minors_mode(actor_for(mother), RIGHT)
    assert (await service.minors_mode(actor_for(mother))).locked
    await service.reset_minors_pin(fresh(zhao, helping=mother), MinorsExit(pin="314159"))
    with pytest.raises(WrongPin):
        await service.leave_minors_mode(actor_for(mother), RIGHT)
    await service.leave_minors_mode(actor_for(mother), MinorsExit(pin="314159"))
    assert await mode_of(mother) == "standard"


async def test_twenty_guesses_at_once_count_as_five(own_database: str) -> None:
    mother = await lent()

    async def guess(number: int) -> str:
        try:
            await service.leave_minors_mode(actor_for(mother), MinorsExit(pin=f"{number:06d}"))
        except (WrongPin, PinLocked) as problem:
            return type(problem).__name__
        return "in"

    answers = await asyncio.gather(*(guess(number) for number in range(20)))
    assert sorted(answers) == ["PinLocked"] * 15 + ["WrongPin"] * 5


async def test_a_minor_cannot_choose_the_digits_and_leaves_with_those_of_the_counter() -> None:
    ming, zhao = await teenager(), await clerk()
    await token_for(ming)
    with pytest.raises(NoPin):
        await service.leave_minors_mode(actor_for(ming), RIGHT)
    with pytest.raises(Conflict):
        await service.enter_minors_mode(actor_for(ming), MinorsEntry(pin="000000"))
    await service.reset_minors_pin(fresh(zhao, helping=ming), RIGHT)
    await service.leave_minors_mode(actor_for(ming), RIGHT)
    await token_for(ming)
    assert await mode_of(ming) == "standard", "a parent's word holds at the next sign-in"
    await service.enter_minors_mode(actor_for(ming), MinorsEntry(pin="000000"))
    with pytest.raises(WrongPin):
        await service.leave_minors_mode(actor_for(ming), WRONG)


async def test_the_digits_are_not_in_the_database() -> None:
    await lent()
    assert (await db.fetchval("SELECT pin FROM identity_minding")).startswith("$argon2id$")


async def test_minutes_are_counted_for_today_only(frozen: Freeze) -> None:
    mother = await lent()
    token = await token_for(mother)
    for minute in range(1, 32):
        frozen(NOON + timedelta(minutes=minute))
        session = await service.resolve_session(token)
        assert session is not None and session.minding is not None
        assert session.minding.used == minute
        assert session.minding.pause is (minute >= 30)
    frozen(NOON + timedelta(minutes=31, seconds=20))
    again = await service.resolve_session(token)
    assert again is not None and again.minding is not None and again.minding.used == 31, "once a minute"
    frozen(NOON + timedelta(minutes=58))
    after = await service.resolve_session(token)
    assert after is not None and after.minding is not None
    assert after.minding.used == 36, "a long look at one page is five minutes"
    frozen(NOON.replace(hour=8) + timedelta(days=1))
    token = await token_for(mother)
    tomorrow = await service.resolve_session(token)
    assert tomorrow is not None and tomorrow.minding is not None and tomorrow.minding.used == 0


async def test_optional_areas_close_and_services_do_not(frozen: Freeze) -> None:
    mother = await lent()
    me = actor_for(mother)
    await service.require_leisure(me)
    await db.execute("UPDATE identity_minding SET day = $1, minutes = 60", NOON.date())
    with pytest.raises(Resting, match="rest-now"):
        await service.require_leisure(me)
    await db.execute("UPDATE identity_minding SET minutes = 0")
    frozen(NOON.replace(hour=22))
    with pytest.raises(Resting, match="rest-now"):
        await service.require_leisure(me)
    assert (await service.person(me, mother.id)).name == "王敏"
    await service.require_leisure(actor_for(await resident()))


async def test_whoever_is_grown_up_or_unknown_is_let_in_as_before() -> None:
    for birth in (date(1948, 3, 5), None):
        li = await resident(birth=birth)
        await admit(li.id)
        assert await mode_of(li) == "standard"
