"""What identity says of people, as it registered at start."""

from uuid import UUID

from backend.core.actor import Actor
from backend.notifications.schemas import Callee, People

_people: list[People] = []


def use_people(people: People) -> None:
    """Let identity say who people are; it tells them, so this slice cannot ask it by name."""
    _people[:] = [people]


async def seen(actor: Actor, people: list[UUID]) -> dict[UUID, Callee]:
    """Names for a list that staff look at."""
    return await _people[0].seen(actor, people)


async def require_open(actor: Actor, people: list[UUID]) -> None:
    """Refuse what the actor may not open."""
    await _people[0].opened(actor, people)


async def first_channel(person: UUID) -> str:
    """The channel by which the person wants to be told first."""
    return await _people[0].first(person)


async def keep_first_channel(actor: Actor, person: UUID, channel: str) -> None:
    """Keep that channel."""
    await _people[0].keep_first(actor, person, channel)


def digits(text: str) -> str | None:
    """The eleven digits of a mobile number as typed, or none."""
    return _people[0].digits(text)


async def owner(digits: str) -> UUID | None:
    """Whose account has this number; nobody's when none has."""
    return await _people[0].owner(digits)


async def number(person: UUID) -> str:
    """The digits of the account's own number; empty when there is none."""
    return await _people[0].number(person)
