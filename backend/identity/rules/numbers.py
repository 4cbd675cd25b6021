"""Numbers of people: mobile phones and identity documents, their check digits, the birthday in them.

Sources: GB 11643 (citizen number, MOD 11-2), the 2023 form of the foreign permanent resident card, the residence
permits of Hong Kong, Macau and Taiwan; the public forms of passports and travel permits (国家移民管理局), which carry
no check digit in the number, so that only their form can be judged.
"""

import re
import unicodedata
from datetime import date

MOBILE = re.compile(r"^1[3-9][0-9]{9}$")
DEMO_MOBILE = re.compile(r"^100[0-9]{8}$")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PERMITS = {"81": "hk-permit", "82": "macau-permit", "83": "taiwan-permit"}
_PROVINCES = re.compile(r"^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71)")
# Kinds whose eighteen signs hold a birthday and a check digit; the number alone tells which of them it is.
DATED = ("citizen", "hk-permit", "macau-permit", "taiwan-permit", "foreign-permanent", "demonstration")
# Kinds that must be named, because their numbers look like each other's.
FORMS = {
    "passport": re.compile(r"^(?:[DEGPS][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|[DSP]E[0-9]{7}|1[45][0-9]{7})$"),
    "foreign-passport": re.compile(r"^[A-Z]{3}(?=[A-Z0-9]*[0-9])[A-Z0-9]{5,12}$"),
    "hk-macau-travel-permit": re.compile(r"^[HM](?:[0-9]{8}|[0-9]{10})$"),
    "taiwan-travel-permit": re.compile(r"^(?:[0-9]{8}|[0-9]{10}(?:[A-Z])?)$"),
    "officer": re.compile(r"^[\u4e00-\u9fff]{1,2}字第[0-9A-Z]{4,8}号?$"),
    "soldier": re.compile(r"^[\u4e00-\u9fff]{1,2}字第[0-9A-Z]{4,8}号?$"),
    "foreign-permanent-2017": re.compile(r"^[A-Z]{3}[0-9]{12}$"),
}
DOCUMENT_KINDS = (*DATED[:-1], "foreign-permanent-2017", "household-register", *list(FORMS)[:-1])


def phone(text: str, *, demo: bool = False) -> str | None:
    """The eleven digits of a mainland mobile number, or none. ``+86`` and separators are fine; 100… in ``demo``."""
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(?:\+|00)86", "", digits)
    if MOBILE.match(digits) or (demo and DEMO_MOBILE.match(digits)):
        return digits
    return None


def document_kind(number: str, *, named: str = "", demo: bool = False) -> str | None:
    """Which document a number belongs to, or none when it cannot be one. Region 999999 exists in ``demo`` only.

    ``named`` is the kind that somebody chose; without it only kinds that the number itself tells are recognised. The
    household register (户口簿) carries the citizen number, so that a child without a card is the same person later.
    """
    number = tidy_document(number)
    told = _told(number, demo)
    if named in ("", *DATED):
        return told if named in ("", told) else None
    if named == "household-register":
        return named if told in ("citizen", "demonstration") else None
    return named if named in FORMS and FORMS[named].match(number) else None


def tidy_document(text: str) -> str:
    """Upper case, half width, no blanks."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


def document_key(number: str, kind: str | None) -> str:
    """What tells one document from all others: a passport and a travel permit may bear the same eight digits."""
    tidy = tidy_document(number)
    return (
        tidy if kind is None or kind in (*DATED, "household-register", "foreign-permanent-2017") else f"{kind}:{tidy}"
    )


def check_digit(number: str) -> str:
    """The check digit over the first seventeen digits (ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True)) % 11]


def birth_of(number: str) -> date | None:
    """The date of birth in an eighteen-character number; none when there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def birth_in(number: str, kind: str | None) -> date | None:
    """The date of birth that a document's number tells; none for kinds that tell none."""
    return birth_of(tidy_document(number)) if kind in (*DATED, "household-register") else None


def sex_of(number: str) -> str:
    """``M`` or ``F`` by the seventeenth digit."""
    return "M" if int(number[16]) % 2 else "F"


def _told(number: str, demo: bool) -> str | None:
    """The kind that a number tells by itself."""
    if FORMS["foreign-permanent-2017"].match(number):
        return "foreign-permanent-2017"
    if not re.match(r"^[0-9]{17}[0-9X]$", number) or check_digit(number) != number[-1] or birth_of(number) is None:
        return None
    if number.startswith("999999"):
        return "demonstration" if demo else None
    if number[0] == "9":  # 9, province, numeric nationality: since 2023-12-01
        return "foreign-permanent" if _PROVINCES.match(number[1:]) and number[3:6] != "000" else None
    if number[:2] in _PERMITS:
        return _PERMITS[number[:2]] if number[2:6] == "0000" else None
    return "citizen" if _PROVINCES.match(number) else None
