"""Message ids are English; ``locales/<language>.po`` is what people read; ``plain.po`` simpler Chinese for elders."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parents[2] / "locales"
DEFAULT = "zh_CN"


def N_(message: str) -> str:
    """Mark an English message id for extraction; it is translated where it is rendered."""
    return message


@cache
def languages() -> tuple[str, ...]:
    """The languages a resident can choose: one catalogue file each, Chinese first."""
    found = sorted(path.stem for path in LOCALES.glob("*.po") if path.stem not in {"plain", DEFAULT})
    return (DEFAULT, *found)


class Words:
    """The wording of one language."""

    def __init__(self, lang: str, translations: NullTranslations) -> None:
        self.lang = lang
        self._translations = translations

    def gettext(self, message: str, **values: object) -> str:
        """The wording of a message id, with ``{name}`` filled in."""
        text = self._translations.gettext(message) if message else ""
        return text.format(**values) if values else text

    def ngettext(self, one: str, many: str, n: int, **values: object) -> str:
        """The wording for a number; ``{n}`` is filled in."""
        return self._translations.ngettext(one, many, n).format(n=n, **values)


@cache
def words(lang: str, plain: bool = False) -> Words:
    """The wording of a language; an unknown one reads as Chinese. ``plain`` puts the elder wording first."""
    if lang not in languages():
        lang = DEFAULT
    standard = _load(lang)
    if plain and lang == DEFAULT:
        simple = _load("plain")
        simple.add_fallback(standard)
        return Words(lang, simple)
    return Words(lang, standard)


def _load(name: str) -> GNUTranslations:
    """Compile a catalogue in memory: there is no build step to forget."""
    with (LOCALES / f"{name}.po").open("rb") as file:
        catalogue = read_po(file, locale="zh_CN" if name == "plain" else name)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
