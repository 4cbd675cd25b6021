from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalogue import rules, shelves
from backend.catalogue.intake import Row, item_of
from backend.catalogue.schemas import Item, Limit, LocalValues


def item(**values: object) -> Item:
    return item_of(Row(**{"id": "X1", "name": "某事项", "source": "gd_2021", **values}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "dept_class", "kind"),
    [
        ("社会保障卡申领", "人力资源社会保障", "social-security"),
        ("住院费用报销", "医疗保障", "medical"),
        ("中国内地公民婚姻登记", "民政", "civil-affairs"),
        ("供水报装", "住房城乡建设", "payment"),
        ("公租房租金缴纳", "住房城乡建设", "payment"),
        ("机动车注册登记", "公安", ""),
    ],
)
def test_the_gate_covers_health_insurance_civil_affairs_and_payment(name: str, dept_class: str, kind: str) -> None:
    assert rules.essential_of(name, [], dept_class) == kind


@pytest.mark.parametrize(
    ("local", "ways"),
    [
        (LocalValues(), []),
        (LocalValues(address="中山路181号"), []),
        (LocalValues(hours="工作日 8:30–16:30"), []),
        (LocalValues(address="中山路181号", hours="工作日 8:30–16:30"), ["counter"]),
        (LocalValues(phone="12345"), ["phone"]),
        (LocalValues(home_visit="可以"), []),
        (LocalValues(home_visit="给社区打电话，网格员上门"), ["visit"]),
    ],
)
def test_a_way_counts_only_when_the_channel_to_it_is_known(local: LocalValues, ways: list[str]) -> None:
    assert rules.live_ways(local) == ways
    assert rules.may_publish("medical", local) == bool(ways)
    assert rules.may_publish("", local)


def test_the_county_speaks_first_then_national_law_then_another_province() -> None:
    local = LocalValues(promised_days=2, promised_unit="working_day")
    row = {"id": "X1", "name": "某事项", "source": "gd_2021", "promised_limit": {"days": 15, "unit": "working_day"}}
    given_row = item_of(msgspec.convert(row, Row))
    assert rules.limit_of(given_row, local)[1] == "local"
    assert rules.limit_of(given_row, LocalValues())[1] == "reference"
    assert rules.limit_of(item(type="行政许可"), LocalValues())[1] == "law-general"
    assert rules.limit_of(item(), LocalValues()) == (None, "unknown")


def test_what_nobody_says_stays_unknown() -> None:
    facts = rules.facts_of(item(), LocalValues(), None, False)
    assert {each.origin for each in (facts.how_long, facts.trips, facts.cost, facts.delegate)} == {"unknown"}


def test_a_permit_is_free_and_may_be_delegated_by_law() -> None:
    facts = rules.facts_of(item(type="行政许可"), LocalValues(), None, False)
    assert facts.cost.origin == facts.delegate.origin == "law-general"


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("结婚登记（内地居民）", "no"), ("离婚登记预约", "no"), ("普通护照签发", "no"),
        ("居民身份证申领、换领、补领", "no"),
        ("公证办理", "sometimes"), ("最低生活保障", "yes"), ("不动产登记", "yes"), ("公司设立登记", "yes"),
        ("社会保障卡申领", None), ("补领结婚证", None),
    ],
)  # fmt: skip
def test_who_may_act_for_whom_is_answered_only_where_a_law_answers(name: str, answer: str | None) -> None:
    found = shelves.delegate_answer(name, "")
    assert (found[0] if found else None) == answer


def test_the_hotline_is_always_an_offline_way_and_never_twice() -> None:
    assert [way.phone for way in rules.offline_of(LocalValues(), [], "12345")] == ["12345"]
    assert [way.phone for way in rules.offline_of(LocalValues(phone="12345"), [], "12345")] == ["12345"]


def test_calendar_days_need_no_calendar() -> None:
    assert rules.ready_plain(Limit(days=60, unit="calendar_day"), date(2026, 1, 1)) == date(2026, 3, 2)
    assert rules.ready_plain(Limit(days=5, unit="working_day"), date(2026, 1, 1)) is None


@given(st.integers(0, 999_999), st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"))
def test_a_cursor_comes_back_as_it_went(sort: int, item_id: str) -> None:
    assert rules.read_cursor(rules.cursor_of(sort, item_id)) == (sort, item_id)


@given(st.text(max_size=80))
def test_anything_else_is_no_cursor(text: str) -> None:
    try:
        sort, item_id = rules.read_cursor(text)
    except ValueError:
        return
    assert 0 <= sort <= 999_999 and item_id


def test_every_theme_has_a_picture_of_the_sprite_and_every_file_names_real_items() -> None:
    from accessibility.assets import icon_files

    known = {row["item"] for row in shelves.table("items_en.csv")}
    assert known >= {"LAW001", "LAW018"}
    for theme in shelves.themes().values():
        assert theme.icon in icon_files(), theme.slug
    for event in shelves.life_events():
        assert event["icon"] in icon_files(), event["slug"]
