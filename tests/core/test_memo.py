"""Kept values: loaded once, together, and forgotten when their tag is dropped."""

import pytest

from backend.core import cache
from backend.core.memo import Memo

pytestmark = pytest.mark.no_database


async def test_values_are_loaded_once_and_again_after_a_drop() -> None:
    memo: Memo[str, int] = Memo("things")
    asked: list[list[str]] = []

    async def load(keys: list[str]) -> dict[str, int]:
        asked.append(sorted(keys))
        return {key: len(key) for key in keys if key != "unknown"}

    assert await memo.many(["a", "bb", "unknown"], load) == {"a": 1, "bb": 2}
    assert await memo.many(["a"], load) == {"a": 1}
    cache.pages.drop("other")
    assert await memo.many(["a", "ccc"], load) == {"a": 1, "ccc": 3}
    cache.pages.drop("things")
    assert await memo.many(["a"], load) == {"a": 1}
    assert asked == [["a", "bb", "unknown"], ["ccc"], ["a"]]


async def test_whoever_may_have_missed_a_drop_forgets_everything() -> None:
    memo: Memo[str, int] = Memo("things")

    async def first(keys: list[str]) -> dict[str, int]:
        return dict.fromkeys(keys, 1)

    async def second(keys: list[str]) -> dict[str, int]:
        return dict.fromkeys(keys, 2)

    await memo.many(["a"], first)
    cache.pages.clear()  # as after a lost connection
    assert await memo.many(["a"], second) == {"a": 2}


async def test_what_was_read_before_a_drop_is_not_kept() -> None:
    memo: Memo[str, int] = Memo("things")

    async def load(keys: list[str]) -> dict[str, int]:
        cache.pages.drop("things")
        return dict.fromkeys(keys, 1)

    async def fresh(keys: list[str]) -> dict[str, int]:
        return dict.fromkeys(keys, 2)

    assert await memo.many(["a"], load) == {"a": 1}
    assert await memo.many(["a"], fresh) == {"a": 2}


async def test_what_was_at_hand_is_answered_also_when_a_drop_comes_between() -> None:
    memo: Memo[str, int] = Memo("things")

    async def first(keys: list[str]) -> dict[str, int]:
        return dict.fromkeys(keys, 1)

    async def dropped(keys: list[str]) -> dict[str, int]:
        cache.pages.drop("things")
        return dict.fromkeys(keys, 2)

    await memo.many(["a"], first)
    assert (await memo.many(["a", "b"], dropped))["b"] == 2
    assert await memo.many(["a"], first) == {"a": 1}
    assert set(await memo.many(["a", "c"], dropped)) == {"a", "c"}, "who is known is not left out"
