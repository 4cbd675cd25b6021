"""登录方式: how I can sign in, and where I am signed in. For residents and for staff."""

from uuid import UUID

from litestar import Response, get, post

from accessibility.modes import mode_of
from accessibility.render import page
from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go
from backend.core.words import N_
from backend.identity import service
from backend.identity.pages.common import Asked, on_to, token_of

PROOFS = {
    "code": N_("by six digits"),
    "passkey": N_("by passkey"),
    "password": N_("by password"),
    "card": N_("by card"),
}
DONE = {
    "added": N_("From now on you can sign in on this device without typing anything."),
    "removed": N_("The passkey is removed. It opens nothing any more."),
    "signed-out": N_("All other devices are signed out."),
}


@get("/me/sign-in", opt=allow(service.my_passkeys, service.my_sessions), include_in_schema=False)
async def ways(request: Asked) -> Response[bytes]:
    """My phone, my passkeys, my sessions."""
    actor = actor_of(request)
    sessions = await service.my_sessions(actor, token_of(request))
    return page(
        request,
        "identity/ways",
        title=N_("Ways to sign in"),
        proof=await service.proof_ways(actor),
        passkeys=await service.my_passkeys(actor),
        sessions=sessions,
        others=len(sessions) > 1,
        proofs=PROOFS,
        done=DONE.get(request.query_params.get("done", ""), ""),
        staff=not actor.is_("resident"),
        layout=layout_for(request),
    )


@post("/me/sessions/{session_id:uuid}/end", opt=allow(service.end_session), include_in_schema=False)
async def end_session(request: Asked, session_id: UUID) -> Response[None]:
    """Sign another device out."""
    await service.end_session(actor_of(request), session_id)
    return on_to(request, "/me/sign-in#sessions")


@post("/me/sessions/end", opt=allow(service.end_other_sessions), include_in_schema=False)
async def end_others(request: Asked) -> Response[None]:
    """Sign all other devices out."""
    await service.end_other_sessions(actor_of(request))
    return go("/me/sign-in?done=signed-out")


def layout_for(request: Asked) -> str:
    """Staff see these pages as part of their desk, residents in their own mode."""
    return mode_of(viewer_of(request).mode).layout if actor_of(request).is_("resident") else "layouts/desk.html"


routes = [ways, end_session, end_others]
