"""What one warns of. Each kind has an official heading, for who reads a language in which nobody wrote the warning."""

from collections.abc import Callable

from backend.core.words import N_

HEADINGS = {
    "gas": N_("Gas leak warning"), "fire": N_("Fire warning"), "storm": N_("Storm warning"),
    "flood": N_("Flood warning"), "snow": N_("Snow and ice warning"),
    "other": N_("Warning"),
}  # fmt: skip


OUTSIDE = frozenset({"gas", "fire"})  # who heard of it has left the house


def outside(hazard: str) -> bool:
    """Whether people wait outside until they hear that it is over."""
    return hazard in OUTSIDE


def heading(hazard: str) -> str:
    """The message id of the official heading of a kind."""
    return HEADINGS.get(hazard, HEADINGS["other"])


def drilled(say: Callable[..., str], text: str, drill: bool) -> str:
    """What is said in a drill says so itself. ``say`` is ``gettext`` of the reader."""
    return say(N_("Drill: {text}"), text=text) if drill else text
