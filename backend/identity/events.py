"""What identity announces. Only ids, channels and states: never a name or a number."""

from uuid import UUID

from backend.core.events import Event


class PersonRegistered(Event, frozen=True):
    """A resident exists from now on: by first sign-in, or written down by staff."""

    assurance: str


class PersonChanged(Event, frozen=True):
    """A resident's own details or preferences changed; ``fields`` names them."""

    fields: list[str]


class SignedIn(Event, frozen=True):
    """A session began. ``subject`` is the person or staff member."""

    session: UUID
    kind: str


class SignedOut(Event, frozen=True):
    """A session was ended by its owner."""

    session: UUID


class AssistanceBegun(Event, frozen=True):
    """Staff acts for a person from now on. ``subject`` is the assistance, ``person`` the principal."""

    person: UUID
    verified: list[str]


class AssistanceEnded(Event, frozen=True):
    """The assistance is over; ``why`` is ``ended``, ``idle`` or ``signed-out``."""

    person: UUID
    why: str
