"""What the values of a mini-program's subscribe message may be, by the type in front of their key (``thing01``).

The platform refuses a whole message for one wrong value, so it is looked at before sending. Limits are those of
``subscribeMessage.send``; a value never has a line break.
"""

import re
from collections.abc import Mapping

from backend.core.words import N_

KEY = re.compile(r"^([a-z_]+?)[0-9]{1,2}$")
HAN = r"\u4e00-\u9fff"
TIME = r"[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?"
DATE = r"[0-9]{4}(?:年[0-9]{1,2}月[0-9]{1,2}日|(?P<sep>[-/.])[0-9]{1,2}(?P=sep)[0-9]{1,2})"
PLAIN_DATE = r"[0-9]{4}(?:年[0-9]{1,2}月[0-9]{1,2}日|[-/.][0-9]{1,2}[-/.][0-9]{1,2})"
MOMENT = rf"(?:{PLAIN_DATE} ?)?{TIME}"
FORMS = {
    "thing": (r".{1,20}", N_("{key}: at most 20 signs")),
    "number": (r"-?[0-9]{1,32}(?:\.[0-9]+)?", N_("{key}: digits only, at most 32")),
    "letter": (r"[A-Za-z]{1,32}", N_("{key}: letters only, at most 32")),
    "symbol": (rf"[^0-9A-Za-z{HAN}\s]{{1,5}}", N_("{key}: signs only, at most 5")),
    "character_string": (rf"[^{HAN}]{{1,32}}", N_("{key}: at most 32 digits, letters and signs, no Chinese")),
    "time": (rf"{MOMENT}(?: ?~ ?{MOMENT})?", N_("{key}: a time such as 15:01, with or without a date")),
    "date": (rf"{DATE}(?: {TIME})?", N_("{key}: a date such as 2026-12-01, with or without a time")),
    "amount": (r"[¥￥$€£]?[0-9]{1,10}(?:\.[0-9]{1,2})?元?", N_("{key}: an amount of at most 10 digits")),
    "phone_number": (r"[0-9+\-() ]{1,17}", N_("{key}: at most 17 digits and signs")),
    "car_number": (rf"[A-Z0-9{HAN}][A-Z0-9]{{0,6}}[A-Z0-9{HAN}]", N_("{key}: a number plate of at most 8 signs")),
    "name": (rf"(?:[{HAN}·]{{1,10}}|[A-Za-z .'\-]{{1,20}})", N_("{key}: at most 10 Chinese signs or 20 letters")),
    "phrase": (rf"[{HAN}]{{1,5}}", N_("{key}: at most 5 Chinese signs")),
    "enum": (r".+", N_("{key}: one of the published values")),
}
TWICE = N_("{key}: stands there twice")
UNKNOWN = N_("{key}: this type of value is not known")


def values_of(body: str) -> dict[str, str]:
    """The values of a template or a message: a line each, ``thing01=((name))``; a line without ``=`` has no value."""
    parts = (line.partition("=") for line in body.splitlines() if line.strip())
    return {key.strip(): value.strip() for key, _, value in parts}


def unfit_text(body: str) -> dict[str, str]:
    """What is wrong with a template: a value that stands there, a type that nobody knows, a key that comes twice.

    What a placeholder becomes is looked at when it is filled.
    """
    values = values_of(body)
    fixed = {key: value for key, value in values.items() if "((" not in value}
    keys = [line.partition("=")[0].strip() for line in body.splitlines() if line.strip()]
    twice = {key: TWICE for key in values if keys.count(key) > 1}
    return twice | unfit(fixed) | {key: UNKNOWN for key in values.keys() - fixed.keys() if not _form(key)}


def unfit(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by key, as message ids; nothing when the platform would take it."""
    wrong = {}
    for key, value in values.items():
        form = _form(key)
        if form is None:
            wrong[key] = UNKNOWN
        elif not re.fullmatch(form[0], value):
            wrong[key] = form[1]
    return wrong


def _form(key: str) -> tuple[str, str] | None:
    kind = KEY.match(key)
    return FORMS.get(kind[1]) if kind else None
