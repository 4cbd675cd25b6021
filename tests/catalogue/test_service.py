from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
import pytest

from backend.catalogue import service, shelves
from backend.catalogue.access import NoSuchItem
from backend.catalogue.schemas import (
    AdoptionRequest,
    ItemQuery,
    LocalValues,
    PublicationRequest,
    WithdrawalRequest,
)
from backend.core import clock, db
from backend.core.actor import ANONYMOUS, Actor
from backend.core.problems import BadRequest, Forbidden, Invalid, SignInRequired
from tests.identity import factories

HOME = "230103"
CARD = "SC02977"  # 社会保障卡申领
COUNTER = LocalValues(
    promised_days=3,
    promised_unit="working_day",
    fee="不收费",
    address="南岗区演示路1号",
    hours="工作日 8:30–16:30",
)


@pytest.fixture
async def city() -> Actor:
    return factories.actor_for(await factories.city(region=HOME))


async def the(prefix: str) -> str:
    return str(await db.fetchval("SELECT id FROM catalogue_item WHERE id LIKE $1", f"{prefix}%"))


async def test_all_shipped_items_are_in_the_list() -> None:
    assert await db.fetchval("SELECT count(*) FROM catalogue_item") == 2726


async def test_a_list_is_walked_piece_by_piece_without_gap_or_repeat() -> None:
    seen: list[str] = []
    after = ""
    while True:
        piece = await service.items(ANONYMOUS, ItemQuery(theme="medical"), after=after, limit=40)
        seen += [each.id for each in piece.items]
        if piece.next is None:
            break
        after = piece.next
    count = await db.fetchval("SELECT count(*) FROM catalogue_item WHERE themes @> ARRAY['medical']")
    assert len(seen) == len(set(seen)) == count


async def test_a_made_up_cursor_is_refused() -> None:
    with pytest.raises(BadRequest):
        await service.items(ANONYMOUS, ItemQuery(), after="nonsense")


async def test_frequent_items_are_all_there_in_their_order() -> None:
    found = await service.high_frequency(ANONYMOUS)
    assert [each.id for each in found] == list(shelves.frequent())
    assert len(found) >= 40


async def test_every_life_event_of_the_national_list_has_its_items() -> None:
    refs = await service.life_events(ANONYMOUS)
    assert len(refs) == 13
    for ref in refs:
        event = await service.life_event(ANONYMOUS, ref.slug)
        assert len(event.items) == ref.count > 0
        assert event.basis == "国发〔2024〕3号"


async def test_unknown_addresses_are_not_found() -> None:
    with pytest.raises(NoSuchItem):
        await service.guide(ANONYMOUS, "NOPE")
    with pytest.raises(service.NoSuchTheme):
        service.theme("nope")
    with pytest.raises(service.NoSuchLifeEvent):
        await service.life_event(ANONYMOUS, "nope")


async def test_a_promise_of_another_province_is_only_a_reference() -> None:
    item = await db.fetchval("SELECT id FROM catalogue_item WHERE source = 'gd_2021' AND promised_days = 15 LIMIT 1")
    guide = await service.guide(ANONYMOUS, item, HOME)
    assert guide.limit_origin == "reference"
    assert guide.source.region_zh == "广东省"
    assert not guide.adopted


async def test_the_law_of_the_land_is_quoted() -> None:
    guide = await service.guide(ANONYMOUS, "LAW001")
    assert guide.facts.how_long.origin == "law"
    assert guide.laws[0].article == "第十二条"
    assert guide.delegate == "no"


async def test_what_nobody_has_published_is_said_so() -> None:
    guide = await service.guide(ANONYMOUS, await the(CARD))
    assert guide.facts.how_long.origin == guide.facts.cost.origin == guide.facts.trips.origin == "unknown"
    assert guide.ready_on is None


async def test_the_day_it_is_ready_counts_working_days() -> None:
    with clock.frozen(datetime(2026, 9, 29, 2, tzinfo=UTC)):  # Tuesday before the national holiday
        guide = await service.guide(ANONYMOUS, "LAW005", HOME)
    assert guide.limit is not None and guide.limit.days == 5
    assert guide.ready_on is not None and guide.ready_on > date(2026, 10, 8)


async def test_every_resident_of_a_county_has_a_hall_and_a_number() -> None:
    guide = await service.guide(ANONYMOUS, "LAW001", HOME)
    kinds = {way.kind for way in guide.offline}
    assert kinds == {"counter", "phone"}
    assert all(hall.hours == "" for hall in guide.halls if hall.derived), "hours are never invented"


async def test_a_county_takes_an_item_up_and_opens_it(city: Actor) -> None:
    item = await the(CARD)
    draft = await service.adopt(city, item, AdoptionRequest(region=HOME, local=COUNTER))
    assert (draft.state, draft.version, draft.essential) == ("draft", 1, "social-security")
    assert not (await service.guide(ANONYMOUS, item, HOME)).adopted
    live = await service.publish(city, item, PublicationRequest(region=HOME, version=1))
    assert (live.state, live.live_version) == ("published", 2)
    guide = await service.guide(ANONYMOUS, item, HOME)
    assert guide.adopted and guide.limit_origin == "local"
    assert guide.facts.cost.data == "不收费"
    assert guide.offline[0].where == COUNTER.address
    assert not (await service.guide(ANONYMOUS, item, "230102")).adopted


async def test_an_essential_item_without_an_offline_way_is_not_published(city: Actor) -> None:
    item = await the(CARD)
    await service.adopt(city, item, AdoptionRequest(region=HOME, local=LocalValues(fee="不收费", address="某某路1号")))
    with pytest.raises(service.OfflineWayMissing):
        await service.publish(city, item, PublicationRequest(region=HOME, version=1))
    assert not (await service.guide(ANONYMOUS, item, HOME)).adopted


async def test_the_database_holds_the_gate_too(city: Actor) -> None:
    item = await the(CARD)
    adoption = await service.adopt(city, item, AdoptionRequest(region=HOME))
    with pytest.raises(asyncpg.CheckViolationError, match="catalogue_offline_way_ck"):
        async with db.transaction():
            await db.execute(
                """INSERT INTO catalogue_adoption_version
                (region, id, adoption, version, step, essential, local, effective_from, at, reason)
                VALUES ($1, gen_random_uuid(), $2, 9, 'published', 'medical', '{}', '2026-01-01', now(), '')""",
                HOME, adoption.id,
            )  # fmt: skip


async def test_a_telephone_number_alone_is_an_offline_way(city: Actor) -> None:
    item = await the(CARD)
    await service.adopt(city, item, AdoptionRequest(region=HOME, local=LocalValues(phone="12345")))
    assert (await service.publish(city, item, PublicationRequest(region=HOME, version=1))).state == "published"


async def test_an_item_outside_the_gate_needs_none(city: Actor) -> None:
    await service.adopt(city, "LAW005", AdoptionRequest(region=HOME))
    assert (await service.publish(city, "LAW005", PublicationRequest(region=HOME, version=1))).state == "published"


async def test_only_the_operator_of_the_county_may(city: Actor) -> None:
    clerk = factories.actor_for(await factories.clerk(region=HOME))
    elsewhere = factories.actor_for(await factories.city(region="230200"))
    for actor in (clerk, elsewhere):
        with pytest.raises(Forbidden):
            await service.adopt(actor, "LAW005", AdoptionRequest(region=HOME))
        with pytest.raises(Forbidden):
            await service.publish(actor, "LAW005", PublicationRequest(region=HOME, version=1))
    above = factories.actor_for(await factories.city(region="230100"))
    assert (await service.adopt(above, "LAW005", AdoptionRequest(region=HOME))).state == "draft"


async def test_an_edit_stays_hidden_until_it_is_published(city: Actor) -> None:
    await service.adopt(city, "LAW005", AdoptionRequest(region=HOME, local=LocalValues(fee="免费")))
    await service.publish(city, "LAW005", PublicationRequest(region=HOME, version=1))
    edited = await service.adopt(city, "LAW005", AdoptionRequest(region=HOME, local=LocalValues(fee="10 元")))
    assert (edited.state, edited.version, edited.live_version) == ("published", 3, 2)
    assert (await service.guide(ANONYMOUS, "LAW005", HOME)).facts.cost.data == "免费"
    with pytest.raises(service.ChangedMeanwhile):
        await service.publish(city, "LAW005", PublicationRequest(region=HOME, version=2))
    await service.publish(city, "LAW005", PublicationRequest(region=HOME, version=3))
    assert (await service.guide(ANONYMOUS, "LAW005", HOME)).facts.cost.data == "10 元"


async def test_publishing_for_a_later_day_keeps_the_present_values_until_then(city: Actor) -> None:
    await service.adopt(city, "LAW005", AdoptionRequest(region=HOME, local=LocalValues(fee="免费")))
    await service.publish(city, "LAW005", PublicationRequest(region=HOME, version=1))
    await service.adopt(city, "LAW005", AdoptionRequest(region=HOME, local=LocalValues(fee="10 元")))
    later = date.fromordinal(clock.today().toordinal() + 10)
    await service.publish(city, "LAW005", PublicationRequest(region=HOME, version=3, effective_from=later))
    assert (await service.guide(ANONYMOUS, "LAW005", HOME)).facts.cost.data == "免费"
    with clock.frozen(datetime(later.year, later.month, later.day, 4, tzinfo=UTC)):
        assert (await service.guide(ANONYMOUS, "LAW005", HOME)).facts.cost.data == "10 元"


async def test_a_withdrawn_adoption_lets_the_province_list_show_through(city: Actor) -> None:
    await service.adopt(city, "LAW005", AdoptionRequest(region=HOME, local=LocalValues(fee="免费")))
    with pytest.raises(service.NotPublished):
        await service.withdraw(city, "LAW005", WithdrawalRequest(region=HOME, reason="核对"))
    await service.publish(city, "LAW005", PublicationRequest(region=HOME, version=1))
    await service.withdraw(city, "LAW005", WithdrawalRequest(region=HOME, reason="重新核对"))
    assert not (await service.guide(ANONYMOUS, "LAW005", HOME)).adopted
    history = await service.versions(city, "LAW005", HOME)
    assert [each.step for each in history.local] == ["withdrawn", "published", "adopted"]
    assert [each.step for each in (await service.versions(ANONYMOUS, "LAW005", HOME)).local] == [
        "withdrawn",
        "published",
    ]


async def test_the_same_request_twice_changes_nothing(city: Actor) -> None:
    asked = AdoptionRequest(region=HOME, local=LocalValues(phone="12345"))
    first = await service.adopt(city, "LAW005", asked)
    assert await service.adopt(city, "LAW005", asked) == first
    live = await service.publish(city, "LAW005", PublicationRequest(region=HOME, version=1))
    assert await service.publish(city, "LAW005", PublicationRequest(region=HOME, version=1)) == live


async def test_a_number_without_a_unit_is_asked_about(city: Actor) -> None:
    with pytest.raises(Invalid):
        await service.adopt(city, "LAW005", AdoptionRequest(region=HOME, local=LocalValues(promised_days=3)))


async def test_versions_cannot_be_rewritten(city: Actor) -> None:
    await service.adopt(city, "LAW005", AdoptionRequest(region=HOME))
    for statement in ("UPDATE catalogue_adoption_version SET reason = 'x'", "DELETE FROM catalogue_adoption_version"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            async with db.transaction():
                await db.execute(statement)


async def test_only_staff_of_the_catalogue_load_files(tmp_path: Path) -> None:
    with pytest.raises(SignInRequired):
        await service.load_items(ANONYMOUS, tmp_path / "x.jsonl")
