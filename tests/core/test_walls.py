"""The second wall: what a forgotten check cannot show, and what the portal's role cannot do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from backend import slices
from backend.appointments import service as appointments
from backend.appointments.tables import Appointment
from backend.core import clock, db, events, ids, migrations, walls
from backend.core.actor import ANONYMOUS, Actor
from backend.core.embedded import Running
from backend.core.http.answers import from_exception
from backend.core.lending import Lender
from tests.appointments.factories import MONDAY, SYSTEM, open_hall, slots, somebody, wish
from tests.identity import factories
from tests.support.database import administer

HERE, THERE = "230103", "230202"  # 哈尔滨市南岗区; 齐齐哈尔市龙沙区
CLERK = Actor(acting=uuid4(), basis="official", roles=frozenset({"clerk"}), region=HERE)
ALL = "SELECT region FROM appointments_appointment"
TABLES = [table for app in slices.apps() for table in app.table_classes]


async def booked(region: str) -> tuple[UUID, UUID]:
    """Somebody's appointment at a hall of a county: (person, appointment)."""
    code = await db.fetchval("SELECT code FROM places_hall WHERE region = $1 ORDER BY code LIMIT 1", region)
    with clock.frozen(MONDAY):
        hall = await open_hall(code)
        person, actor = await somebody()
        slot = (await slots(hall, (await appointments.open_days(SYSTEM, hall.id))[1].day))[0]
        made = await appointments.book(actor, wish(hall, slot), key=str(ids.new()))
    return person.id, made.id


async def seen(actor: Actor, sql: str = ALL) -> set[str]:
    """The regions that a hand-written statement without a condition returns to this actor."""
    async with db.scoped(walls.sight_of(actor)):
        return {row["region"] for row in await db.fetch(sql)}


def test_only_staff_are_narrowed_to_the_divisions_of_their_posts() -> None:
    assert walls.sight_of(ANONYMOUS) == {} == walls.sight_of(Actor.system("tests"))
    assert walls.sight_of(Actor(acting=uuid4(), principal=uuid4(), basis="delegation")) == {}
    assert walls.sight_of(CLERK)["linli.scope"] == HERE
    two = frozenset({("clerk", "230100"), ("manager", "230202001000")})
    posts = Actor(acting=uuid4(), principal=uuid4(), basis="assisted", grants=two, region=HERE)
    assert walls.sight_of(posts) == {
        "linli.scope": "2301,230202001",
        "linli.people": ",".join(sorted([str(posts.acting), str(posts.principal)])),
    }
    assert walls.sight_of(Actor(acting=uuid4(), basis="official", region="000000")) == {}


async def test_a_post_below_the_county_sees_the_rows_whose_place_lies_in_it_and_no_others() -> None:
    add = """INSERT INTO rounds_visit
            (region, id, person_id, place, day, begins, ends, asked_by, made, request, division)
        VALUES ($1, gen_random_uuid(), gen_random_uuid(), '', now(), now(), now() + interval '1 hour',
            gen_random_uuid(), now(), gen_random_uuid()::text::bytea, $2)"""
    for division in ("230103001", "230103001002", "230103002", None):
        await db.execute(add, HERE, division)
    sql = "SELECT coalesce(division, '') AS region FROM rounds_visit"
    street = Actor(acting=uuid4(), basis="official", roles=frozenset({"grid"}), region="230103001000")
    assert await seen(street, sql) == {"230103001", "230103001002"}
    assert await seen(CLERK, sql) == {"230103001", "230103001002", "230103002", ""}


async def test_city_a_never_sees_city_b() -> None:
    await booked(HERE)
    await booked(THERE)
    assert await seen(SYSTEM) == {HERE, THERE}
    assert await seen(CLERK) == {HERE}
    assert await seen(Actor(acting=uuid4(), basis="official", region="230100")) == {HERE}
    assert await seen(Actor(acting=uuid4(), basis="official", region="230000")) == {HERE, THERE}
    assert THERE not in await seen(CLERK, "SELECT region FROM core_announcement")


async def test_city_a_never_changes_city_b() -> None:
    _, there = await booked(THERE)
    async with db.scoped(walls.sight_of(CLERK)):
        assert await db.execute("UPDATE appointments_appointment SET code = 'x' WHERE id = $1", there) == "UPDATE 0"
        assert await db.execute("DELETE FROM appointments_appointment WHERE id = $1", there) == "DELETE 0"
        closing = "INSERT INTO appointments_closure (region, id, hall_id, day, reason) VALUES ($1, $2, $2, now(), '')"
        with pytest.raises(db.WALLED, match="row-level security"):
            async with db.transaction():
                await db.execute(closing, THERE, ids.new())
        await db.execute(closing, HERE, ids.new())


async def test_a_clerk_who_helps_sees_that_persons_appointment_elsewhere_and_nothing_else_there() -> None:
    person, there = await booked(THERE)
    await booked(THERE)
    helping = Actor(acting=uuid4(), principal=person, basis="assisted", region=HERE)
    async with db.scoped(walls.sight_of(helping)):
        assert [row["id"] for row in await db.fetch("SELECT id FROM appointments_appointment")] == [there]


async def test_staff_book_for_a_caller_at_a_hall_of_another_city() -> None:
    await booked(THERE)
    caller = await factories.resident()
    operator = factories.actor_for(await factories.operator(), helping=caller)
    code = await db.fetchval("SELECT code FROM places_hall WHERE region = $1 ORDER BY code LIMIT 1", THERE)
    with clock.frozen(MONDAY):
        hall = await open_hall(code)
        async with db.scoped(walls.sight_of(operator)):
            slot = (await slots(hall, (await appointments.open_days(operator, hall.id))[1].day, operator))[0]
            made = await appointments.book(operator, wish(hall, slot), key="another city")
            assert [each.id for each in (await appointments.mine(operator)).items] == [made.id]
            assert (await appointments.cancel(operator, made.id)).state == "cancelled"


@pytest.mark.parametrize("scope", ["", "23 01", "2301,", ",", "2301|23", ".*", "^"])
async def test_what_is_no_scope_sees_nothing(scope: str) -> None:
    await booked(HERE)
    async with db.scoped({"linli.scope": scope, "linli.people": ""}):
        assert await db.fetch(ALL) == []
        assert await db.fetch("SELECT 1 FROM identity_person") == []


async def test_the_trail_takes_every_entry_and_gives_none_away() -> None:
    async with db.scoped(walls.sight_of(CLERK)):
        await events.announce(CLERK, events.Event.registry["OpeningChanged"](region=THERE, subject=ids.new()))
        assert await db.fetch("SELECT 1 FROM core_announcement WHERE region = $1", THERE) == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE appointments_appointment DISABLE ROW LEVEL SECURITY",
        "DROP POLICY linli_region ON appointments_appointment",
        "CREATE OR REPLACE FUNCTION linli_sees(region text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "TRUNCATE core_view",
        "TRUNCATE appointments_appointment CASCADE",
        "DELETE FROM core_view",
        "UPDATE core_view SET purpose = ''",
        "DELETE FROM core_announcement",
        "UPDATE core_announcement SET body = '{}'",
        "INSERT INTO core_migration (app, id, description) VALUES ('x', 'y', 'z')",
        "ALTER ROLE linli_app BYPASSRLS",
        "COPY appointments_appointment TO PROGRAM 'cat'",
    ],
)
async def test_the_portals_role_cannot(statement: str) -> None:
    with pytest.raises(db.WALLED):
        await db.execute(statement)


async def test_the_superuser_of_the_embedded_server_does_not_leak_in() -> None:
    row = await db.fetchrow("SELECT current_user::text AS me, current_setting('is_superuser') AS above")
    assert row is not None and (row["me"], row["above"]) == (walls.ROLE, "off")
    assert await walls.holes() == []


async def test_every_table_has_the_wall_and_the_rights_that_its_tags_say() -> None:
    for table in TABLES:
        name, tags = table._meta.tablename, table._meta.tags
        stands = await db.fetchval("SELECT relrowsecurity FROM pg_class WHERE relname = $1", name)
        found = {row["polname"]: row["clause"] for row in await db.fetch(walls.POLICIES, name)}
        assert (stands, found) == (bool(walls.policies(tags)), walls.policies(tags)), name
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            held = await db.fetchval("SELECT has_table_privilege($1, $2::text, $3)", walls.ROLE, name, right)
            assert held == (right in walls.rights(name, tags).split(", ")), (name, right)


def test_rows_that_say_where_they_lie_are_reached_by_posts_below_the_county() -> None:
    county = {
        "identity_staff",  # an account lies where it is registered, and is seen by its posts
        "identity_invitation",  # lives in 000000
        "places_hall",  # kept by the county
    }
    located = {t._meta.tablename: t._meta.tags for t in TABLES if "division" in {c._meta.name for c in t._meta.columns}}
    walled = {name for name, tags in located.items() if walls.policies(tags) and "place:division" not in tags}
    assert walled == county


def test_tables_are_walled_unless_they_say_otherwise() -> None:
    free = {t._meta.tablename for t in TABLES if "regional" in t._meta.tags and not walls.policies(t._meta.tags)}
    assert free == {
        "appointments_share",  # a booking for a caller takes a place in any county
        "appointments_return",  # and gives one back there; it names nobody
        "appointments_further",  # nor does a further place of a visit
        "messaging_file",  # for whoever has its link, wherever they work; what is in it is locked under the link
        "rounds_badge",  # a number on a staff card, also of somebody registered in another county
        "identity_post", "identity_leave",  # a post lies where its member is registered, and may be held elsewhere
    }  # fmt: skip
    public = {t._meta.tablename for t in TABLES if "public" in t._meta.tags}
    assert public == {
        "appointments_closure",
        "appointments_group",
        "appointments_hall_policy",
        "appointments_joint",
        "appointments_limit",
        "appointments_need",
        "appointments_opening_rule",
        "appointments_release",
        "appointments_share_plan",
        "appointments_slot",
        "identity_organisation",
        "places_hall",
        "queues_contingent",
        "queues_stop",
        "parity_report",
        "ratings_month",
    }


async def test_a_request_of_staff_runs_narrowed_and_one_of_a_resident_does_not(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[str] = []

    async def look(*_: object, **__: object) -> list[object]:
        reached.append(await db.fetchval("SELECT current_setting('linli.scope')"))
        return []

    monkeypatch.setattr(appointments, "shares_ahead", look)
    path = f"/api/v1/halls/{uuid4()}/shares"
    await factories.sign_in_as(client, await factories.clerk(region=HERE))
    assert (await client.get(path)).status_code == 200
    client.cookies.clear()
    await factories.sign_in_as(client, await factories.resident())
    assert (await client.get(path)).status_code == 200
    assert reached == [HERE, "*"]
    assert await db.fetchval("SELECT current_setting('linli.scope')") == "*"


async def test_what_the_second_wall_stops_is_not_found_and_rings_the_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    assert from_exception(asyncpg.InsufficientPrivilegeError("new row violates")).status == 404
    assert "stopped by the second wall" in capsys.readouterr().err


async def test_a_connection_forgets_what_it_was_narrowed_to(own_database: str) -> None:
    async def scope() -> str:
        found: str = await db.fetchval("SELECT current_setting('linli.scope')")
        return found

    narrow = {"linli.scope": HERE, "linli.people": ""}
    async with db.scoped(narrow):
        assert await scope() == HERE
        with pytest.raises(asyncpg.UndefinedTableError):
            await db.fetch("SELECT * FROM nowhere")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await db.execute("SELECT pg_sleep(5)")
        with pytest.raises(ZeroDivisionError):
            async with db.transaction():
                assert await scope() == HERE
                raise ZeroDivisionError
    for _ in range(20):
        crowd = await asyncio.gather(*(_cancelled_at(turn, narrow) for turn in range(20)))
        assert len(crowd) == 20
    assert set(await asyncio.gather(*(scope() for _ in range(40)))) == {"*"}


async def _cancelled_at(turns: int, narrow: dict[str, str]) -> None:
    """A narrowed request that its client leaves after so many turns of the loop."""

    async def request() -> None:
        async with db.scoped(narrow):
            await db.fetchval("SELECT 1")
            await db.fetchval("SELECT 2")

    task = asyncio.create_task(request())
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_queries_built_by_piccolo_are_narrowed_too(own_database: str) -> None:
    await booked(THERE)
    assert len(await Appointment.select().run()) == 1
    async with db.scoped(walls.sight_of(CLERK)):
        assert await Appointment.select().run() == []


async def test_two_people_at_once_are_each_narrowed_to_their_own(own_database: str) -> None:
    async def scope(region: str) -> set[str]:
        async with db.scoped({"linli.scope": region, "linli.people": ""}):
            return {await db.fetchval("SELECT current_setting('linli.scope')") for _ in range(5)}

    regions = [f"2301{n:02d}" for n in range(30)]
    assert await asyncio.gather(*(scope(each) for each in regions)) == [{each} for each in regions]


@pytest.mark.no_database
async def test_a_login_that_may_not_make_the_role_is_told_what_to_ask_for(server: Running, template: str) -> None:
    login, name = "weak_login", "linli_weak"
    await administer(
        server, f"DROP DATABASE IF EXISTS {name}", f"DROP ROLE IF EXISTS {login}", f"CREATE ROLE {login} LOGIN",
        f"CREATE DATABASE {name} OWNER {login}",
    )  # fmt: skip
    try:
        async with signed_in(server.dsn_of(name), login):
            with pytest.raises(walls.NoRole, match=f'CREATE ROLE linli_app NOLOGIN; GRANT linli_app TO "{login}"'):
                async with db.transaction():
                    await walls.build([])
    finally:
        await administer(server, f"DROP DATABASE {name}", f"DROP ROLE {login}")


@pytest.mark.no_database
async def test_a_managed_server_without_superuser_has_the_same_wall(server: Running, template: str) -> None:
    login, name = "managed_login", "linli_managed"
    await administer(
        server, f"DROP DATABASE IF EXISTS {name}", f"DROP ROLE IF EXISTS {login}", f"CREATE ROLE {login} LOGIN",
        f"GRANT {walls.ROLE} TO {login}", f"CREATE DATABASE {name} OWNER {login}",
    )  # fmt: skip
    try:
        async with signed_in(server.dsn_of(name), login):
            await migrations.migrate_all(slices.apps())
            assert await migrations.migrate_all(slices.apps()) == []
            assert await walls.holes() == []
        served = await asyncpg.connect(server.dsn_of(name), user=login, server_settings={"role": walls.ROLE})
        assert await served.fetch("SELECT 1 FROM identity_person") == []
        with pytest.raises(db.WALLED):
            await served.execute("ALTER TABLE identity_person DISABLE ROW LEVEL SECURITY")
        await served.close()
    finally:
        await administer(server, f"DROP DATABASE {name}", f"DROP ROLE {login}")


async def test_a_role_above_the_wall_is_named(as_owner: None) -> None:
    await db.execute(f"ALTER ROLE {walls.ROLE} BYPASSRLS")
    await db.execute(f"ALTER TABLE core_view OWNER TO {walls.ROLE}")
    await db.execute(f"GRANT CREATE ON SCHEMA public TO {walls.ROLE}")
    assert len(await walls.holes()) == 3
    assert len(await walls.holes(serving=True)) == 4, "a pooler that drops the role"


@asynccontextmanager
async def signed_in(dsn: str, login: str) -> AsyncIterator[None]:
    """The portal with a pool of another login's connections."""
    was = db.DB.pool, db._lender
    db.DB.pool = pool = await asyncpg.create_pool(dsn, user=login, min_size=1, max_size=1)
    db._lender = lender = Lender(pool)
    try:
        yield
    finally:
        await lender.release_all()
        await pool.close()
        db.DB.pool, db._lender = was
