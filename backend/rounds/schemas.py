"""What goes in and comes out of home visits."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output

State = Literal["planned", "met", "missed", "cancelled"]
Outcome = Literal["met", "missed"]
Whose = Literal["mine", "open", "all"]
Order = Literal["walk", "time"]
ItemId = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9_.\-]*$")]
Note = Annotated[str, msgspec.Meta(max_length=300)]


class Window(Input, frozen=True, kw_only=True):
    """On which day, and between which hours."""

    day: date
    begins: time
    ends: time


class VisitRequest(Input, frozen=True, kw_only=True):
    """上门办理 for whoever is being helped: where, on which day and between which hours, for what.

    ``division`` is the street or community, so that its own staff see the visit; empty: where the person lives.
    """

    place: Annotated[str, msgspec.Meta(min_length=2, max_length=120)]
    division: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{9}([0-9]{3})?)?$")] = ""
    phone: Annotated[str, msgspec.Meta(max_length=20, pattern=r"^[0-9+\- ]*$")] = ""
    day: date
    begins: time
    ends: time
    item: ItemId = ""


class AssignmentRequest(Input, frozen=True, kw_only=True):
    """派给谁: the colleague who goes there; none: whoever asks takes it."""

    staff: UUID | None = None


class DivisionRequest(Input, frozen=True, kw_only=True):
    """In which street, town, community or village the visit is, so that its own staff see it."""

    division: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{9}([0-9]{3})?$")]


class OutcomeRequest(Input, frozen=True, kw_only=True):
    """How it went. ``again`` is a new time where nobody was met; without one somebody rings to agree it.

    ``same``: whoever was there goes again, when on duty then.
    """

    outcome: Outcome
    note: Note = ""
    again: Window | None = None
    same: bool = False


class OrderRequest(Input, frozen=True, kw_only=True):
    """The visits of a day in the order of the walk; ``staff`` is whose, for a manager. What is not named comes last."""

    day: date
    visits: Annotated[list[UUID], msgspec.Meta(max_length=200)]
    staff: UUID | None = None


class Visit(Output, frozen=True, kw_only=True):
    """A line of a round, for the staff who go. ``code`` is what to say at the door, for whoever goes there only.

    Until somebody goes there, only a manager sees who lives there; for the others there is a street and a time.
    ``item_name`` names all services of the visit. ``division`` is the street or community; empty where only the county
    is known, until somebody says it.
    """

    id: UUID
    region: str
    person: UUID | None
    name: str
    item_name: str
    place: str
    phone: str
    begins: datetime
    ends: datetime
    mine: bool
    taken: bool
    state: State
    note: str
    staff: UUID | None = None
    staff_name: str = ""
    position: int | None = None
    fresh: bool = False
    code: str = ""
    follows: UUID | None = None
    division: str = ""


class Walker(Output, frozen=True, kw_only=True):
    """A colleague who is on duty on a day, and how many visits they have then."""

    id: UUID
    name: str
    role: str
    stands_in: bool
    visits: int


class DayWaiting(Output, frozen=True, kw_only=True):
    """A day of the round on which something waits for whoever asks."""

    day: date
    visits: int


class ComingVisit(Output, frozen=True, kw_only=True):
    """A visit that one expects: when, and who comes – name, number on the staff card, and what they say at the door."""

    id: UUID
    begins: datetime
    ends: datetime
    place: str
    item_name: str
    staff_name: str
    staff_number: str
    code: str


class MetVisit(Output, frozen=True, kw_only=True):
    """A visit that ended with the person met, for the slice that asks how it was; with its appointment, if any."""

    person: UUID
    staff: UUID | None
    begins: datetime
    appointment: UUID | None


class MyVisit(Output, frozen=True, kw_only=True):
    """A visit as the person finds it among what is kept of them."""

    begins: datetime
    place: str
    item: str
    state: State
