"""What is asked for one by one in a batch is done once for all, and never when its savepoint was undone."""

import pytest

from backend.core import db, gathering

done: list[list[int]] = []


async def work(wanted: list[int]) -> None:
    done.append(wanted)


async def fails(wanted: list[int]) -> None:
    raise OSError


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    done.clear()


async def test_outside_a_batch_it_is_done_at_once() -> None:
    await gathering.do(work, 1)
    await gathering.do(work, 2)
    assert done == [[1], [2]]


async def test_in_a_batch_it_is_done_at_its_end_for_all() -> None:
    async with gathering.together():
        await gathering.do(work, 1)
        await gathering.do(work, 2)
        assert done == []
    assert done == [[1, 2]]


async def test_a_batch_that_fails_does_nothing() -> None:
    with pytest.raises(ZeroDivisionError):
        async with gathering.together():
            await gathering.do(work, 1)
            raise ZeroDivisionError
    assert done == []


async def test_what_was_asked_for_in_a_savepoint_that_was_undone_is_forgotten(tx: None) -> None:
    async with gathering.together():
        await gathering.do(work, 1)
        with pytest.raises(ZeroDivisionError):
            async with db.transaction():
                await gathering.do(work, 2)
                raise ZeroDivisionError
        async with db.transaction():
            await gathering.do(work, 3)
    assert done == [[1, 3]]


async def test_who_runs_the_batch_hears_of_work_that_fails() -> None:
    with pytest.raises(OSError):
        async with gathering.together():
            await gathering.do(fails, 1)
    await gathering.do(work, 1)
    assert done == [[1]]
