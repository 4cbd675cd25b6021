"""JSON doors: sign-in, my account, staff sign-in, assistance, the register for desks."""

from typing import Any
from uuid import UUID

from litestar import Request, delete, get, patch, post
from litestar.exceptions import NotFoundException

from backend.core.http import PUBLIC, SIGNED_IN, actor_of, allow, client_address, viewer_of
from backend.identity import cookies, service
from backend.identity.schemas import (
    AssistanceLine,
    AssistanceRequest,
    CodeRequest,
    CodeSent,
    PersonChange,
    PersonSearch,
    PersonSummary,
    Registration,
    SessionLine,
    SignedIn,
    SignIn,
    StaffSignIn,
)

Asked = Request[Any, Any, Any]
DESKS = ("operator", "clerk")
ME = ("resident", *DESKS)


@post("/sign-in/codes", opt=allow(PUBLIC), tags=["sign-in"])
async def create_code(request: Asked, data: CodeRequest) -> CodeSent:
    """Send a one-time code by text message: one a minute, 5 an hour, 10 a day. The same answer for every number."""
    address, lang = client_address(request), viewer_of(request).lang
    return await service.request_code(actor_of(request), data, address=address, lang=lang)


@post("/sessions", opt=allow(PUBLIC), tags=["sign-in"])
async def create_session(request: Asked, data: SignIn) -> SignedIn:
    """Exchange the code for a session token. Five wrong tries end the code."""
    return await service.sign_in(
        data,
        address=client_address(request),
        user_agent=request.headers.get("user-agent", ""),
        viewer=viewer_of(request),
        channel="app",
    )


@delete("/sessions/current", opt=allow(SIGNED_IN), tags=["sign-in"])
async def delete_session(request: Asked) -> None:
    """Sign out: the token is worth nothing from now on."""
    await service.sign_out(actor_of(request), _token(request))
    _forget(request)


@get("/me", opt=allow(*ME), tags=["me"])
async def read_me(request: Asked) -> PersonSummary:
    """Me, or the person I am helping."""
    actor = actor_of(request)
    return await service.person(actor, actor.person)


@patch("/me", opt=allow(*ME), tags=["me"])
async def change_me(request: Asked, data: PersonChange) -> PersonSummary:
    """Change name, language, mode, home or how I am told; what is left out stays."""
    changed = await service.change_person(actor_of(request), data)
    _forget(request)
    return changed


@get("/me/sessions", opt=allow(SIGNED_IN), tags=["me"])
async def list_sessions(request: Asked) -> list[SessionLine]:
    """Where I am signed in."""
    return await service.my_sessions(actor_of(request), _token(request))


@delete("/me/sessions/{session_id:uuid}", opt=allow(SIGNED_IN), tags=["me"])
async def delete_my_session(request: Asked, session_id: UUID) -> None:
    """End one of my sessions."""
    await service.end_session(actor_of(request), session_id)
    _forget(request)


@post("/staff/sessions", opt=allow(PUBLIC), tags=["staff"])
async def create_staff_session(request: Asked, data: StaffSignIn) -> SignedIn:
    """Staff sign-in. Five wrong passwords lock the login name for half an hour, whether or not it exists."""
    user_agent = request.headers.get("user-agent", "")
    return await service.staff_sign_in(data, address=client_address(request), user_agent=user_agent)


@post("/assistance", opt=allow(*DESKS), tags=["staff"])
async def create_assistance(request: Asked, data: AssistanceRequest) -> AssistanceLine:
    """帮办代办: act for a verified person in this session, until ended or twenty quiet minutes have passed."""
    begun = await service.begin_assistance(actor_of(request), _token(request), data)
    _forget(request)
    return begun


@get("/assistance/current", opt=allow(*DESKS), tags=["staff"])
async def read_assistance(request: Asked) -> AssistanceLine:
    """Whom I am helping now."""
    found = await service.current_assistance(actor_of(request))
    if found is None:
        raise NotFoundException
    return found


@delete("/assistance/current", opt=allow(*DESKS), tags=["staff"])
async def delete_assistance(request: Asked) -> None:
    """Stop acting for the person."""
    await service.end_assistance(actor_of(request), _token(request))
    _forget(request)


@post("/people/searches", opt=allow(*DESKS), tags=["staff"], status_code=200)
async def search_people(request: Asked, data: PersonSearch) -> list[PersonSummary]:
    """Find a caller or visitor. A POST, so that no number stands in an address; the person can see that you looked."""
    return await service.find_people(actor_of(request), data)


@post("/people", opt=allow(*DESKS), tags=["staff"])
async def create_person(request: Asked, data: Registration) -> PersonSummary:
    """Write down a caller or visitor without an account."""
    actor = actor_of(request)
    return await service.register_person(actor, data, channel=actor.channel)


def _token(request: Asked) -> str:
    return cookies.token_of(request.cookies, request.headers)


def _forget(request: Asked) -> None:
    """What the front remembers of this session is read anew."""
    request.scope["linli_forget"]()  # type: ignore[typeddict-item]


routes = [
    create_code,
    create_session,
    delete_session,
    read_me,
    change_me,
    list_sessions,
    delete_my_session,
    create_staff_session,
    create_assistance,
    read_assistance,
    delete_assistance,
    search_people,
    create_person,
]
