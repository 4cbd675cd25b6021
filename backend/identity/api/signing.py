"""Signing in and out: residents by code, staff by password."""

from litestar import delete, post

from backend.core.http import PUBLIC, actor_of, allow, client_address, viewer_of
from backend.identity import service
from backend.identity.api.common import Asked, at_no_machine, forget, token_of
from backend.identity.schemas import CodeExtension, CodeRequest, CodeSent, SignedIn, SignIn, StaffSignIn


@post("/sign-in/codes", opt=allow(service.request_code), tags=["sign-in"])
async def create_code(request: Asked, data: CodeRequest) -> CodeSent:
    """Send a one-time code, written or read out: one a minute, 5 an hour, 10 a day. Every number is answered alike."""
    address, lang = client_address(request), viewer_of(request).lang
    return await service.request_code(actor_of(request), data, address=address, lang=lang)


@post("/sign-in/codes/extension", opt=allow(service.extend_code), tags=["sign-in"], status_code=200)
async def extend_code(request: Asked, data: CodeExtension) -> CodeSent:
    """More time for a running code, once: twice its life."""
    return await service.extend_code(actor_of(request), data.request)


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


@delete("/sessions/current", opt=allow(service.sign_out), tags=["sign-in"])
async def delete_session(request: Asked) -> None:
    """Sign out: the token is worth nothing from now on."""
    await service.sign_out(actor_of(request), token_of(request))
    forget(request)


@post("/staff/sessions", opt=allow(PUBLIC), guards=[at_no_machine], tags=["staff"])
async def create_staff_session(request: Asked, data: StaffSignIn) -> SignedIn:
    """The first of two factors of staff: the token reaches the second factor only, as ``needs`` says.

    Five wrong passwords lock the login name for half an hour, whether or not it exists.
    """
    user_agent = request.headers.get("user-agent", "")
    return await service.staff_sign_in(data, address=client_address(request), user_agent=user_agent)


routes = [create_code, extend_code, create_session, delete_session, create_staff_session]
