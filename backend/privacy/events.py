"""What 我的信息 announces. Only ids, names of fields and times."""

from uuid import UUID

from backend.core.events import Event


class DataExported(Event, frozen=True, kw_only=True):
    """Everything held of a person was handed out; ``subject`` is the person."""


class CorrectionAsked(Event, frozen=True, kw_only=True):
    """A person wants a detail corrected; ``subject`` is the correction."""

    person: UUID
    field: str


class CorrectionDecided(Event, frozen=True, kw_only=True):
    """A clerk decided; ``state`` is granted or refused."""

    person: UUID
    field: str
    state: str


class CorrectionWithdrawn(Event, frozen=True, kw_only=True):
    """The person took the request back."""

    person: UUID


class ClosingAsked(Event, frozen=True, kw_only=True):
    """A person wants the account closed; ``subject`` is the person."""


class ClosingTakenBack(Event, frozen=True, kw_only=True):
    """The person keeps the account."""


class AccountClosed(Event, frozen=True, kw_only=True):
    """The account is closed and emptied; whoever keeps something of the person lets go of it."""


class HoldPlaced(Event, frozen=True, kw_only=True):
    """The law wants a person's data kept; ``subject`` is the hold."""

    person: UUID


class HoldLifted(Event, frozen=True, kw_only=True):
    """It may be deleted again."""

    person: UUID


class DataForgotten(Event, frozen=True, kw_only=True):
    """A nightly deletion is done; ``subject`` is its first proof."""

    deleted: int
