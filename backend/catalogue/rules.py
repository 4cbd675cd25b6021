"""What the catalogue decides: themes, the gate, the four answers, order. Pure functions, no database, no web."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from backend.catalogue.schemas import (
    AT_MOST_DAYS,
    AT_MOST_WORKING_DAYS,
    CHARGED,
    DAYS,
    DELEGATE,
    FREE_BY_LAW,
    NO_TRIP,
    NOT_PUBLISHED,
    ON_THE_SPOT,
    ONE_DAY,
    ONE_TRIP,
    ONE_WORKING_DAY,
    TRIPS,
    WORKING_DAYS,
    Answer,
    Essential,
    Fact,
    Facts,
    Item,
    LawBasis,
    Limit,
    LocalValues,
    OfflineWay,
    Origin,
)

NATIONAL = "laws_flk"
PERMIT = "行政许可"
PERMIT_DAYS = 20  # 行政许可法第四十二条, working days by its article 82
PERMIT_LAW = "中华人民共和国行政许可法"
PERMIT_DELEGATE = LawBasis(
    law=PERMIT_LAW,
    article="第二十九条",
    quote="申请人可以委托代理人提出行政许可申请。但是，依法应当由申请人到行政机关办公场所提出行政许可申请的除外。",
    version="2019-04-23",
)
PERMIT_FEE = LawBasis(
    law=PERMIT_LAW,
    article="第五十八条",
    quote="行政机关实施行政许可和对行政许可事项进行监督检查，不得收取任何费用。但是，法律、行政法规另有规定的，依照其规定。",
    version="2019-04-23",
)
GATE_LAW = LawBasis(
    law="中华人民共和国无障碍环境建设法",
    article="第三十九条",
    quote="公共服务场所涉及医疗健康、社会保障、金融业务、生活缴费等服务事项的，应当保留现场指导、人工办理等传统服务方式。",
    version="2023-06-28",
)

_ESSENTIAL: tuple[tuple[Essential, frozenset[str], frozenset[str], str], ...] = (
    ("medical", frozenset({"医疗保障", "卫生健康"}), frozenset({"医保", "医疗卫生"}), r"医保|医疗保险|医疗救助|就医"),
    (
        "social-security",
        frozenset(),
        frozenset({"社会保险"}),
        r"社会保险|社会保障|社保|养老保险|养老金|养老服务|失业保险|失业登记|工伤|生育保险|公积金",
    ),
    (
        "civil-affairs",
        frozenset({"民政", "残联"}),
        frozenset({"社会救助福利"}),
        r"婚姻登记|结婚|离婚|收养|低保|最低生活保障|救助|残疾|高龄|殡葬",
    ),
    ("payment", frozenset({"供电供水供气"}), frozenset(), r"缴费|缴纳|补缴|趸缴|缴款|交存|供水|供电|供气|供热|报装"),
)


def themes_of(words: str, topics: Iterable[str], dept_class: str, themes: Iterable[Mapping[str, str]]) -> list[str]:
    """The slugs an item belongs to: by the topics of its source, or by a word in its name; "other" when none fits."""
    found = []
    given = {*topics, dept_class}
    for theme in themes:
        by_topic = theme["topics"] and given & set(theme["topics"].split("|"))
        by_word = theme["words"] and re.search(theme["words"], words)
        if by_topic or by_word:
            found.append(theme["slug"])
    kept = [slug for slug in found if slug != "other"]
    return kept or ["other"]


def essential_of(words: str, topics: Iterable[str], dept_class: str) -> Essential:
    """Whether the item is one that must keep a way without a screen: 医疗, 社保, 民政 or 缴费; empty otherwise."""
    given = set(topics)
    for kind, classes, of_topics, pattern in _ESSENTIAL:
        if dept_class in classes or given & of_topics or re.search(pattern, words):
            return kind
    return ""


def order_of(item: Mapping[str, object], rank: int | None) -> int:
    """Where an item stands in lists, smaller first: what most residents come for, then national law, then the rest."""
    if rank is not None:
        return rank
    objects = item.get("objects")
    value = 1000
    value += 400 if item.get("kind") == "lookup" else 0
    value += 200 if isinstance(objects, list) and "自然人" not in objects else 0
    value -= 200 if item.get("source") == NATIONAL else 0
    value -= {"A": 40, "B": 20}.get(str(item.get("completeness")), 0)
    value += min(len(str(item.get("name"))), 90)
    return value


def live_ways(local: LocalValues) -> list[str]:
    """The offline ways whose channel is known: where and when, which number, or how to ask for a visit."""
    ways = []
    if len(local.address) >= 4 and len(local.hours) >= 4:
        ways.append("counter")
    if re.match(r"^\+?[0-9][0-9 -]{2,19}$", local.phone):
        ways.append("phone")
    if len(local.home_visit) >= 6:
        ways.append("visit")
    return ways


def may_publish(essential: Essential, local: LocalValues) -> bool:
    """The gate of 无障碍环境建设法第三十九条."""
    return essential == "" or bool(live_ways(local))


def limit_of(item: Item, local: LocalValues) -> tuple[Limit | None, Origin]:
    """The limit to show first, and whose it is. A promise of another province is never more than a reference."""
    if local.promised_unit is not None:
        return Limit(days=local.promised_days or 0, unit=local.promised_unit), "local"
    if item.source == NATIONAL:
        return (item.legal, "law") if item.legal else (None, "unknown")
    shown = item.promised or item.legal
    if shown:
        return shown, "reference"
    if item.type == PERMIT:
        return Limit(days=PERMIT_DAYS, unit="working_day"), "law-general"
    return None, "unknown"


def facts_of(item: Item, local: LocalValues, delegate: Answer | None, charged: bool) -> Facts:
    """The four answers. ``delegate`` and ``charged`` are what a law says about this item, if one does."""
    limit, origin = limit_of(item, local)
    return Facts(
        how_long=_how_long(limit, origin),
        trips=_trips(item, local),
        cost=_cost(item, local, charged),
        delegate=_delegate(item, local, delegate),
    )


def offline_of(local: LocalValues, halls: list[OfflineWay], help_phone: str) -> list[OfflineWay]:
    """Every way that needs no screen: the county's own first, then the halls near by, then the hotline."""
    ways = set(live_ways(local))
    found = []
    if "counter" in ways:
        found.append(OfflineWay(kind="counter", name=local.counter, where=local.address, hours=local.hours, local=True))
    if "phone" in ways:
        found.append(OfflineWay(kind="phone", name=local.dept, phone=local.phone, hours=local.phone_hours, local=True))
    if "visit" in ways:
        found.append(OfflineWay(kind="visit", name=local.home_visit, local=True))
    found += halls
    if help_phone and help_phone != local.phone:
        found.append(OfflineWay(kind="phone", name="", phone=help_phone))
    return found


def ready_plain(limit: Limit, start: date) -> date | None:
    """The day a limit without working days ends; None for working days, which need the calendar."""
    if limit.unit == "working_day":
        return None
    return date.fromordinal(start.toordinal() + limit.days)


def cursor_of(sort: int, item: str) -> str:
    """The place in a list after an item."""
    return f"{sort}~{item}"


def read_cursor(cursor: str) -> tuple[int, str]:
    """Sort and id of a cursor; raises ``ValueError`` for anything that is not one."""
    sort, _, item = cursor.partition("~")
    if not item or not re.match(r"^[0-9]{1,6}$", sort) or len(item) > 64:
        raise ValueError("not a cursor of this list")
    return int(sort), item


def _how_long(limit: Limit | None, origin: Origin) -> Fact:
    if limit is None:
        return Fact(text=NOT_PUBLISHED, origin="unknown")
    if limit.unit == "immediate" or limit.days == 0:
        return Fact(text=ON_THE_SPOT, origin=origin)
    if limit.days == 1:
        return Fact(text=ONE_WORKING_DAY if limit.unit == "working_day" else ONE_DAY, origin=origin)
    lawful = origin in {"law", "law-general"}
    if limit.unit == "working_day":
        text = AT_MOST_WORKING_DAYS if lawful else WORKING_DAYS
    else:
        text = AT_MOST_DAYS if lawful else DAYS
    return Fact(text=text, origin=origin, values={"days": limit.days})


def _trips(item: Item, local: LocalValues) -> Fact:
    known = local.visits if local.visits is not None else item.visits
    if known is None:
        return Fact(text=NOT_PUBLISHED, origin="unknown")
    origin: Origin = "local" if local.visits is not None else "reference"
    if known == 0:
        return Fact(text=NO_TRIP, origin=origin)
    return Fact(text=ONE_TRIP if known == 1 else TRIPS, origin=origin, values={"n": known})


def _cost(item: Item, local: LocalValues, charged: bool) -> Fact:
    if local.fee:
        return Fact(text="", origin="local", data=local.fee)
    if item.fee:
        return Fact(text="", origin="law" if item.source == NATIONAL else "reference", data=item.fee)
    if charged:
        return Fact(text=CHARGED, origin="law")
    if item.type == PERMIT:
        return Fact(text=FREE_BY_LAW, origin="law-general")
    return Fact(text=NOT_PUBLISHED, origin="unknown")


def _delegate(item: Item, local: LocalValues, by_law: Answer | None) -> Fact:
    said = local.delegate or by_law
    if said is None and item.type == PERMIT:
        return Fact(text=DELEGATE["yes"], origin="law-general")
    if said is None:
        return Fact(text=NOT_PUBLISHED, origin="unknown")
    return Fact(text=DELEGATE[said], origin="local" if local.delegate else "law")
