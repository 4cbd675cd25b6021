"""Levels of assurance, and the protocol of the real-name service."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import msgspec
import pytest

from backend.consents import service as consents
from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.policy import AssuranceNeeded, Verb, permit
from backend.core.problems import Forbidden, Invalid, TooMany
from backend.identity import rules, service
from backend.identity.realname import HttpRealNameCheck, demo
from backend.identity.realname.signing import signature, signed_headers, sm3
from backend.identity.schemas import AssistanceRequest, CounterCheck, PersonSummary, RealNameRequest
from backend.identity.service.assurance import NotConfirmed, NotInPerson, RealNameUnavailable
from backend.identity.service.register import AlreadyKnown
from tests.identity.factories import actor_for, clerk, fresh, operator, resident, token_for

SECRET = "0123456789abcdef"
URL = "https://realname.test/v1/compare"
NUMBER = "99999919480305002"
NUMBER += rules.check_digit(NUMBER)
WANTED = RealNameRequest(name="李秀兰", document=NUMBER, consent=True)
Answer = Callable[[httpx.Request], httpx.Response]


def service_that(answer: Answer, *, secret: str = SECRET) -> HttpRealNameCheck:
    return HttpRealNameCheck(URL, app="app", secret=secret, transport=httpx.MockTransport(answer))


def invented() -> HttpRealNameCheck:
    return service_that(demo.InventedService(SECRET))


def saying(result: str, *, age: int = 0, path: str = "/v1/compare", secret: str = SECRET, nonce: str = "") -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        body = msgspec.json.encode({"result": result, "reference": "R1"})
        with clock.frozen(clock.now() - timedelta(seconds=age)):
            to = nonce or request.headers["x-nonce"]
            headers = signed_headers(secret.encode(), "ANSWER", path, "gateway", to, body)
        return httpx.Response(200, content=body, headers=headers)

    return answer


async def level(person: PersonSummary) -> str:
    return (await service.people([person.id]))[person.id].assurance


async def test_a_confirmed_name_lifts_to_the_top_and_leaves_the_reference_and_the_consent() -> None:
    li = await resident(name="", birth=None)
    await service.confirm_real_name(actor_for(li), WANTED, check=invented())
    after = (await service.people([li.id]))[li.id]
    assert (after.assurance, after.name, after.age is not None) == ("real-name", "李秀兰", True)
    body = await db.fetchval("SELECT body::text FROM core_announcement WHERE name = 'AssuranceRaised'")
    [agreed] = await consents.ledger(li.id)
    assert (agreed.purpose, agreed.version, agreed.state, agreed.by_me) == ("real-name-check", 1, "given", True)
    assert "DEMO-" in body and "real-name-check:1" in body and NUMBER not in body and "李秀兰" not in body


async def test_a_name_that_does_not_fit_changes_nothing() -> None:
    li = await resident()
    with pytest.raises(NotConfirmed):
        await service.confirm_real_name(
            actor_for(li), msgspec.structs.replace(WANTED, name="名字不符"), check=invented()
        )
    assert await level(li) == "phone"
    assert await db.fetchval("SELECT document FROM identity_person WHERE id = $1", li.id) is None


async def test_a_document_of_another_account_reads_like_one_that_does_not_fit() -> None:
    li, other = await resident(), await resident(name="李秀兰")
    await service.confirm_real_name(actor_for(other), WANTED, check=invented())
    said = []
    for name in ("李秀兰", "名字不符"):
        with pytest.raises(NotConfirmed) as refused:
            await service.confirm_real_name(actor_for(li), msgspec.structs.replace(WANTED, name=name), check=invented())
        said.append((refused.value.detail, refused.value.next_step))
    assert said[0] == said[1] and said[0][1] is not None and said[0][1][0] == "/halls"
    assert await level(li) == "phone"


async def test_another_document_than_the_one_on_record_is_for_a_counter_to_settle() -> None:
    li = await resident()
    await service.confirm_real_name(actor_for(li), WANTED, check=invented())
    other = NUMBER[:14] + "777"
    other += rules.check_digit(other)
    with pytest.raises(NotConfirmed):
        await service.confirm_real_name(
            actor_for(li), msgspec.structs.replace(WANTED, document=other), check=invented()
        )


async def test_without_consent_nobody_is_asked() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(500)

    with pytest.raises(Invalid) as refused:
        await service.confirm_real_name(
            actor_for(await resident()), msgspec.structs.replace(WANTED, consent=False), check=service_that(answer)
        )
    assert list(refused.value.fields) == ["consent"] and not asked
    with pytest.raises(consents.WordsChanged):
        await service.confirm_real_name(
            actor_for(await resident()), msgspec.structs.replace(WANTED, consent_version=7), check=service_that(answer)
        )
    assert not asked, "nobody agreed to words that are not those that count"


async def test_a_consent_that_was_taken_back_is_given_anew_and_asked_for_anew() -> None:
    li = actor_for(await resident())
    with pytest.raises(NotConfirmed):
        await service.confirm_real_name(li, msgspec.structs.replace(WANTED, name="名字不符"), check=invented())
    await consents.withdraw(li, "real-name-check")
    with pytest.raises(Invalid):
        await service.confirm_real_name(li, msgspec.structs.replace(WANTED, consent=False), check=invented())
    await service.confirm_real_name(li, WANTED, check=invented())
    assert [each.state for each in await consents.ledger(li.person)] == ["given", "withdrawn", "given"]


async def test_a_number_that_cannot_be_one_is_not_sent() -> None:
    with pytest.raises(Invalid) as refused:
        await service.confirm_real_name(
            actor_for(await resident()), msgspec.structs.replace(WANTED, document=NUMBER[:-1] + "0"), check=invented()
        )
    assert list(refused.value.fields) == ["document"]


async def test_a_child_is_not_checked_without_a_guardian() -> None:
    number = f"999999{clock.today().year - 8}0305002"
    child = msgspec.structs.replace(WANTED, document=number + rules.check_digit(number))
    with pytest.raises(NotConfirmed):
        await service.confirm_real_name(actor_for(await resident()), child, check=invented())


async def test_five_checks_a_day_are_enough() -> None:
    me, wrong = actor_for(await resident()), msgspec.structs.replace(WANTED, name="名字不符")
    for _ in range(5):
        with pytest.raises(NotConfirmed):
            await service.confirm_real_name(me, wrong, check=invented())
    with pytest.raises(TooMany):
        await service.confirm_real_name(me, wrong, check=invented())


async def test_it_can_never_be_done_for_somebody_else() -> None:
    li, chen = await resident(), await operator()
    mandate = Actor(
        acting=chen.id, principal=li.id, basis="delegation", roles=frozenset({"resident"}), scopes=frozenset({"all"})
    )
    for actor in (actor_for(chen, helping=li), mandate):
        with pytest.raises(Forbidden):
            await service.confirm_real_name(actor, WANTED, check=invented())


@pytest.mark.parametrize(
    "answer",
    [
        saying("match", secret="another secret"),
        saying("match", age=301),
        saying("match", age=-301),
        saying("match", path="/v1/other"),
        saying("match", nonce="an answer to somebody else"),
        saying("perhaps"),
        lambda _: httpx.Response(200, json={"result": "match", "reference": "R1"}),
        lambda _: httpx.Response(302, headers={"location": "https://elsewhere.test"}),
        lambda _: httpx.Response(500),
    ],
    ids=[
        "wrong secret",
        "old",
        "from the future",
        "other path",
        "other nonce",
        "other word",
        "unsigned",
        "moved",
        "500",
    ],
)
async def test_an_answer_that_cannot_be_believed_is_none(answer: Answer) -> None:
    li = await resident()
    with pytest.raises(RealNameUnavailable):
        await service.confirm_real_name(actor_for(li), WANTED, check=service_that(answer))
    assert await level(li) == "phone"


async def test_a_service_that_is_away_leads_to_a_counter() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("", request=request)

    with pytest.raises(RealNameUnavailable) as refused:
        await service.confirm_real_name(actor_for(await resident()), WANTED, check=service_that(away))
    assert refused.value.next_step == ("/halls", "Find a hall")


async def test_the_invented_service_refuses_wrong_signatures_old_requests_and_repeats() -> None:
    seen: list[httpx.Request] = []
    invented_service = demo.InventedService(SECRET)

    def watched(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return invented_service(request)

    good = await service_that(watched).compare("李秀兰", NUMBER, "demonstration")
    assert good.outcome == "match" and good.reference
    assert invented_service(seen[0]).status_code == 409
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        assert demo.InventedService(SECRET)(seen[0]).status_code == 401
    assert demo.InventedService("another secret")(seen[0]).status_code == 401
    seen[0].headers["x-nonce"] = "another"
    assert demo.InventedService(SECRET)(seen[0]).status_code == 401
    assert (await service_that(watched, secret="wrong").compare("李", NUMBER, "demonstration")).outcome == "unavailable"


def test_sm3_is_that_of_the_standard() -> None:
    """GB/T 32905: the two examples of the standard, and the empty text on which three libraries agree."""
    assert sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abcd" * 16) == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    assert sm3(b"") == "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"


def test_a_signature_covers_every_part() -> None:
    parts: list[str | bytes] = ["POST", "/p", "app", "1", "nonce", b"body"]
    whole = signature(b"k", *parts)
    for at in range(len(parts)):
        assert signature(b"k", *parts[:at], b"x" if at == 5 else "x", *parts[at + 1 :]) != whole
    assert signature(b"other", *parts) != whole


async def test_a_clerk_who_sees_the_card_lifts_to_the_counter_level() -> None:
    li, desk = await resident(), await clerk()
    wanted = AssistanceRequest(person=li.id, verified=["id-card"], channel="counter")
    await service.begin_assistance(actor_for(desk), await token_for(desk), wanted)
    await service.verify_at_counter(fresh(desk, helping=li), CounterCheck(document=NUMBER))
    assert await level(li) == "counter"
    assert b"948" not in bytes(await db.fetchval("SELECT document FROM identity_person WHERE id = $1", li.id))


async def test_a_clerk_cannot_give_one_document_to_two_people() -> None:
    for number in range(2):
        li, desk = await resident(), await clerk()
        wanted = AssistanceRequest(person=li.id, verified=["id-card"], channel="counter")
        await service.begin_assistance(actor_for(desk), await token_for(desk), wanted)
        actor = fresh(desk, helping=li)
        if number:
            with pytest.raises(AlreadyKnown):
                await service.verify_at_counter(actor, CounterCheck(document=NUMBER))
        else:
            await service.verify_at_counter(actor, CounterCheck(document=NUMBER))


async def test_a_clerk_who_helps_nobody_lifts_nobody() -> None:
    with pytest.raises(NotInPerson):
        await service.verify_at_counter(fresh(await clerk(), helping=await resident()), CounterCheck(document=NUMBER))


async def test_the_page_says_what_each_level_opens_from_the_rules_of_the_verbs() -> None:
    from backend.core import policy

    rule = Verb(name=f"tests.{ids.new()}", title="Buy a house", roles=frozenset({"resident"}), assurance="real-name")
    policy.VERBS[rule.name] = rule
    try:
        state = await service.assurance(actor_for(await resident()))
    finally:
        del policy.VERBS[rule.name]
    assert [(each.name, each.reached) for each in state.levels] == [
        ("phone", True), ("counter", False), ("real-name", False),
    ]  # fmt: skip
    assert "Buy a house" in state.levels[2].opens
    with pytest.raises(AssuranceNeeded):
        permit(actor_for(await resident()), rule)
