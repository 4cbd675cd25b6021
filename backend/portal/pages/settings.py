"""How pages are shown: mode, language, place. Works without JavaScript and without signing in."""

from typing import Any

from litestar import Request, Response, get, post

from accessibility.render import page
from backend.core import forms
from backend.core.http import PUBLIC, actor_of, allow, viewer_of
from backend.core.http.onward import keep_viewer, safe_path
from backend.core.viewer import make
from backend.core.words import N_
from backend.identity import service as identity
from backend.portal import rules
from backend.portal.schemas import Preferences

Asked = Request[Any, Any, Any]


@get("/settings", opt=allow(PUBLIC), include_in_schema=False)
async def settings(request: Asked) -> Response[bytes]:
    """显示设置: mode, language, letter size, place."""
    return page(request, "portal/settings", public=("portal", "places"), title=N_("Settings"))


@post("/preferences", opt=allow(identity.remember), include_in_schema=False)
async def prefer(request: Asked) -> Response[None]:
    """Keep mode and language, with the account of somebody signed in, and go back to where they were."""
    chosen = await forms.read(request, Preferences)
    viewer = make(mode=chosen.mode or "", lang=chosen.lang or "", base=viewer_of(request))
    await identity.remember(actor_of(request), viewer)
    target = safe_path((await forms.raw(request)).get("next"), "/settings")
    return keep_viewer(request, viewer, rules.without_choices(target))


routes = [settings, prefer]
