"""Kiosks and screens: who they are, what a session at one is worth, and its end."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from backend.core import clock, db, ids, rate
from backend.core.actor import ANONYMOUS
from backend.core.problems import Forbidden, Invalid, NotFound, TooMany
from backend.identity import rules, service
from backend.identity.schemas import DeviceEnrolled, DeviceEnrolment, DeviceRequest, PersonSummary
from backend.identity.service.devices import WrongDeviceCode
from tests.identity.factories import COOKIE, actor_for, city, clerk, manager, resident, sign_in_as

Browse = Callable[[], httpx.AsyncClient]
DEVICE = f"{COOKIE}-machine"
KIOSK = DeviceRequest(kind="kiosk", name="一楼东门", region="230103")


async def kiosk(request: DeviceRequest = KIOSK) -> DeviceEnrolled:
    made = await service.set_up_device(actor_for(await manager()), request)
    return await service.enrol_device(ANONYMOUS, DeviceEnrolment(code=made.code), address="198.51.100.7")


async def signed_in_at(person: PersonSummary, device: UUID) -> str:
    actor = actor_for(person, channel="kiosk")
    token, _ = await service.open_session(actor, kind="resident", user_agent="", proof="card", at=device)
    return token


def stand_at(client: httpx.AsyncClient, device: DeviceEnrolled, token: str = "") -> None:
    client.cookies.set(DEVICE, device.token, domain="linli.test")
    if token:
        client.cookies.set(COOKIE, token, domain="linli.test")


async def test_a_kiosk_speaks_for_itself_with_its_own_token() -> None:
    made = await kiosk()
    session = await service.resolve_session(made.token, False)
    assert session is not None
    actor = session.actor
    assert (actor.acting, actor.roles, actor.channel, actor.basis, actor.region) == (
        made.id, frozenset({"kiosk"}), "kiosk", "official", "230103",
    )  # fmt: skip
    assert await service.resolve_session(made.token, True) is None


async def test_the_code_works_once_and_however_it_is_typed() -> None:
    made = await service.set_up_device(actor_for(await manager()), KIOSK)
    typed = DeviceEnrolment(code=f" {made.code.lower().replace('-', ' ')} ")
    await service.enrol_device(ANONYMOUS, typed, address="198.51.100.7")
    with pytest.raises(WrongDeviceCode):
        await service.enrol_device(ANONYMOUS, typed, address="198.51.100.7")


async def test_a_code_is_good_for_ten_minutes() -> None:
    made = await service.set_up_device(actor_for(await manager()), KIOSK)
    with clock.frozen(made.expires_at), pytest.raises(WrongDeviceCode):
        await service.enrol_device(ANONYMOUS, DeviceEnrolment(code=made.code), address="198.51.100.7")


async def test_codes_cannot_be_guessed_by_the_dozen() -> None:
    with pytest.raises(TooMany):
        for _ in range(rules.DEVICE_CODES_PER_ADDRESS[0] + 1):
            with pytest.raises(WrongDeviceCode):
                await service.enrol_device(ANONYMOUS, DeviceEnrolment(code="BBBB-BBBB"), address="198.51.100.7")
    rate.reset()


async def test_only_the_managers_of_the_division_keep_its_devices() -> None:
    made = await kiosk()
    for actor in (actor_for(await clerk()), actor_for(await resident()), actor_for(await manager(region="230202"))):
        with pytest.raises(Forbidden):
            await service.set_up_device(actor, KIOSK)
        with pytest.raises(Forbidden):
            await service.revoke_device(actor, "230103", made.id)
    assert await service.devices(actor_for(await manager(region="230202"))) == []
    assert [each.id for each in await service.devices(actor_for(await city(region="230100")))] == [made.id]


async def test_a_revoked_kiosk_is_nobody_and_whoever_stood_there_is_signed_out() -> None:
    made, li = await kiosk(), await resident()
    token = await signed_in_at(li, made.id)
    keeper = actor_for(await manager())
    await service.revoke_device(keeper, "230103", made.id)
    assert await service.resolve_device(made.token) is None
    assert await service.resolve_session(token) is None
    assert [each.state for each in await service.devices(keeper)] == ["revoked"]
    with pytest.raises(NotFound):
        await service.revoke_device(keeper, "230103", made.id)
    with pytest.raises(NotFound):
        await service.renew_device_code(keeper, "230103", made.id)


async def test_a_new_code_ends_the_token_that_the_machine_had() -> None:
    made, keeper = await kiosk(), actor_for(await manager())
    again = await service.renew_device_code(keeper, "230103", made.id)
    assert await service.resolve_device(made.token) is None
    other = await service.enrol_device(ANONYMOUS, DeviceEnrolment(code=again.code), address="198.51.100.7")
    assert other.id == made.id and await service.resolve_device(other.token) is not None


async def test_neither_code_nor_token_stand_in_the_database() -> None:
    code = await service.set_up_device(actor_for(await manager()), KIOSK)
    assert code.code.replace("-", "") not in str(await db.fetch("SELECT * FROM identity_device_key"))
    made = await service.enrol_device(ANONYMOUS, DeviceEnrolment(code=code.code), address="198.51.100.7")
    assert made.token not in str(await db.fetch("SELECT * FROM identity_device_key"))


async def test_a_session_at_a_kiosk_rests_a_minute_and_lives_a_quarter_of_an_hour() -> None:
    made = await kiosk()
    token, begun = await signed_in_at(await resident(mode="elder"), made.id), clock.now()
    session = await service.resolve_session(token)
    assert session is not None and (session.actor.channel, session.device) == ("kiosk", made.id)
    for seconds in range(50, 15 * 60, 50):
        with clock.frozen(begun + timedelta(seconds=seconds)):
            assert await service.resolve_session(token) is not None
    with clock.frozen(begun + timedelta(minutes=15, seconds=1)):
        assert await service.resolve_session(token) is None
    resting = await signed_in_at(await resident(), made.id)
    with clock.frozen(clock.now() + timedelta(seconds=60)):
        assert await service.resolve_session(resting) is None


async def test_a_token_taken_from_the_kiosk_is_worth_nothing(browse: Browse) -> None:
    made, li = await kiosk(), await resident()
    token = await signed_in_at(li, made.id)
    here, elsewhere, other = browse(), browse(), browse()
    stand_at(here, made, token)
    assert (await here.get("/me")).status_code == 200
    elsewhere.cookies.set(COOKIE, token, domain="linli.test")
    assert (await elsewhere.get("/me")).status_code == 303
    stand_at(other, await kiosk(), token)
    assert (await other.get("/me")).status_code == 303
    bearer = await elsewhere.get("/api/v1/me", headers={"Authorization": f"Bearer {token}", "Cookie": ""})
    assert bearer.status_code == 401


async def test_a_session_from_elsewhere_does_not_count_at_a_kiosk(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident())
    stand_at(client, await kiosk())
    assert (await client.get("/me")).headers["location"] == "/sign-in/card?next=/me"


async def test_a_kiosk_always_looks_like_one_and_revoking_shows_at_once(client: httpx.AsyncClient) -> None:
    made = await kiosk()
    stand_at(client, made)
    assert (await client.get("/")).headers["location"] == "/kiosk"
    assert 'data-mode="kiosk"' in (await client.get("/services?mode=elder")).text
    await service.revoke_device(actor_for(await manager()), "230103", made.id)
    client._transport.app.devices.clear()  # type: ignore[attr-defined]
    assert 'data-mode="kiosk"' not in (await client.get("/halls", headers={"Cookie": f"{DEVICE}={made.token}"})).text


async def test_what_others_see_is_not_the_kiosks_page(browse: Browse) -> None:
    visitor, at_kiosk = browse(), browse()
    stand_at(at_kiosk, await kiosk())
    for _ in range(2):
        assert 'data-mode="standard"' in (await visitor.get("/services")).text
        assert 'data-mode="kiosk"' in (await at_kiosk.get("/services")).text


async def test_choosing_a_language_at_a_kiosk_leaves_the_account_its_mode_and_home(client: httpx.AsyncClient) -> None:
    li, made = await resident(mode="elder", home=""), await kiosk()
    stand_at(client, made, await signed_in_at(li, made.id))
    page = await client.get("/me")
    csrf = page.text.split('name="csrf" value="', 1)[1].split('"', 1)[0]
    assert (await client.post("/preferences", data={"csrf": csrf, "lang": "en", "next": "/me"})).status_code == 303
    after = (await service.people([li.id]))[li.id]
    assert (after.mode, after.home, after.language) == ("elder", "", "en")


async def test_nobody_is_a_device_by_inventing_a_token() -> None:
    assert await service.resolve_device(f"D.{'x' * 43}") is None
    assert await service.resolve_session(f"D.{ids.new()}", False) is None


async def test_a_hall_of_another_region_gets_no_device() -> None:
    hall = await db.fetchval("SELECT id FROM places_hall WHERE region <> '230103' LIMIT 1")
    wanted = DeviceRequest(kind="kiosk", name="一楼东门", region="230103", hall=hall)
    with pytest.raises(Invalid) as refusal:
        await service.set_up_device(actor_for(await manager()), wanted)
    assert list(refusal.value.fields) == ["hall"]
