"""统一社会信用代码 (GB 32100): eighteen signs that name an organisation, with two check digits.

The last sign checks the whole (weights 3^(i-1), mod 31; a sum that is a multiple of 31 gives 0, which common samples
forget). Signs 9 to 17 are an organisation code (GB 11714) with a check of its own. Some codes that were really issued
fail a check: what a person types now must pass, what is taken over from elsewhere is kept and marked.
"""

import re
import unicodedata

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I O S V Z
FORM = re.compile(f"^[{SIGNS}]{{18}}$")
_ORGANISATION = (3, 7, 9, 10, 5, 8, 4, 2)
_VALUES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def credit_code(text: str, *, imported: bool = False) -> str | None:
    """The code in its tidy form, or none when it cannot be one. ``imported`` forgives a failing check digit."""
    code = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not FORM.match(code):
        return None
    return code if imported or checks(code) else None


def checks(code: str) -> bool:
    """Whether both check digits of a tidy code agree."""
    return check_sign(code) == code[17] and organisation_check(code[8:16]) == code[16]


def check_sign(code: str) -> str:
    """The eighteenth sign for the first seventeen."""
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return SIGNS[-total % 31]


def organisation_check(body: str) -> str:
    """The check of an organisation code's eight signs (GB 11714, mod 11; ten is X)."""
    total = sum(_VALUES.index(sign) * weight for sign, weight in zip(body, _ORGANISATION, strict=True))
    return "0123456789X"[-total % 11]
