"""Posts: which roles there are, which must be approved, which exclude one another, when one stands."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from backend.identity.schemas.roles import FIELD

ADMINISTRATIONS = frozenset({"administrator", "security", "auditor"})  # 三员分立: three people
HIGH = frozenset({"manager", "city"}) | ADMINISTRATIONS
INVITATION_LIFE = timedelta(days=7)
LONGEST_LEAVE = timedelta(days=366)
DESK_ROLES = {"phone": ("operator",), "counter": ("clerk",), "field": FIELD}


def wide(division: str) -> bool:
    """Whether a division is more than a county: a prefecture (230100) or the province (230000, 000000)."""
    return division[4:6] == "00"


def needs_approval(role: str, division: str) -> bool:
    """Whether a second person must approve the post before it counts. Twin of a check of the table."""
    return role in HIGH or wide(division)


def apart(held: Iterable[str], wanted: str) -> bool:
    """Whether somebody who holds ``held`` may also be given ``wanted``: never two of the three administrations."""
    return wanted not in ADMINISTRATIONS or not (set(held) & ADMINISTRATIONS - {wanted})


def stands(*, state: str, begins: datetime, until: datetime | None, now: datetime) -> bool:
    """Whether a post counts at an instant, leave aside. Twin of the statement that resolves a session."""
    return state == "active" and begins <= now and (until is None or now < until)


def told(*, state: str, begins: datetime, until: datetime | None, resting: bool, now: datetime) -> str:
    """The state to show: ``future`` and ``past`` are seen from the clock, ``resting`` is leave."""
    if state != "active":
        return state
    if not stands(state=state, begins=begins, until=until, now=now):
        return "future" if now < begins else "ended"
    return "resting" if resting else "active"


def post_region(division: str) -> str:
    """The county, prefecture or province of a division: its first six digits."""
    return division[:6]
