"""What a warning says to a reader: what somebody wrote in their language, or an official heading and the Chinese words.

Half of a warning in each language is no warning, so what nobody wrote says so itself: what kind it is, where and until
when, that the rest is Chinese, and whom one can ask.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from babel.dates import format_skeleton

from backend.core import clock
from backend.core.words import DEFAULT, N_, languages, words
from backend.messaging.rules import heading
from backend.places import service as places
from backend.settings import settings

UNWRITTEN = N_(
    "{heading}. Where: {place}. Until: {until}. The details are in Chinese: {words} "
    "If you cannot read them, ask somebody near you, or call {phone}."
)
SOMEWHERE = N_("your area")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a warning beside its words."""

    hazard: str
    division: str
    until: datetime | None


def text_for(texts: Mapping[str, str], lang: str, plain: bool) -> str:
    """The words that fit a reader best; standard Chinese when all else fails."""
    wanted = [f"{lang}/plain"] if plain else []
    found = next((texts[name] for name in [*wanted, f"{lang}/standard"] if name in texts), None)
    return found or texts["zh_CN/standard"]


def title_for(texts: Mapping[str, str], title: str, lang: str) -> str:
    """The heading in the reader's language, if somebody wrote it."""
    return texts.get(f"{lang}/title", title)


def written(texts: Mapping[str, str], lang: str) -> bool:
    """Whether somebody wrote the words in a language, or it is none of ours, whose readers get Chinese."""
    return lang == DEFAULT or lang not in languages() or f"{lang}/standard" in texts


def heading_for(texts: Mapping[str, str], title: str, lang: str, hazard: str) -> str:
    """The heading of a warning; the official one of its kind where nobody wrote any in the reader's language."""
    if lang == DEFAULT or lang not in languages():
        return title
    return texts.get(f"{lang}/title") or words(lang).gettext(heading(hazard))


def warning_for(texts: Mapping[str, str], lang: str, plain: bool, facts: Facts) -> str:
    """The words of a warning as they are sent."""
    chinese = text_for(texts, lang, plain)
    if written(texts, lang):
        return chinese
    say = words(lang).gettext
    return say(
        UNWRITTEN, heading=say(heading(facts.hazard)), place=places.region_name(facts.division, lang) or say(SOMEWHERE),
        until=moment(facts.until or clock.now(), lang), words=chinese, phone=settings().help_phone,
    )  # fmt: skip


def moment(instant: datetime, lang: str) -> str:
    """Day and time as a reader writes them; the month in letters where 3/4 is two days."""
    at = clock.local(instant)
    between = " " if lang == DEFAULT else ", "
    return f"{format_skeleton('MMMMEEEEd', at, locale=lang)}{between}{at.hour}:{at:%M}"
