"""How somebody wants to see the pages: mode, language, and where they live. One small cookie, kept on the server too.

The cookie is ``mode.language.place``, e.g. ``elder.zh_CN.230103``; it holds no identity.
"""

import re

import msgspec

from backend.core.words import DEFAULT, languages

COOKIE = "linli_ui"
MODES = ("standard", "elder", "kiosk", "minors")
PLACE = re.compile(r"^(?:[0-9]{6}|[0-9]{9}|[0-9]{12})?$")
YEAR = 365 * 24 * 3600


class Viewer(msgspec.Struct, frozen=True):
    """``mode`` standard, elder (长辈版), kiosk or minors; ``lang`` a catalogue; ``place`` a division code or empty."""

    mode: str = "standard"
    lang: str = DEFAULT
    place: str = ""

    @property
    def key(self) -> str:
        """What tells apart two public pages of the same address."""
        return f"{self.mode}.{self.lang}.{self.place}"

    @property
    def plain(self) -> bool:
        """Whether the simpler wording is wanted."""
        return self.mode in {"elder", "kiosk"}

    @property
    def html_lang(self) -> str:
        """The language of the page as BCP 47."""
        return "zh-Hans" if self.lang == DEFAULT else self.lang.replace("_", "-")

    def cookie(self, *, secure: bool) -> str:
        """The ``Set-Cookie`` value that keeps this choice for a year."""
        return f"{COOKIE}={self.key}; Path=/; Max-Age={YEAR}; SameSite=Lax; HttpOnly" + ("; Secure" if secure else "")


def make(mode: str = "", lang: str = "", place: str = "", base: Viewer | None = None) -> Viewer:
    """A viewer from untrusted words: what is unknown keeps the value of ``base``."""
    start = base or Viewer()
    return Viewer(
        mode=mode if mode in MODES else start.mode,
        lang=lang if lang in languages() else start.lang,
        place=place if place and PLACE.match(place) else start.place,
    )


def from_cookie(value: str, base: Viewer | None = None) -> Viewer:
    """The viewer of a cookie; anything malformed reads as the default."""
    mode, _, rest = value.partition(".")
    lang, _, place = rest.partition(".")
    return make(mode, lang, place, base) if value.count(".") == 2 else (base or Viewer())


def from_languages(header: str) -> Viewer:
    """The viewer of somebody new: the first language of ``Accept-Language`` that has a catalogue, else Chinese."""
    for wanted in header.split(","):
        tag = wanted.split(";")[0].strip().replace("-", "_")
        if tag.lower().startswith("zh"):
            return Viewer()
        for lang in languages():
            if tag == lang or tag.split("_")[0] == lang:
                return Viewer(lang=lang)
    return Viewer()
