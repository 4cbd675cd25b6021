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


class MinorRecordRefused(Event, frozen=True):
    """Staff tried to open a minor's record without approval; nothing was shown. ``subject`` is the person."""


class MinorRecordOpened(Event, frozen=True):
    """A minor's record was read for the first time under an approval. ``subject`` is the person."""

    approval: UUID


class ApprovalAsked(Event, frozen=True):
    """Staff asks to open a minor's record."""

    person: UUID
    reason: str


class ApprovalDecided(Event, frozen=True):
    """A manager agreed or refused; ``state`` is ``given`` or ``refused``."""

    person: UUID
    state: str


class GuardianConsented(Event, frozen=True):
    """A guardian agreed that data of a child under 14 is kept, or took that back. ``subject`` is the child."""

    evidence: str
    given: bool


class MinorsModeChanged(Event, frozen=True):
    """未成年人模式 went on or off; ``why`` is ``parent``, ``age`` or ``pin-reset``."""

    on: bool
    why: str
