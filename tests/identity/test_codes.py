"""Sign-in by one-time code: one use, one browser, counted tries, uniform answers."""

import asyncio
import json
import re
from contextlib import suppress
from datetime import timedelta
from statistics import median
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import pytest

from backend.core import clock, db, ids, rate
from backend.core.actor import ANONYMOUS
from backend.core.problems import Invalid, TooMany
from backend.core.viewer import Viewer
from backend.identity import service
from backend.identity.schemas import CodeRequest, CodeSent, SignedIn, SignIn
from backend.identity.service.codes import CodeEnded, ExtendedOnce, WrongCode
from backend.identity.service.people import insert_person
from backend.notifications import service as notifications
from tests.identity.factories import resident

HOME = Viewer("standard", "zh_CN", "230103")


async def ask(phone: str = "13912345678", address: str = "192.0.2.1") -> CodeSent:
    return await service.request_code(ANONYMOUS, CodeRequest(phone=phone), address=address, lang="zh_CN")


async def the_code() -> str:
    message = (await notifications.latest(1))[0]
    found = re.search(r"\b\d{6}\b", message.body)
    assert found is not None, message.body
    return found.group()


async def enter(code: str, request: str, viewer: Viewer = HOME, address: str = "192.0.2.1") -> SignedIn:
    wanted = SignIn(code=code, request=request)
    return await service.sign_in(wanted, address=address, user_agent="", viewer=viewer)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


async def test_the_code_opens_a_session_and_makes_the_account_once() -> None:
    sent = await ask()
    first = await enter(await the_code(), sent.request)
    assert first.new_person
    session = await service.resolve_session(first.token)
    assert session is not None
    assert session.actor.name == "139****5678" and session.actor.region == "230103"
    rate.reset()
    again = await ask("+86 139 1234 5678")
    second = await enter(await the_code(), again.request)
    assert not second.new_person
    other = await service.resolve_session(second.token)
    assert other is not None and other.actor.acting == session.actor.acting
    assert first.token != second.token


async def test_blanks_in_a_pasted_code_do_not_matter() -> None:
    sent = await ask()
    code = await the_code()
    assert (await enter(f" {code[:3]} {code[3:]} ", sent.request)).token


async def test_a_code_works_once() -> None:
    sent = await ask()
    code = await the_code()
    await enter(code, sent.request)
    with pytest.raises(CodeEnded):
        await enter(code, sent.request)


async def test_a_code_works_ten_minutes() -> None:
    sent = await ask()
    code = await the_code()
    with clock.frozen(clock.now() + timedelta(minutes=10)), pytest.raises(CodeEnded):
        await enter(code, sent.request)


async def test_a_code_works_only_in_the_browser_that_asked() -> None:
    await ask()
    code = await the_code()
    with pytest.raises(CodeEnded):
        await enter(code, "somebody-else")


async def test_five_wrong_tries_end_the_code_even_for_the_right_one() -> None:
    sent = await ask()
    code = await the_code()
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongCode) as refused:
            await enter(other_than(code), sent.request)
        assert refused.value.values.get("left", 0) == left
    with pytest.raises(CodeEnded):
        await enter(code, sent.request)


async def test_a_thousand_guesses_open_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = await ask()
    code = int(await the_code())
    opened = 0
    for step in range(1, 1001):
        try:
            await enter(f"{(code + step) % 10**6:06d}", sent.request, address=f"198.51.{step // 250}.{step % 250}")
            opened += 1
        except (WrongCode, CodeEnded):
            pass
    assert opened == 0
    assert await db.fetchval("SELECT tries FROM identity_code ORDER BY id DESC LIMIT 1") == 5


async def test_guesses_from_one_address_are_held_back() -> None:
    with pytest.raises(TooMany):
        for _ in range(61):
            with pytest.raises(CodeEnded):
                await enter("000000", "nothing")


async def test_fifty_guesses_at_once_count_as_fifty(own_database: str) -> None:
    sent = await ask()
    code = await the_code()
    guesses = [other_than(code)] * 49 + [code]
    results = await asyncio.gather(
        *(enter(guess, sent.request, address=f"198.51.100.{n}") for n, guess in enumerate(guesses)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, (WrongCode, SignedIn)) for result in results) == 5
    assert sum(isinstance(result, CodeEnded) for result in results) == 45


async def test_two_right_codes_at_once_open_one_session(own_database: str) -> None:
    sent = await ask()
    code = await the_code()
    results = await asyncio.gather(enter(code, sent.request), enter(code, sent.request), return_exceptions=True)
    assert sum(isinstance(result, SignedIn) for result in results) == 1
    assert await db.fetchval("SELECT count(*) FROM identity_session") == 1


async def test_one_number_gets_one_code_a_minute_and_is_told_how_long_to_wait() -> None:
    await ask()
    with pytest.raises(TooMany) as refused:
        await ask()
    assert 50 <= int(refused.value.headers["Retry-After"]) <= 61


async def test_one_address_cannot_pump_messages() -> None:
    sent = 0
    with pytest.raises(TooMany):
        for number in range(1000):
            await ask(f"137{number:08d}")
            sent += 1
    assert sent == 25


@pytest.mark.parametrize("phone", ["+852 6123 4567", "+882161234567", "12345", "0451-12345678"])
async def test_only_mainland_mobiles_get_messages(phone: str) -> None:
    with pytest.raises(Invalid):
        await ask(phone)
    assert await db.fetchval("SELECT count(*) FROM notifications_message") == 0


async def test_known_and_unknown_numbers_are_answered_alike() -> None:
    await resident(phone="13955550001")
    known, unknown = await ask("13955550001", "192.0.2.1"), await ask("13955550002", "192.0.2.2")
    assert (known.expires_in, known.resend_in) == (unknown.expires_in, unknown.resend_in)
    assert len(known.request) == len(unknown.request)
    with pytest.raises(WrongCode) as one:
        await enter("000000", known.request)
    with pytest.raises(WrongCode) as other:
        await enter("000000", unknown.request)
    assert one.value.fields == other.value.fields


async def test_elder_mode_chosen_on_the_device_is_kept_with_the_account() -> None:
    await resident(phone="13955550003", mode="standard")
    sent = await ask("13955550003")
    opened = await enter(await the_code(), sent.request, Viewer("elder", "zh_CN", ""))
    session = await service.resolve_session(opened.token)
    assert session is not None and session.mode == "elder" and session.place == "230103"


async def test_signing_in_ends_the_session_it_replaces() -> None:
    sent = await ask()
    first = await enter(await the_code(), sent.request)
    rate.reset()
    sent = await ask()
    wanted = SignIn(code=await the_code(), request=sent.request)
    await service.sign_in(wanted, address="192.0.2.1", user_agent="", viewer=HOME, replacing=first.token)
    assert await service.resolve_session(first.token) is None


async def test_a_resent_code_goes_to_the_same_number() -> None:
    sent = await ask()
    rate.reset()
    again = await service.resend_code(ANONYMOUS, sent.request, address="192.0.2.1", lang="en")
    assert again.phone_masked == sent.phone_masked and again.request != sent.request
    assert (await enter(await the_code(), again.request)).new_person


async def test_a_code_is_read_out_by_a_call_within_the_same_limits() -> None:
    sent = await ask()
    with pytest.raises(TooMany):
        await service.resend_code(ANONYMOUS, sent.request, address="192.0.2.1", lang="zh_CN", by="call")
    rate.reset()
    called = await service.resend_code(ANONYMOUS, sent.request, address="192.0.2.1", lang="zh_CN", by="call")
    message = (await notifications.latest(1))[0]
    assert (called.channel, message.channel) == ("call", "call")
    spoken = re.findall(r"\d \d \d \d \d \d", message.body)
    assert len(spoken) == 2 and spoken[0] == spoken[1]
    assert (await enter(spoken[0], called.request)).new_person


async def test_a_code_gets_more_time_once_to_twice_its_life() -> None:
    begun = clock.now()
    with clock.frozen(begun):
        sent = await ask()
        code = await the_code()
    with clock.frozen(begun + timedelta(minutes=9)):
        longer = await service.extend_code(ANONYMOUS, sent.request)
        assert longer.expires_in == 11 * 60 and not longer.extendable
        with pytest.raises(ExtendedOnce):
            await service.extend_code(ANONYMOUS, sent.request)
    with clock.frozen(begun + timedelta(minutes=19)):
        assert (await enter(code, sent.request)).token


async def test_more_time_does_not_wake_a_dead_code_nor_give_more_tries() -> None:
    sent = await ask()
    code = await the_code()
    for _ in range(5):
        with pytest.raises(WrongCode):
            await enter(other_than(code), sent.request)
    await service.extend_code(ANONYMOUS, sent.request)
    with pytest.raises(CodeEnded):
        await enter(code, sent.request)
    with clock.frozen(clock.now() + timedelta(minutes=21)), pytest.raises(CodeEnded):
        await service.extend_code(ANONYMOUS, sent.request)
    with pytest.raises(CodeEnded):
        await service.extend_code(ANONYMOUS, "nothing")


def alarms(text: str) -> list[str]:
    lines = [json.loads(line) for line in text.splitlines() if "too many one-time codes" in line]
    assert not any(re.search(r"1[3-9]\d{9}|192\.0\.2", json.dumps(line)) for line in lines)
    return [line["limit"] for line in lines]


async def test_an_address_that_pumps_raises_one_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(40):
        with suppress(TooMany):
            await ask(f"1370000{number * 7:04d}")
    assert alarms(capsys.readouterr().err) == ["code-address"]


async def test_the_budget_of_the_province_stops_and_raises_one_alarm(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("backend.identity.rules.CODES_PER_HOUR", 5)
    sent = 0
    for number in range(20):
        with suppress(TooMany):
            await ask(f"137{number:08d}", f"198.51.100.{number}")
            sent += 1
    assert sent == 5 and alarms(capsys.readouterr().err) == ["code-province"]


async def test_numbers_counted_through_raise_an_alarm_but_nobody_is_kept_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("backend.identity.service.code_limits.PER_BLOCK", (5, 3600))
    for number in range(10):
        await ask(f"1371234{number:04d}", f"198.51.100.{number}")
    assert alarms(capsys.readouterr().err) == ["code-block"]


async def test_known_and_unknown_numbers_cost_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over three hundred pairs: the same statements, and medians that a stopwatch cannot tell apart."""
    from backend.core import db as database

    statements: list[str] = []
    for name in ("execute", "fetchrow", "fetchval", "fetch"):
        real = getattr(database, name)

        def counting(sql: str, *args: object, real: Any = real) -> Any:
            statements.append(sql)
            return real(sql, *args)

        monkeypatch.setattr(database, name, counting)
    monkeypatch.setattr("backend.core.memo.time", SimpleNamespace(monotonic=lambda: 0.0))  # nothing is read anew
    for number in range(300):
        await insert_person(ids.new(), phone=f"139{number:08d}")
    await ask("13700000000")  # how a city words it is read once
    took: dict[bool, list[float]] = {True: [], False: []}
    ran: dict[bool, set[tuple[str, ...]]] = {True: set(), False: set()}
    for number in range(300):
        for known in (number % 2 == 0, number % 2 == 1):  # each goes first half of the time
            rate.reset()
            statements.clear()
            start = perf_counter()
            await ask(f"{'139' if known else '138'}{number:08d}")
            took[known].append(perf_counter() - start)
            ran[known].add(tuple(statements))
    assert ran[True] == ran[False] and len(ran[True]) == 1
    of_known, of_unknown = median(took[True]), median(took[False])
    assert abs(of_known - of_unknown) < max(0.005, of_unknown / 4)  # as even when slower
