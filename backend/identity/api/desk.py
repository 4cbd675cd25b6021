"""Desks: the register of people, and acting for a verified person."""

from litestar import delete, get, post
from litestar.exceptions import NotFoundException

from backend.core.http import actor_of, allow
from backend.identity import service
from backend.identity.api.common import Asked, forget, token_of
from backend.identity.schemas import (
    AssistanceLine,
    AssistanceRequest,
    FieldRequest,
    PersonSearch,
    PersonSummary,
    Registration,
)


@post("/assistance", opt=allow(service.begin_assistance), tags=["staff"])
async def create_assistance(request: Asked, data: AssistanceRequest) -> AssistanceLine:
    """帮办代办: act for a verified person in this session, until ended or twenty quiet minutes have passed."""
    begun = await service.begin_assistance(actor_of(request), token_of(request), data)
    forget(request)
    return begun


@post("/assistance/field", opt=allow(service.begin_field_assistance), tags=["staff"])
async def create_field_assistance(request: Asked, data: FieldRequest) -> AssistanceLine:
    """上门帮办: act for a neighbour who is here with a document, or with card and PIN; for half an hour at most."""
    begun = await service.begin_field_assistance(actor_of(request), token_of(request), data)
    forget(request)
    return begun


@get("/assistance/current", opt=allow(service.current_assistance), tags=["staff"])
async def read_assistance(request: Asked) -> AssistanceLine:
    """Whom I am helping now."""
    found = await service.current_assistance(actor_of(request))
    if found is None:
        raise NotFoundException
    return found


@delete("/assistance/current", opt=allow(service.end_assistance), tags=["staff"])
async def delete_assistance(request: Asked) -> None:
    """Stop acting for the person."""
    await service.end_assistance(actor_of(request), token_of(request))
    forget(request)


@post("/people/searches", opt=allow(service.find_people), tags=["staff"], status_code=200)
async def search_people(request: Asked, data: PersonSearch) -> list[PersonSummary]:
    """Find a caller or visitor. A POST, so that no number stands in an address; the person can see that you looked."""
    return await service.find_people(actor_of(request), data)


@post("/people", opt=allow(service.register_person), tags=["staff"])
async def create_person(request: Asked, data: Registration) -> PersonSummary:
    """Write down a caller or visitor without an account."""
    actor = actor_of(request)
    return await service.register_person(actor, data, channel=actor.channel)


routes = [create_assistance, create_field_assistance, read_assistance, delete_assistance, search_people, create_person]
