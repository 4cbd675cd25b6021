"""Placeholders of a template, ``((name))`` and ``((name??shown if yes))``, and how long a text message becomes.

The syntax and the meaning are those of GOV.UK Notify, so that a template can be carried over as it is. Names are the
same whatever their case, blanks, hyphens and underscores.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\(\((?P<name>[^()?]+)(?:\?\?(?P<then>(?:(?!\)\)).)*))?\)\)", re.DOTALL)
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWICE = frozenset("^{}\\[~]|€")  # of the extension table: an escape and a sign (3GPP TS 23.038)
ONE, EACH = {True: 70, False: 160}, {True: 67, False: 153}  # signs of a single message, and of each of several
COST = 5  # fen for each part; what the city pays its carrier
LONGEST = 10  # parts of one text message; whoever has more to say writes a letter
YES = frozenset({"yes", "y", "true", "t", "1", "on", "是"})


@dataclass(frozen=True)
class Size:
    """How long a text is: signs as the network counts them, messages it becomes, and what they cost in fen."""

    signs: int
    parts: int
    wide: bool

    @property
    def cost(self) -> int:
        """In fen."""
        return self.parts * COST


def same(name: str) -> str:
    """A name as it is compared."""
    return re.sub(r"[\s_\-]", "", name).casefold()


def names(text: str) -> list[str]:
    """The placeholders of a text, each once, in their order."""
    found: dict[str, str] = {}
    for each in PLACEHOLDER.finditer(text):
        found.setdefault(same(each["name"]), each["name"].strip())
    return list(found.values())


def missing(text: str, values: Mapping[str, str]) -> list[str]:
    """The placeholders for which there is no value."""
    given = {same(name) for name in values}
    return [name for name in names(text) if same(name) not in given]


def missing_of(wanted: Iterable[str], text: str) -> list[str]:
    """Which of the wanted placeholders do not stand in a text."""
    there = {same(name) for name in names(text)}
    return [name for name in wanted if same(name) not in there]


def torn(text: str) -> bool:
    """Whether a placeholder was begun or ended only: everybody would read the brackets."""
    rest = PLACEHOLDER.sub(" ", text)
    return "((" in rest or "))" in rest


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its values. What a value holds is never read as a placeholder."""
    given = {same(name): value for name, value in values.items()}

    def put(found: re.Match[str]) -> str:
        value = given[same(found["name"])]
        if found["then"] is None:
            return value
        return found["then"] if value.strip().casefold() in YES else ""

    return PLACEHOLDER.sub(put, text)


def size(text: str) -> Size:
    """Signs and parts. One sign outside the small alphabet makes the whole message UTF-16."""
    wide = not GSM.union(TWICE).issuperset(text)
    signs = len(text.encode("utf-16-le")) // 2 if wide else len(text) + sum(sign in TWICE for sign in text)
    return Size(signs, 1 if signs <= ONE[wide] else -(-signs // EACH[wide]), wide)
