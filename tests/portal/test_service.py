from collections.abc import AsyncIterator

import pytest

from backend.core.actor import ANONYMOUS
from backend.core.search import Index, live
from backend.places import search as places
from backend.portal import search as pages
from backend.portal import service


@pytest.fixture(scope="module")
async def index(database: str) -> AsyncIterator[Index]:
    """Halls, divisions and pages as the running portal finds them."""
    yield await live.rebuild([places.documents, pages.documents])
    await live.rebuild([])


@pytest.mark.parametrize("name", ["长辈版", "亲情版", "关爱版", "关怀版", "适老版", "大字版", "elder version"])
async def test_elder_mode_is_found_by_all_its_names(index: Index, name: str) -> None:
    answer = await service.search(ANONYMOUS, name)
    assert answer.groups[0].hits[0].url == "/settings"


@pytest.mark.parametrize(
    ("question", "group", "title"),
    [
        ("南岗区政务服务中心", "hall", "南岗区政务服务中心"),
        ("南岗政务大厅", "hall", "南岗区政务服务中心"),
        ("nangang", "division", "南岗区"),
        ("Nangang District", "division", "南岗区"),
        ("harbin", "division", "哈尔滨市"),
        ("cancel my appointments", "page", "我的预约"),
    ],
)
async def test_one_box_finds_halls_divisions_and_pages(index: Index, question: str, group: str, title: str) -> None:
    answer = await service.search(ANONYMOUS, question)
    assert (answer.groups[0].group, answer.groups[0].hits[0].title) == (group, title)


async def test_questions_in_english_are_not_read_as_pinyin(index: Index) -> None:
    answer = await service.search(ANONYMOUS, "health insurance")
    assert [each.group for each in answer.groups] == ["page"]
    assert answer.groups[0].hits[0].url == "/services/themes/medical"
    assert answer.understood == []


async def test_one_kind_can_be_asked_for(index: Index) -> None:
    answer = await service.search(ANONYMOUS, "nangang", group="hall", limit=2)
    assert [each.group for each in answer.groups] == ["hall"]
    assert len(answer.groups[0].hits) == 2


async def test_nonsense_finds_nothing(index: Index) -> None:
    assert (await service.search(ANONYMOUS, "qqqwwwxx")).groups == []
    assert (await service.search(ANONYMOUS, "")).groups == []


async def test_public_paths_leave_out_villages(index: Index) -> None:
    paths = await service.public_paths(ANONYMOUS)
    assert "/places/230103000000" in paths and "/places/230102001002" not in paths
    assert len(paths) == len(set(paths)) < 50_000
