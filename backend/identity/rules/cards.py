"""Cards and PINs: how they look, which PINs are too easy, when a card locks."""

import itertools
import re
import secrets
import unicodedata
from datetime import date

CARD_TRIES = 5
CARD_TRIES_PER_ADDRESS = (20, 300)
CARD_TOKEN = re.compile(r"^LLK\.[A-Za-z0-9_\-]{32}$")
PIN = re.compile(r"^[0-9]{6}$")


def card_number(body: str = "") -> str:
    """Twelve digits, the last one a check (Luhn): what is mistyped at a keypad is told before it costs a try."""
    digits = body or f"{1 + secrets.randbelow(9)}{secrets.randbelow(10**10):010d}"
    return digits + _luhn(digits)


def tidy_card_number(text: str) -> str | None:
    """The twelve digits of a typed number, or none when the check digit does not fit."""
    digits = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))
    return digits if re.match(r"^[0-9]{12}$", digits) and _luhn(digits[:11]) == digits[11] else None


def grouped(number: str) -> str:
    """``1234 5678 9012``: read in groups of four."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def new_pin(birth: date | None) -> str:
    """Six random digits that are not too easy."""
    while True:
        pin = f"{secrets.randbelow(10**6):06d}"
        if not easy_pin(pin, birth):
            return pin


def easy_pin(pin: str, birth: date | None) -> bool:
    """Whether a PIN is among those that are tried first: one digit, a row, a repeated part, the birthday."""
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    if steps in ({0}, {1}, {9}) or pin[:2] * 3 == pin or pin[:3] * 2 == pin:
        return True
    return birth is not None and pin in {f"{birth:{form}}" for form in ("%y%m%d", "%d%m%y", "%m%d%y", "%Y%m", "%m%Y")}


def _luhn(digits: str) -> str:
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)
