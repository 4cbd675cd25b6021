"""My account, or that of the person I am helping."""

from uuid import UUID

from litestar import delete, get, patch

from backend.core.http import actor_of, allow
from backend.identity import service
from backend.identity.api.common import ME, Asked, forget, token_of
from backend.identity.schemas import PersonChange, PersonSummary, SessionLine


@get("/me", opt=allow(service.person, only=ME), tags=["me"])
async def read_me(request: Asked) -> PersonSummary:
    """Me, or the person I am helping."""
    actor = actor_of(request)
    return await service.person(actor, actor.person)


@patch("/me", opt=allow(service.change_person), tags=["me"])
async def change_me(request: Asked, data: PersonChange) -> PersonSummary:
    """Change name, language, mode, home or how I am told; what is left out stays."""
    changed = await service.change_person(actor_of(request), data)
    forget(request)
    return changed


@get("/me/sessions", opt=allow(service.my_sessions), tags=["me"])
async def list_sessions(request: Asked) -> list[SessionLine]:
    """Where I am signed in."""
    return await service.my_sessions(actor_of(request), token_of(request))


@delete("/me/sessions/{session_id:uuid}", opt=allow(service.end_session), tags=["me"])
async def delete_my_session(request: Asked, session_id: UUID) -> None:
    """End one of my sessions."""
    await service.end_session(actor_of(request), session_id)
    forget(request)


@delete("/me/sessions", opt=allow(service.end_other_sessions), tags=["me"])
async def delete_other_sessions(request: Asked) -> None:
    """End all my sessions but this one."""
    await service.end_other_sessions(actor_of(request))


routes = [read_me, change_me, list_sessions, delete_my_session, delete_other_sessions]
