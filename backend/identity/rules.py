"""Numbers, limits and masks of people: pure functions, time passed in.

Sources: GB 11643 (citizen number, MOD 11-2), the 2023 form of the foreign permanent resident card, the residence
permits of Hong Kong, Macau and Taiwan; sign-in limits after NIST SP 800-63B and the habits of login.gov.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta

MOBILE = re.compile(r"^1[3-9][0-9]{9}$")
DEMO_MOBILE = re.compile(r"^100[0-9]{8}$")
LOGIN = re.compile(r"^[a-z][a-z0-9.\-]{1,39}$")

CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
CODE_LIMITS = ((1, 60), (5, 3600), (10, 86400))
CODES_PER_ADDRESS = (25, 300)
CODES_PER_HOUR = 20_000  # the whole province: above it somebody is pumping messages
GUESSES_PER_ADDRESS = (60, 300)
STAFF_TRIES_PER_ADDRESS = (20, 60)
PASSWORD_TRIES = 5
LOCKED_FOR = timedelta(minutes=30)
ASSISTANCE_IDLE = timedelta(minutes=20)
TOUCH_AFTER = timedelta(minutes=1)
ABSOLUTE = timedelta(hours=12)
IDLE = {
    "resident": timedelta(minutes=30),
    "elder": timedelta(hours=4),
    "staff": timedelta(minutes=15),
    "device": timedelta(minutes=1),
}

VERIFIED_BY = {
    "phone": ("registered-number", "name-and-birth", "home-address", "id-last-four"),
    "counter": ("id-card", "face-matches", "household-book", "known-code"),
}
NEEDED = {"phone": 2, "counter": 1}

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PERMITS = {"81": "hk-permit", "82": "macau-permit", "83": "taiwan-permit"}
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("AlipayClient", "Alipay"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def phone(text: str, *, demo: bool = False) -> str | None:
    """The eleven digits of a mainland mobile number, or none. ``+86`` and separators are fine; 100… in ``demo``."""
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(?:\+|00)86", "", digits)
    if MOBILE.match(digits) or (demo and DEMO_MOBILE.match(digits)):
        return digits
    return None


def mask_phone(digits: str) -> str:
    """``138****5678``: enough for the owner to know it, too little for anybody else."""
    return f"{digits[:3]}****{digits[-4:]}" if digits else ""


def mask_name(name: str) -> str:
    """The first sign is hidden, as on official lists: 李秀兰 → *秀兰."""
    return "*" + name[1:] if len(name) > 1 else name


def mask_document(number: str) -> str:
    """``230***********0021``: region and last four."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}" if len(number) > 7 else "*" * len(number)


def document_kind(number: str, *, demo: bool = False) -> str | None:
    """Which document a number belongs to, or none when it cannot be one. Region 999999 exists in ``demo`` only."""
    number = tidy_document(number)
    if re.match(r"^[A-Z]{3}[0-9]{12}$", number):
        return "foreign-permanent-2017"
    if not re.match(r"^[0-9]{17}[0-9X]$", number) or check_digit(number) != number[-1] or birth_of(number) is None:
        return None
    if number[0] == "9":
        if number.startswith("999999"):
            return "demonstration" if demo else None
        return "foreign-permanent"
    return _PERMITS.get(number[:2], "citizen")


def tidy_document(text: str) -> str:
    """Upper case, half width, no blanks."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


def check_digit(number: str) -> str:
    """The check digit over the first seventeen digits (ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True)) % 11]


def birth_of(number: str) -> date | None:
    """The date of birth in an eighteen-character number; none when there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def day(text: str) -> date | None:
    """A typed day: 1948-3-5, 1948.3.5, 1948年3月5日, 19480305; none for nothing. Raises ``ValueError``."""
    typed = unicodedata.normalize("NFKC", text).strip()
    parts = re.match(r"^([0-9]{4})[-./年 ]?([0-9]{1,2})[-./月 ]?([0-9]{1,2})日?$", typed)
    if not typed or parts is None:
        if typed:
            raise ValueError(text)
        return None
    return date(*map(int, parts.groups()))


def sex_of(number: str) -> str:
    """``M`` or ``F`` by the seventeenth digit."""
    return "M" if int(number[16]) % 2 else "F"


def age(birth: date, today: date) -> int:
    """Completed years; somebody born on 29 February is a year older on 1 March in common years."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def person_name(text: str) -> str:
    """A name as it is compared: NFKC, no blanks, one kind of middle dot (少数民族姓名 use ·, • and ．)."""
    return re.sub(r"\s", "", re.sub("[·•・．‧]", "·", unicodedata.normalize("NFC", text))).casefold()


def ways_to_verify(channel: str, *, phone: bool, birth: bool, home: bool, document: bool) -> list[str]:
    """The ways that make sense for a person: on the phone only what is on record can be compared."""
    on_record = {"registered-number": phone, "name-and-birth": birth, "home-address": home, "id-last-four": document}
    return [way for way in VERIFIED_BY.get(channel, ()) if on_record.get(way, True)]


def idle(kind: str, mode: str) -> timedelta:
    """How long a session may rest: staff leave desks, older people take their time."""
    return IDLE["elder"] if kind == "resident" and mode == "elder" else IDLE[kind]


def live(*, kind: str, mode: str, last_seen: datetime, expires_at: datetime, now: datetime) -> bool:
    """Whether a session that was not ended still counts."""
    return now < expires_at and now - last_seen < idle(kind, mode)


def verified_enough(channel: str, ticked: list[str], possible: list[str]) -> bool:
    """On the phone two things must agree; at the counter the card is enough. Only ways possible here count."""
    return set(ticked) <= set(possible) and len(set(ticked)) >= NEEDED.get(channel, 99)


def device(user_agent: str) -> str:
    """A short note by which the owner knows a session: browser and system, no version (no fingerprint)."""
    found = [next((label for mark, label in kinds if mark in user_agent), "") for kinds in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, found))
