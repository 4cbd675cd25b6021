"""The search: words, sounds, errors, special cases, names – on a handful of rows."""

from pathlib import Path

import pytest

from backend.core.search import Entry, Index, Lexicon, SearchDocument
from backend.core.search.lexicon import BadLexicon, read
from backend.core.search.live import current, rebuild, use
from backend.core.search.pinyin import split
from backend.core.search.text import normal

TITLES = (
    "机动车驾驶证初次申领",
    "机动车驾驶证补领",
    "机动车驾驶证注销",
    "居民身份证申领",
    "社会保障卡申领",
    "社会保障卡挂失",
    "养老保险待遇资格认证",
    "犬类准养证核发",
    "结婚登记",
    "补领结婚证",
)
LEXICON = Lexicon(
    [
        Entry("word", ("驾照",), ("机动车驾驶证",)),
        Entry("word", ("养狗",), ("犬类准养证",)),
        Entry("word", ("退休金 认证",), ("养老保险待遇资格认证",)),
        Entry("intent", ("丢了",), ("补领", "挂失")),
        Entry("lookup", ("查",), ("查询",)),
        Entry("person", ("我妈",)),
        Entry("filler", ("怎么办", "的")),
        Entry("particle", ("了", "条")),
        Entry("aside", ("注销", "补领", "挂失")),
    ]
)


def document(title: str, **values: object) -> SearchDocument:
    return SearchDocument(**{"kind": "item", "id": title, "title": title, "url": f"/{title}"} | values)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def index() -> Index:
    places = [
        document("南岗区", kind="division", region="230103", weight=0.9, pinyin="nan gang qu"),
        document("红旗村", kind="division", region="230103", pinyin="hqc"),
        document("红旗镇", kind="division", region="230200", pinyin="hong qi zhen"),
        document("南岗区政务服务中心", kind="hall", region="230103"),
    ]
    return Index.build([*map(document, TITLES), *places], LEXICON)


def first(index: Index, query: str, **values: object) -> str:
    hits = index.find(query, **values)  # type: ignore[arg-type]
    return hits[0].document.title if hits else ""


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("驾照", "机动车驾驶证初次申领"),
        ("我妈的驾照丢了怎么办", "机动车驾驶证补领"),
        ("我妈退休金怎么认证", "养老保险待遇资格认证"),
        ("养了条狗", "犬类准养证核发"),
        ("社会保障卡", "社会保障卡申领"),
        ("社会保账卡", "社会保障卡申领"),
        ("社会障保卡", "社会保障卡申领"),
        ("社保障卡申领", "社会保障卡申领"),
        ("結婚登記", "结婚登记"),
        ("ｊｉｅｈｕｎdengji", "结婚登记"),
        ("jhdj", "结婚登记"),
        ("shehui baozhang ka", "社会保障卡申领"),
        ("shbzk", "社会保障卡申领"),
        ("she hui bao zhang ka gua shi", "社会保障卡挂失"),
        ("jiazhao", "机动车驾驶证初次申领"),
    ],
)
def test_what_people_type_finds_what_they_mean(index: Index, query: str, title: str) -> None:
    assert first(index, query, kinds={"item"}) == title


@pytest.mark.parametrize(
    "query", ["", "   ", "!!!", "\x00", "怎么办", "𠀀𠀀", "龘龘龘", "%_'\"\\", "a" * 500, "的" * 500]
)
def test_a_question_without_sense_finds_nothing_and_breaks_nothing(index: Index, query: str) -> None:
    assert index.find(query, kinds={"item"}) == []


def test_places_are_found_by_name_by_sound_and_near_the_viewer_first(index: Index) -> None:
    assert first(index, "南岗区") == "南岗区"
    assert first(index, "南岗区政务服务中心") == "南岗区政务服务中心"
    assert first(index, "nangang") == "南岗区"
    assert first(index, "红旗", place="230200") == "红旗镇"
    assert first(index, "红旗", place="230103") == "红旗村"
    assert first(index, "hqc") == "红旗村"


def test_a_place_in_the_question_does_not_hide_the_service(index: Index) -> None:
    titles = [hit.document.title for hit in index.find("南岗区身份证申领")]
    assert titles[0] == "居民身份证申领"
    assert "南岗区" in titles


def test_only_the_kinds_asked_for_are_found(index: Index) -> None:
    assert {hit.document.kind for hit in index.find("南岗区", kinds={"hall"})} == {"hall"}


def test_scores_are_shares_and_fall(index: Index) -> None:
    scores = [hit.score for hit in index.find("社会保障卡")]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_looking_up_and_applying_are_told_apart() -> None:
    index = Index.build([document("护照办理"), document("护照办理查询", enquiry=True)], LEXICON)
    assert first(index, "护照") == "护照办理"
    assert first(index, "查护照") == "护照办理查询"


def test_variants_of_one_thing_leave_room_for_others() -> None:
    variants = [document(f"烟草许可证核发({kind})", group="烟草") for kind in ("甲类", "乙类", "丙类", "丁类", "戊类")]
    index = Index.build([*variants, document("烟草许可证到期延续登记办理")], Lexicon())
    assert "烟草许可证到期延续登记办理" in [hit.document.title for hit in index.find("烟草许可证", limit=5)]


def test_a_city_adds_its_words_in_a_file_and_a_bad_row_is_named(tmp_path: Path) -> None:
    good = tmp_path / "city.csv"
    good.write_text("type,street,official,weight,domain\nword,铁子卡,社会保障卡,1,\n", "utf-8")
    index = Index.build(map(document, TITLES), Lexicon(read(good)))
    assert first(index, "铁子卡") == "社会保障卡申领"
    good.write_text("type,street,official,weight,domain\nword,铁子卡,,1,\n", "utf-8")
    with pytest.raises(BadLexicon, match=r"city.csv, row 2"):
        read(good)


def test_pinyin_is_cut_into_syllables_and_initials() -> None:
    assert split("shehuibaozhangka") == ["she", "hui", "bao", "zhang", "ka"]
    assert split("shebk") == ["she", "b", "k"]


def test_text_is_compared_in_one_form() -> None:
    assert normal("ＡＢＣ（國籍）") == "abc(国籍)"


@pytest.mark.no_database
async def test_the_index_in_use_is_replaced_whole() -> None:
    before, words = current(), LEXICON

    async def source() -> list[SearchDocument]:
        return [document(title) for title in TITLES]

    use(words)
    try:
        assert await rebuild([source]) is current() is not before
        assert first(current(), "驾照") == "机动车驾驶证初次申领"
    finally:
        use(Lexicon())
        await rebuild([])
