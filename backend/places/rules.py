"""Working days, distances, and how a place is called in English. Pure: no database, no web."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from math import asin, cos, radians, sin, sqrt

from backend.places.schemas import Point
from backend.places.schemas import full_code as full_code

EARTH_METRES = 6_371_008.8
LENGTHS = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}

TYPES = [
    ("林业局", "Forestry Bureau"),
    ("开发区", "Development Zone"),
    ("园区", "Industrial Park"),
    ("自治县", "Autonomous County"),
    ("街道", "Subdistrict"),
    ("地区", "Prefecture"),
    ("农场", "Farm"),
    ("林场", "Forest Farm"),
    ("牧场", "Livestock Farm"),
    ("监狱", "Prison"),
    ("省", "Province"),
    ("市", "City"),
    ("区", "District"),
    ("县", "County"),
    ("镇", "Town"),
    ("乡", "Township"),
]
PEOPLES = {
    "满族": "Manchu",
    "朝鲜族": "Korean",
    "蒙古族": "Mongol",
    "达斡尔族": "Daur",
    "鄂温克族": "Ewenki",
    "鄂伦春族": "Oroqen",
    "赫哲族": "Hezhen",
    "回族": "Hui",
    "锡伯族": "Xibe",
    "柯尔克孜族": "Kirgiz",
}
CUSTOMARY = {"哈尔滨": "Harbin", "齐齐哈尔": "Qiqihar", "大兴安岭": "Da Hinggan Ling", "杜尔伯特": "Dorbod"}
HALL_TYPES = [
    ("政务服务中心", "Government Service Center"),
    ("行政服务中心", "Administrative Service Center"),
    ("便民服务中心", "Public Service Center"),
    ("市民服务中心", "Citizen Service Center"),
    ("人民办事中心", "Citizen Service Center"),
    ("市民中心", "Citizen Center"),
]
HALL_PARTS = {"涉企厅": "business hall", "民生厅": "residents’ hall"}
OFFICES = re.compile("(?:居民|村民)?委员会$|[居村]委会$")  # of a community or village; nobody writes it in an address
LEAST_SIGNS = 3  # of a name that counts in an address: 红旗村; shorter ones are found in names of roads
PLACE_READINGS = {"长": "chang", "乐": "le"}  # read zhang and yue by the machine
LONGEST = 5  # syllables; a longer name run together is not readable


def working(day: date, kinds: Mapping[date, str]) -> bool:
    """Whether offices work that day. A day outside the calendar counts by its weekday."""
    kind = kinds.get(day)
    return day.isoweekday() < 6 if kind is None else kind in {"workday", "makeup_workday"}


def add_working_days(start: date, n: int, kinds: Mapping[date, str]) -> date:
    """The n-th working day after ``start``, which itself does not count (行政许可法第八十二条, 民法典第二百零一条)."""
    if n < 0:
        raise ValueError("n counts days from 0")
    day, left = start, n
    while left:
        day += timedelta(days=1)
        left -= working(day, kinds)
    return day


def haversine(a: Point, b: Point) -> float:
    """Metres along the great circle between two WGS-84 points; good to 0.5 % of the distance."""
    lat1, lng1, lat2, lng2 = (radians(value) for value in (a.lat, a.lng, b.lat, b.lng))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lng2 - lng1) / 2) ** 2
    return 2 * EARTH_METRES * asin(sqrt(half))


def box(centre: Point, metres: float) -> tuple[float, float, float, float]:
    """South, north, west and east edge of a box that holds the circle."""
    up = metres / 111_000
    side = up / max(cos(radians(centre.lat)), 0.01)
    return centre.lat - up, centre.lat + up, centre.lng - side, centre.lng + side


def short_code(code: str, level: int) -> str:
    """The shortest usual form: counties and above 6 digits, townships 9, villages 12."""
    return code[: {4: 9, 5: 12}.get(level, 6)]


def ancestors(code: str) -> list[str]:
    """The codes from the province down to the division itself, by the digits of the code."""
    whole = full_code(code)
    found = [full_code(whole[:length]) for length in LENGTHS]
    return [each for index, each in enumerate(found) if index == 0 or each != found[index - 1]]


def region(code: str) -> str:
    """The six digits that tenant data of this place is kept under."""
    return full_code(code)[:6]


def reading(name: str, pinyin: str) -> list[str]:
    """Pinyin of each character (or its first letter), with the readings that place names use put right."""
    syllables = pinyin.split() if " " in pinyin or len(name) == 1 else list(pinyin)
    if len(syllables) != len(name):
        return syllables
    whole = max(map(len, syllables)) > 1
    return [
        (PLACE_READINGS[char] if whole else PLACE_READINGS[char][0]) if char in PLACE_READINGS else syllable
        for char, syllable in zip(name, syllables, strict=True)
    ]


def english_name(name: str, pinyin: str, level: int) -> str:
    """南岗区, "nan gang qu" → "Nangang District"; empty where only initials are known or it would not be readable."""
    if level == 5 or (level == 4 and name.endswith("地区")):
        return ""
    ending, word = next(((ending, word) for ending, word in TYPES if name.endswith(ending)), ("", ""))
    stem = name.removesuffix(ending)
    syllables = reading(name, pinyin)
    if not ending or len(syllables) != len(name):
        return ""
    if len(stem) == 1:
        return f"{_readable(name, syllables)} {word}"
    peoples, core = _peoples(stem)
    readable = _readable(core, syllables[: len(core)])
    ethnic = ["Ethnic"] if peoples and level == 4 else []
    return " ".join([readable, *peoples, *ethnic, word]) if readable else ""


def english_hall(name: str, division: str) -> str:
    """南岗区政务服务中心 → "Nangang District Government Service Center"; empty where the division has none."""
    for ending, words in HALL_TYPES:
        if division and ending in name:
            part = next((f" ({text})" for chinese, text in HALL_PARTS.items() if chinese in name), "")
            return f"{division} {words}{part}"
    return ""


def hall_id_text(code: str) -> str:
    """The name a hall's stable id is made from: the same hall has the same address on every installation."""
    return f"linli:places:hall:{code}"


def parts(question: str) -> list[str]:
    """The words of a question about a place: Han runs and Latin runs, lower case, at most five."""
    return re.findall(r"[\u3400-\u9fff〇]+|[a-z0-9]+", question.lower().replace("'", ""))[:5]


def _peoples(stem: str) -> tuple[list[str], str]:
    """The peoples an autonomous place is named after, and the name before them."""
    found: list[str] = []
    while match := next((each for each in PEOPLES if stem.endswith(each) and len(stem) > len(each) + 1), None):
        found.insert(0, PEOPLES[match])
        stem = stem.removesuffix(match)
    return found, stem


def _readable(stem: str, syllables: list[str]) -> str:
    """Syllables run together, an apostrophe before a, e and o (汉语拼音正词法), customary names first."""
    if stem in CUSTOMARY:
        return CUSTOMARY[stem]
    if not syllables or len(syllables) != len(stem) or len(syllables) > LONGEST:
        return ""
    joined = syllables[0] + "".join(f"'{each}" if each[0] in "aeo" else each for each in syllables[1:])
    return joined.replace("v", "ü").capitalize()


def named_in(address: str, names: Mapping[str, str]) -> str:
    """The division that a written address names, of those below one county by their whole codes; empty when unclear.

    Names count as they are written in full: 花园街道 is a subdistrict, 花园街 a road that may lie in three of them. Two
    subdistricts in one address, or a village of that name in two towns, tell nothing.
    """
    short = {code: OFFICES.sub("", name) for code, name in names.items()}
    found = [code for code, name in short.items() if len(name) >= LEAST_SIGNS and name in address]
    streets = {code for code in found if code.endswith("000")}
    inside = [code for code in found if code not in streets and (not streets or code[:9] + "000" in streets)]
    if len(inside) == 1 and len(streets) <= 1:
        return inside[0]
    return streets.pop()[:9] if len(streets) == 1 else ""
