"""What 我的信息 announces: only ids, names of fields, times. And what it tells the ledger of consents about people."""

from uuid import UUID

from backend.consents import service as consents
from backend.core.actor import Actor
from backend.core.events import Event
from backend.identity import service as identity
from backend.privacy import rules


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


async def _verified(actor: Actor) -> list[str]:
    """How staff verified the person they help; kept with a consent that is noted for them."""
    helping = await identity.current_assistance(actor)
    return helping.verified if helping else []


async def _is_child(person: UUID) -> bool:
    """Under 14 a guardian decides (art. 31); an unknown date of birth is an adult's, an unreadable one a child's."""
    found = (await identity.people([person])).get(person)
    if found is None or found.unreadable:
        return found is not None
    return found.age is not None and found.age < rules.CHILD_UNDER


consents.use_verification(_verified)
consents.use_children(_is_child)
