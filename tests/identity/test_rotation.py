"""Replacing the root key while the portal runs: nothing fails, everything moves, and then nobody needs the old one."""

import asyncio
from datetime import date
from uuid import UUID

import pytest

from backend import rotate_keys
from backend.core import clock, crypto, db, ids, rotation
from backend.core.actor import Actor
from backend.identity import service
from backend.identity.schemas import PersonChange, PersonSearch, Registration
from backend.identity.sealed import SEALED
from backend.identity.service.people import insert_person
from backend.identity.service.register import AlreadyKnown
from backend.settings import RootKey
from tests.identity.factories import actor_for, clerk, resident

ONE, TWO, SM = RootKey(1, b"\x01" * 32), RootKey(2, b"\x02" * 32), RootKey(3, b"\x03" * 32, "sm4")
BIRTH = date(1948, 3, 5)
PERSON = SEALED[0]


async def rotated(batch: int = 50) -> int:
    moved = 0
    for each in rotate_keys.sealed():
        if each.fields:
            async for rows in rotation.rotate(each, batch=batch):
                moved += rows
    return moved


async def left() -> int:
    return sum(state.old for state in await rotation.progress(rotate_keys.sealed()))


async def find(who: Actor, phone: str) -> list[UUID]:
    return [each.id for each in await service.find_people(who, PersonSearch(phone=phone))]


async def test_an_old_key_can_be_retired_after_everything_was_sealed_anew() -> None:
    with crypto.using(ONE):
        zhao = actor_for(await clerk())
        li = await resident(phone="13812345678")
        wang = await service.register_person(
            zhao, Registration(name="王敏", document="11010519491231002X"), channel="counter"
        )
    with crypto.using(TWO, ONE):
        assert await left() == await rotated() == 3
        assert await left() == 0
        assert await rotated() == 0, "what was done is not done again"
    with crypto.using(TWO):
        assert await find(zhao, "13812345678") == [li.id]
        found = await service.find_people(zhao, PersonSearch(name="王敏", birth=date(1949, 12, 31)))
        assert [each.id for each in found] == [wang.id]
        with pytest.raises(AlreadyKnown):
            await service.register_person(
                zhao, Registration(name="又来", document="11010519491231002X"), channel="counter"
            )
        assert (await service.post_of(zhao)).name == "赵明"


async def test_the_cipher_can_be_replaced_the_same_way() -> None:
    with crypto.using(ONE):
        zhao, li = actor_for(await clerk()), await resident(phone="13812345678")
    with crypto.using(SM, ONE):
        await rotated()
    with crypto.using(SM):
        assert await find(zhao, "13812345678") == [li.id]
        assert (await service.people([li.id]))[li.id].name == "李秀兰"


async def test_a_number_under_the_old_key_is_still_taken_and_still_found() -> None:
    with crypto.using(ONE):
        zhao, li = actor_for(await clerk()), await resident(phone="13812345678")
    with crypto.using(TWO, ONE):
        assert await find(zhao, "13812345678") == [li.id]
        assert not await insert_person(ids.new(), name="李秀兰", phone="13812345678")


async def test_a_change_in_between_leaves_the_row_whole() -> None:
    with crypto.using(ONE):
        zhao, li = actor_for(await clerk()), await resident(name="李秀兰", phone="13812345678", birth=BIRTH)
    with crypto.using(TWO, ONE):
        await service.change_person(actor_for(li), PersonChange(name="李秀英"))
        await rotated()
    with crypto.using(TWO):
        found = await service.find_people(zhao, PersonSearch(name="李秀英", birth=BIRTH))
        assert [each.id for each in found] == [li.id]


async def test_the_ciphertexts_of_two_rows_cannot_be_swapped() -> None:
    li, wang = await resident(), await resident(name="王敏")
    name = await db.fetchval("SELECT name FROM identity_person WHERE id = $1", wang.id)
    await db.execute("UPDATE identity_person SET name = $2 WHERE id = $1", li.id, name)
    assert (await service.people([li.id]))[li.id].unreadable


async def test_people_come_and_go_while_everything_is_sealed_anew(own_database: str) -> None:
    with crypto.using(ONE):
        zhao = actor_for(await clerk())
        phones = [f"139{number:08d}" for number in range(300)]
        known = [await resident(phone=phone, birth=BIRTH) for phone in phones]
    made: list[str] = []
    done = asyncio.Event()

    async def readers(offset: int) -> int:
        seen = 0
        while not done.is_set():
            at = (seen * 7 + offset) % len(known)
            assert (await service.people([known[at].id]))[known[at].id].name.startswith("李秀")
            another = Actor(acting=ids.new(), roles=zhao.roles, region=zhao.region)  # each clerk has a limit
            assert await find(another, phones[at]) == [known[at].id]
            seen += 1
        return seen

    async def writers(offset: int) -> int:
        written = 0
        while not done.is_set():
            phone = f"13{offset}{clock.now().microsecond:04d}{written:04d}"[:11].ljust(11, "0")
            if await insert_person(ids.new(), name="新来", phone=phone, birth=BIRTH):
                made.append(phone)
            assert not await insert_person(ids.new(), name="重复", phone=phones[written % len(phones)])
            await service.change_person(actor_for(known[written % len(known)]), PersonChange(name=f"李秀{written}"))
            written += 1
        return written

    with crypto.using(TWO, ONE):
        work = [asyncio.create_task(each) for each in (readers(0), readers(100), writers(5), writers(6))]
        moved = await rotated(batch=20)
        done.set()
        counts = await asyncio.gather(*work)
        assert moved >= 300 and min(counts) > 0
        assert await left() == 0
    with crypto.using(TWO):
        assert await db.fetchval("SELECT count(DISTINCT phone_index) FROM identity_person") == 300 + len(made)
        for row in await db.fetch("SELECT id, phone, phone_index FROM identity_person"):
            digits = crypto.open(row["phone"], PERSON.place("phone", row["id"]))
            assert row["phone_index"] == crypto.index(digits, "phone")
