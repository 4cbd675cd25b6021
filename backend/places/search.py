"""What the search box finds of places: every division and every hall, by name."""

from asyncpg import Record
from pypinyin import lazy_pinyin

from backend.core.search import SearchDocument
from backend.places import queries

WEIGHTS = {1: 0.9, 2: 1.0, 3: 0.9, 4: 0.4, 5: 0.1}
HALL_WEIGHTS = {"province": 1.0, "prefecture": 0.9, "county": 0.8, "township": 0.3}
OFFICES = ("居民委员会", "村民委员会", "居委会", "村委会")
LEVELS = ("街道", "地区", "市", "区", "县", "镇", "乡")
STREET_WORDS = ("政务大厅", "办事大厅", "行政服务中心", "政务中心")


async def documents() -> list[SearchDocument]:
    """Halls first: who types 南岗区政务 wants the hall, not the district."""
    halls = [hall(row) for row in await queries.searchable_halls()]
    return halls + [division(row) for row in await queries.searchable_divisions()]


def division(row: Record) -> SearchDocument:
    """A division, with its English name and what people call it: 南岗 for 南岗区, 花园社区 for 花园社区居委会."""
    ending = next((each for each in (*OFFICES, *LEVELS) if row["name"].endswith(each)), "")
    short = row["name"].removesuffix(ending) if ending and len(row["name"]) > len(ending) + 1 else ""
    english = row["english"].rpartition(" ")[0]
    return SearchDocument(
        kind="division",
        id=row["code"],
        title=row["name"],
        url=f"/places/{row['code']}",
        subtitle=row["full_name"],
        aliases=tuple(filter(None, (row["english"], english, short, row["full_name"]))),
        weight=WEIGHTS[row["level"]],
        region=row["code"][:6],
        pinyin=row["spelled"],
    )


def hall(row: Record) -> SearchDocument:
    """A hall, also by what people call such halls."""
    stem = row["name"].removesuffix("政务服务中心")
    stems = {stem, stem.rpartition("市")[2], stem.rpartition("市")[2].rstrip("区县"), stem.rstrip("市区县")} - {""}
    called = tuple(each + word for each in sorted(stems) for word in STREET_WORDS) if stem != row["name"] else ()
    return SearchDocument(
        kind="hall",
        id=str(row["id"]),
        title=row["name"],
        url=f"/halls/{row['id']}",
        subtitle=row["address"],
        aliases=tuple(filter(None, (row["english"], *called))),
        weight=HALL_WEIGHTS[row["level"]],
        region=row["region"],
        pinyin=" ".join(lazy_pinyin(row["name"])),
    )
