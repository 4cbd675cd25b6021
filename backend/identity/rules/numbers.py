"""Numbers of people: mobile phones and identity documents, their check digits, the birthday in them.

Sources: GB 11643 (citizen number, MOD 11-2), the 2023 form of the foreign permanent resident card, the residence
permits of Hong Kong, Macau and Taiwan.
"""

import re
import unicodedata
from datetime import date

MOBILE = re.compile(r"^1[3-9][0-9]{9}$")
DEMO_MOBILE = re.compile(r"^100[0-9]{8}$")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PERMITS = {"81": "hk-permit", "82": "macau-permit", "83": "taiwan-permit"}


def phone(text: str, *, demo: bool = False) -> str | None:
    """The eleven digits of a mainland mobile number, or none. ``+86`` and separators are fine; 100… in ``demo``."""
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(?:\+|00)86", "", digits)
    if MOBILE.match(digits) or (demo and DEMO_MOBILE.match(digits)):
        return digits
    return None


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


def sex_of(number: str) -> str:
    """``M`` or ``F`` by the seventeenth digit."""
    return "M" if int(number[16]) % 2 else "F"
