"""One mandate, for either of its two people."""

from uuid import UUID

from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.words import N_
from backend.delegation import access
from backend.delegation.schemas import Mandate
from backend.delegation.service.steps import PEOPLE, seen


@verb("delegation.mandate", N_("See a mandate"), *PEOPLE)
async def mandate(actor: Actor, row_id: UUID) -> Mandate:
    """A mandate with its names, until when, and what it covers."""
    return (await seen(actor, [await access.mandate(actor, row_id)]))[0]
