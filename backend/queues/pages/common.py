"""What several pages of a hall's day need: the halls of one's county, the services people come for, names of kinds."""

from typing import Any
from uuid import UUID

from litestar import Request

from backend.catalogue import service as catalogue
from backend.core.actor import Actor
from backend.core.problems import NotFound
from backend.core.words import N_
from backend.places import service as places
from backend.places.schemas import Hall
from backend.queues.access import STAFF

Asked = Request[Any, Any, Any]
KINDS = {"booked": N_("With an appointment"), "green": N_("Green lane"), "walk-in": N_("Without an appointment")}


async def halls_of(actor: Actor) -> list[Hall]:
    """The halls that the actor's post covers and that take people in."""
    found = [
        hall
        for division in actor.divisions(*STAFF)
        for hall in (await places.halls(actor, division=division, derived=None, limit=100)).items
    ]
    real = {each.id: each for each in found if each.bookable or each.status != "derived"}
    own = [each for each in real.values() if actor.covers(each.seat, *STAFF)]
    return sorted(own, key=lambda hall: not hall.of(actor.region))  # where one works comes first


async def hall_of(actor: Actor, asked: UUID | None) -> tuple[list[Hall], Hall | None]:
    """The halls to choose from, and the one that was chosen or comes first."""
    halls = await halls_of(actor)
    return halls, next((each for each in halls if each.id == asked), halls[0] if halls and asked is None else None)


async def popular(actor: Actor, few: int = 30, *, english: bool = False) -> list[tuple[str, str]]:
    """The services that people come for most: id and name, in English where there is an English one."""
    return [
        (each.id, (english and each.english) or each.name) for each in (await catalogue.high_frequency(actor))[:few]
    ]


def hall_typed(typed: dict[str, str]) -> UUID:
    """The hall of a form that is shown again. The field is hidden: what is no id was not typed by a person."""
    try:
        return UUID(typed.get("hall", ""))
    except ValueError:
        raise NotFound() from None
