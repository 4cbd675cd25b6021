"""A look-up of one of a batch reads for all of it, once; of anybody else, only theirs."""

from uuid import UUID

from backend.core import ahead, ids
from backend.core.ahead import Ahead

read: list[list[UUID]] = []


async def load(people: list[UUID]) -> dict[UUID, int]:
    read.append(people)
    return {each: number for number, each in enumerate(people) if each != NOBODY}


NUMBERS = Ahead(load)
NOBODY = ids.new()


async def test_a_batch_reads_once_also_for_whom_there_is_nothing_of() -> None:
    read.clear()
    first, second = ids.new(), ids.new()
    with ahead.batch([first, second, NOBODY, first]):
        assert [await NUMBERS.of(each) for each in (second, first, NOBODY)] == [1, 0, None]
    assert read == [[first, second, NOBODY]]


async def test_whoever_is_not_of_the_batch_is_read_alone_and_nothing_is_kept() -> None:
    read.clear()
    one, other = ids.new(), ids.new()
    with ahead.batch([one]):
        assert await NUMBERS.of(other) == 0
    for _ in range(2):
        assert await NUMBERS.of(one) == 0
    assert read == [[other], [one], [one]]
