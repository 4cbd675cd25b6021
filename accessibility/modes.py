"""The ways a page can be shown, and what each brings: tokens, a layout, a wording.

The front middleware decides a request's mode (account, then cookie); here is what a mode means. A mode never has routes
of its own: elder mode (长辈版) offers the same functions with less on one screen.
"""

import msgspec

from backend.core.words import N_


class Mode(msgspec.Struct, frozen=True, kw_only=True):
    """One way of showing. ``variant`` is the infix of templates written for it (``new.elder.html``)."""

    name: str
    title: str
    layout: str
    variant: str = ""
    plain: bool = False


MODES = {
    mode.name: mode
    for mode in (
        Mode(name="standard", title=N_("Standard version"), layout="layouts/base.html"),
        Mode(name="elder", title=N_("Elder version"), layout="layouts/elder.html", variant="elder", plain=True),
        Mode(name="kiosk", title=N_("Self-service terminal"), layout="layouts/kiosk.html", variant="elder", plain=True),
        Mode(name="minors", title=N_("Minors version"), layout="layouts/base.html"),
    )
}


SIGHT = "linli_sight"  # cookie of a kiosk: what its present visitor needs to see; wiped at the end of the visit


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """Larger type and high contrast, chosen at a kiosk for one visit."""

    large: bool = False
    contrast: bool = False

    @property
    def cookie(self) -> str:
        """How it is kept."""
        return ".".join(name for name in ("large", "contrast") if getattr(self, name))


def sight_of(cookie: str) -> Sight:
    """What a cookie says; unknown words say nothing."""
    words = cookie.split(".")
    return Sight(large="large" in words, contrast="contrast" in words)


def mode_of(name: str) -> Mode:
    """The mode of that name; one we do not know is shown as standard."""
    return MODES.get(name, MODES["standard"])
