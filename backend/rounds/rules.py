"""Which windows are possible, and in which order a round is walked. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from backend.rounds.schemas import Visit

T = TypeVar("T")
AHEAD = timedelta(days=30)
WAYS = "路街道巷胡同村屯里区"  # how the name of a way or a settlement ends
FEWEST, MOST = timedelta(minutes=30), timedelta(hours=4)


def window_fits(day: date, begins: datetime, ends: datetime, now: datetime, today: date) -> str:
    """Why the window is not possible: ``day``, ``ends``, or nothing."""
    if day < today or day - today > AHEAD or begins <= now:
        return "day"
    return "" if FEWEST <= ends - begins <= MOST else "ends"


def by_place(visits: Sequence[Visit]) -> list[Visit]:
    """The order of a walk: doors of one street follow each other, the street whose first window opens first goes first.

    An address is written from the large to the small (区, 街道, 路, 号), so its first part names the street.
    """
    first: dict[str, datetime] = {}
    for each in visits:
        street = street_of(each.place)
        first[street] = min(first.get(street, each.begins), each.begins)
    return sorted(
        visits, key=lambda each: (first[street_of(each.place)], street_of(each.place), each.begins, each.place)
    )


def as_walked(visits: Sequence[Visit]) -> list[Visit]:
    """What the visitor put in an order first, in that order; the rest street by street."""
    chosen = sorted((each for each in visits if each.position is not None), key=lambda each: each.position or 0)
    return [*chosen, *by_place([each for each in visits if each.position is None])]


def shifted(order: Sequence[T], which: T, steps: int) -> list[T]:
    """The order with one of it so many places later (or earlier, when negative); it stops at the ends."""
    if which not in order:
        return list(order)
    rest = [each for each in order if each != which]
    rest.insert(max(0, min(len(rest), order.index(which) + steps)), which)
    return rest


def card_number(region: str, number: int) -> str:
    """工号: the county's four digits and the count within it."""
    return f"{region[2:6]}{number:04d}"


def about_where(place: str) -> str:
    """Where a visit is, for those who decide whether they go: the street, without the number."""
    street = street_of(place)
    if street != place.strip():
        return street
    last = max((nth for nth, sign in enumerate(street) if sign in WAYS), default=-1)
    return street[: last + 1]


def street_of(place: str) -> str:
    """An address up to its street: everything before the first digit."""
    digit = next((nth for nth, sign in enumerate(place) if sign.isdecimal()), len(place))
    return place[:digit].strip()
