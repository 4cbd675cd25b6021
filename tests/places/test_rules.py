from datetime import date

import pytest

from backend.places import rules
from backend.places.schemas import Point

GOLDEN_WEEK = {
    **{date(2026, 10, day): "holiday" for day in range(1, 8)},
    date(2026, 10, 10): "makeup_workday",
    date(2026, 10, 11): "weekend",
}


def test_the_first_day_does_not_count() -> None:
    assert rules.add_working_days(date(2026, 11, 23), 1, {}) == date(2026, 11, 24)


def test_weekends_are_left_out() -> None:
    assert rules.add_working_days(date(2026, 11, 27), 1, {}) == date(2026, 11, 30)


def test_holidays_are_left_out_and_make_up_workdays_count() -> None:
    assert rules.add_working_days(date(2026, 9, 30), 5, GOLDEN_WEEK) == date(2026, 10, 13)


def test_no_working_days_is_the_day_itself() -> None:
    assert rules.add_working_days(date(2026, 10, 1), 0, GOLDEN_WEEK) == date(2026, 10, 1)


def test_days_cannot_be_counted_backwards() -> None:
    with pytest.raises(ValueError, match="from 0"):
        rules.add_working_days(date(2026, 10, 1), -1, {})


def test_a_day_outside_the_calendar_counts_by_its_weekday() -> None:
    assert rules.working(date(2031, 1, 6), {})
    assert not rules.working(date(2031, 1, 5), {})


def test_distance_between_harbin_and_qiqihar_is_right_to_a_percent() -> None:
    harbin, qiqihar = Point(lat=45.8018, lng=126.5289), Point(lat=47.3523, lng=123.9116)
    assert rules.haversine(harbin, qiqihar) == pytest.approx(264_000, rel=0.01)


def test_the_box_holds_the_circle() -> None:
    south, north, west, east = rules.box(Point(lat=47, lng=127), 10_000)
    for lat, lng in ((south, 127), (north, 127), (47, west), (47, east)):
        assert rules.haversine(Point(lat=47, lng=127), Point(lat=lat, lng=lng)) >= 10_000


@pytest.mark.parametrize(
    ("name", "pinyin", "level", "english"),
    [
        ("南岗区", "nan gang qu", 3, "Nangang District"),
        ("哈尔滨市", "ha er bin shi", 2, "Harbin City"),
        ("宁安市", "ning an shi", 3, "Ning'an City"),
        ("宾县", "bin xian", 3, "Binxian County"),
        ("杜尔伯特蒙古族自治县", "du er bo te meng gu zu zi zhi xian", 3, "Dorbod Mongol Autonomous County"),
        ("吉兴朝鲜族满族乡", "ji xing chao xian zu man zu xiang", 4, "Jixing Korean Manchu Ethnic Township"),
        ("长胜乡", "zhang sheng xiang", 4, "Changsheng Township"),
        ("绿色草原牧场", "lv se cao yuan mu chang", 4, "Lüsecaoyuan Livestock Farm"),
        ("大庆高新技术产业开发区", "da qing gao xin ji shu chan ye kai fa qu", 3, ""),
        ("第一良种场", "di yi liang zhong chang", 4, ""),
        ("红旗村委会", "hqcwh", 5, ""),
    ],
)
def test_english_names_are_readable_or_absent(name: str, pinyin: str, level: int, english: str) -> None:
    assert rules.english_name(name, pinyin, level) == english


def test_a_hall_is_called_after_its_division_in_english() -> None:
    assert rules.english_hall("南岗区政务服务中心", "Nangang District") == "Nangang District Government Service Center"
    assert rules.english_hall("牡丹江市政务服务中心（涉企厅）", "Mudanjiang City").endswith("(business hall)")
    assert rules.english_hall("某某便民服务中心", "") == ""


def test_a_code_names_all_the_places_above() -> None:
    assert rules.ancestors("230103001002") == [
        "230000000000",
        "230100000000",
        "230103000000",
        "230103001000",
        "230103001002",
    ]
    assert rules.ancestors("23") == ["230000000000"]


def test_a_place_is_kept_in_its_shortest_usual_form() -> None:
    assert rules.short_code("230103001000", 4) == "230103001"
    assert rules.short_code("230100000000", 2) == "230100"


def test_a_question_is_cut_into_han_and_latin_words() -> None:
    assert rules.parts("哈尔滨 Nan'gang%_区") == ["哈尔滨", "nangang", "区"]


NAMES = {
    "230103001000": "花园街道", "230103001001": "花园街社区居委会", "230103007000": "荣市街道",
    "230103101201": "红旗村村委会", "230103201205": "红旗村村民委员会", "230103101000": "王岗镇",
    "230103002004": "国庆社区居民委员会", "230103101202": "前村村委会",
}  # fmt: skip


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("哈尔滨市南岗区花园街道 12 号", "230103001"),
        ("南岗区花园街道花园街社区 3 栋", "230103001001"),
        ("国庆社区 5 号楼", "230103002004"),
        ("王岗镇红旗村 8 号", "230103101201"),
        ("红旗村 8 号", ""),  # in two towns
        ("花园街 12 号", ""),  # a road
        ("前村 1 号", ""),  # two signs are in many names
        ("荣市街道和花园街道之间", ""),
        ("花园街道国庆社区", "230103001"),  # the community lies elsewhere, the street was said
        ("", ""),
    ],
)
def test_an_address_tells_its_street_only_where_it_names_one(address: str, code: str) -> None:
    assert rules.named_in(address, NAMES) == code
