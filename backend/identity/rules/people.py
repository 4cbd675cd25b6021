"""How people are written: masks, names as they are compared, typed days, ages."""

import re
import unicodedata
from datetime import date


def mask_name(name: str) -> str:
    """The first sign is hidden, as on official lists: 李秀兰 → *秀兰."""
    return "*" + name[1:] if len(name) > 1 else name


def mask_document(number: str) -> str:
    """``230***********0021``: region and last four."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}" if len(number) > 7 else "*" * len(number)


def person_name(text: str) -> str:
    """A name as it is compared: NFKC, no blanks, one kind of middle dot (少数民族姓名 use ·, • and ．)."""
    return re.sub(r"\s", "", re.sub("[·•・．‧]", "·", unicodedata.normalize("NFC", text))).casefold()


def day(text: str) -> date | None:
    """A typed day: 1948-3-5, 1948.3.5, 1948年3月5日, 19480305; none for nothing. Raises ``ValueError``."""
    typed = unicodedata.normalize("NFKC", text).strip()
    parts = re.match(r"^([0-9]{4})[-./年 ]?([0-9]{1,2})[-./月 ]?([0-9]{1,2})日?$", typed)
    if not typed or parts is None:
        if typed:
            raise ValueError(text)
        return None
    return date(*map(int, parts.groups()))


def age(birth: date, today: date) -> int:
    """Completed years; somebody born on 29 February is a year older on 1 March in common years."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
