"""What places give out and take in."""

from datetime import date, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Line, Output

HallLevel = Literal["province", "prefecture", "county", "township"]
HallStatus = Literal["derived", "listed", "confirmed"]
DayKind = Literal["workday", "weekend", "holiday", "makeup_workday"]
Relation = Literal["township", "county", "prefecture", "province", "near"]
# The tag of a table (``core.walls``) whose rows are of a hall: the staff of a township see those of its own hall.
IN_HALL = "place:places_township_of(hall_id)"
CODE = r"^[0-9]{2}([0-9]{2}|[0-9]{4}|[0-9]{7}|[0-9]{10})?$"
DivisionCode = Annotated[str, msgspec.Meta(pattern=CODE)]
Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]


def full_code(code: str) -> str:
    """The 12-digit form of a 2, 4, 6, 9 or 12-digit division code."""
    return code.ljust(12, "0")


class Point(Output, frozen=True, kw_only=True):
    """A position in WGS-84 degrees, as browsers give it."""

    lat: float
    lng: float


class Division(Output, frozen=True, kw_only=True):
    """行政区划. ``english`` is empty where only the Chinese name is right; coordinates are a point, not a border."""

    code: str
    parent: str
    level: int
    kind: str
    name: str
    full_name: str
    english: str = ""
    lat: float | None = None
    lng: float | None = None
    coord_source: str = ""

    @property
    def point(self) -> Point | None:
        """The known position."""
        return None if self.lat is None or self.lng is None else Point(lat=self.lat, lng=self.lng)


class NearDivision(Output, frozen=True, kw_only=True):
    """A division and the distance from a position to its point, in metres."""

    division: Division
    metres: int


class Hall(Output, frozen=True, kw_only=True):
    """政务大厅. ``derived``: the name follows from the division; address, hours and phone are not known to us.

    ``listed``: taken from a public listing, not verified. ``confirmed``: entered or checked by the hall's own city.
    ``bookable``: places can be booked here (set by whoever opens the booking).
    """

    id: UUID
    region: str
    code: str
    name: str
    english: str
    level: HallLevel
    division: str
    located_in: str
    address: str
    phone: str
    opens: time | None
    closes: time | None
    lat: float | None
    lng: float | None
    status: HallStatus
    source: str
    bookable: bool

    @property
    def seat(self) -> str:
        """Where the hall is for the posts of its staff: a township's hall in the township, all others in the county."""
        return self.division if self.level == "township" else self.region

    def of(self, region: str) -> bool:
        """Whether it is the hall of this division itself, such as the one where somebody works."""
        return self.division == full_code(region)

    @property
    def derived(self) -> bool:
        """Whether only the name is known, and even that by rule."""
        return self.status == "derived"

    @property
    def known_hours(self) -> tuple[time, time] | None:
        """Weekday opening and closing time."""
        return None if self.opens is None or self.closes is None else (self.opens, self.closes)


class NearHall(Output, frozen=True, kw_only=True):
    """A hall as seen from a place. ``metres`` is None when no point is known; ``exact`` says that it is the hall's own
    point and not the middle of the division it serves."""

    hall: Hall
    relation: Relation
    metres: int | None = None
    exact: bool = False


class Day(Output, frozen=True, kw_only=True):
    """A day of the working calendar. ``statutory_only``: make-up workdays of that year are not published yet."""

    day: date
    kind: DayKind
    holiday: str
    working: bool
    status: Literal["final", "statutory_only"]


class HallConfirmation(Input, frozen=True, kw_only=True):
    """What a city says about its own hall: the address, weekday hours and phone that are right."""

    name: Line = ""
    address: Annotated[str, msgspec.Meta(min_length=4, max_length=200)]
    phone: Annotated[str, msgspec.Meta(max_length=20, pattern=r"^[0-9 \-]*$")] = ""
    opens: time
    closes: time
    lat: Latitude | None = None
    lng: Longitude | None = None


class CalendarDay(Input, frozen=True, kw_only=True):
    """A row of a calendar file."""

    day: date
    kind: DayKind
    holiday: Line = ""
    status: Literal["final", "statutory_only"] = "final"


class PlaceChoice(Input, frozen=True, kw_only=True):
    """The place a viewer picks."""

    place: DivisionCode


class Position(Input, frozen=True, kw_only=True):
    """Where the browser says it is."""

    lat: Latitude
    lng: Longitude
