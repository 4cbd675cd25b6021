"""At the device: becoming one, the start page, help, the question before the end, and the end."""

from contextlib import suppress
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie

from accessibility import fields
from accessibility.modes import SIGHT, Sight
from accessibility.render import page
from backend.core import forms
from backend.core.http import PUBLIC, actor_of, allow, client_address, device_of, viewer_of
from backend.core.http.onward import go, safe_path
from backend.core.problems import Invalid, TooMany
from backend.core.schemas import Input
from backend.core.viewer import COOKIE
from backend.core.words import N_, words
from backend.identity import service as identity
from backend.identity.schemas import DeviceEnrolment
from backend.queues import service as queues
from backend.settings import settings

Asked = Request[Any, Any, Any]
WAYS = (
    ("/kiosk/check-in", "qrcode", "lamp", N_("Check in"), N_("I have an appointment today")),
    ("/kiosk/number", "ticket", "pine", N_("Take a number"), N_("Without an appointment, no sign-in")),
    ("/appointments/new", "calendar-plus", "river", N_("Book a time"), N_("Hall, day and hour")),
    ("/services", "search", "plum", N_("Find a service"), N_("What to bring, how long it takes")),
)


class SightForm(Input, frozen=True, kw_only=True):
    """The switches at the top of a kiosk's pages: how it is now, and which one was pressed."""

    turn: Literal["large", "contrast"]
    large: bool = False
    contrast: bool = False
    next: Annotated[str, msgspec.Meta(max_length=400)] = "/kiosk"


LABELS = {"code": N_("Code from the desk")}
HINTS = {"code": N_("Eight letters; the hall's desk shows them under “Kiosks and screens”")}


@get("/kiosk", opt=allow(PUBLIC), include_in_schema=False)
async def start(request: Asked) -> Response[bytes]:
    """The start page: language first, then the ways in."""
    return page(request, "kiosk/start", title=N_("What would you like to do?"), ways=WAYS)


@get("/kiosk/enrol", opt=allow(identity.enrol_device), include_in_schema=False)
async def enrol(request: Asked) -> Response[bytes]:
    """Asks for the code that the desk shows."""
    return _ask(request, {}, {}, 200)


@post("/kiosk/enrol", opt=allow(identity.enrol_device), include_in_schema=False)
async def become(request: Asked) -> Response[bytes] | Response[None]:
    """The right code makes this browser a device, in a cookie of its own."""
    try:
        typed = await forms.read(request, DeviceEnrolment)
        made = await identity.enrol_device(actor_of(request), typed, address=client_address(request))
    except (Invalid, TooMany) as problem:
        say = words(viewer_of(request).lang, viewer_of(request).plain).gettext
        texts = problem.fields or {"code": problem.detail}
        errors = {name: say(text, **problem.values) for name, text in texts.items()}
        answer = _ask(request, await forms.raw(request), errors, problem.status)
        answer.headers.update(problem.headers)
        return answer
    request.scope["linli_forget"]()  # type: ignore[typeddict-item]
    return go("/kiosk", cookie=identity.machine_header(made.token))


@get("/kiosk/help", opt=allow(PUBLIC), include_in_schema=False)
async def help_(request: Asked, rung: bool = False) -> Response[bytes]:
    """叫人帮忙: where the people are, and the telephone; after ringing, that somebody comes."""
    return page(request, "kiosk/help", title=N_("A person helps you"), rung=rung and device_of(request) is not None)


@post("/kiosk/help", opt=allow(PUBLIC, queues.ring), include_in_schema=False)
async def ring(request: Asked) -> Response[None]:
    """呼叫工作人员: the desks of the hall hear it. It is the machine that rings; nothing of the visitor is kept."""
    device = device_of(request)
    if device is None or device.hall is None:
        return go("/kiosk/help")
    with suppress(TooMany):  # the staff have heard it
        await queues.ring(device.actor, device.hall)
    return go("/kiosk/help?rung=true")


@post("/kiosk/sight", opt=allow(PUBLIC), include_in_schema=False)
async def sight(request: Asked) -> Response[None]:
    """字再大 and 高对比度, until the visit ends."""
    typed = await forms.read(request, SightForm)
    turned = {name: getattr(typed, name) != (typed.turn == name) for name in ("large", "contrast")}
    chosen = Cookie(key=SIGHT, value=Sight(**turned).cookie, path="/", httponly=True, secure=settings().https)
    return Response(None, status_code=303, headers={"Location": safe_path(typed.next, "/kiosk")}, cookies=[chosen])


@get("/kiosk/still-here", opt=allow(PUBLIC), include_in_schema=False)
async def still_here(request: Asked) -> Response[bytes]:
    """The question before the end, for a browser without script (WCAG 2.2.1): 25 seconds to say yes."""
    target = safe_path(request.query_params.get("next", ""), "/kiosk")
    answer = page(request, "kiosk/still_here", title=N_("Are you still here?"), next=target)
    answer.headers["Refresh"] = "25;url=/kiosk/end"
    return answer


@get("/kiosk/here", opt=allow(PUBLIC), include_in_schema=False, status_code=204)
async def here(request: Asked) -> None:
    """Somebody touches the screen: resolving the session has noted it already."""


@get("/kiosk/end", opt=allow(PUBLIC, identity.sign_out), include_in_schema=False)
async def end(request: Asked) -> Response[None]:
    """End the session here and on the server, wipe what the browser kept, and show the start page.

    A GET, because a page that ends by itself cannot post without script. Another site's link ends nothing.
    """
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return go("/kiosk" if device_of(request) else "/")
    actor = actor_of(request)
    if device_of(request) and actor.acting is not None:
        await identity.sign_out(actor, identity.token_of(request.cookies, request.headers))
    request.scope["linli_forget"]()  # type: ignore[typeddict-item]
    if not device_of(request):
        return go("/")
    headers = {"Location": "/kiosk", "Clear-Site-Data": '"cache", "storage"'}
    gone = (*identity.personal_names(), COOKIE, SIGHT)
    return Response(None, status_code=303, headers=headers, cookies=[_gone(name) for name in gone])


def _gone(name: str) -> Cookie:
    secure = settings().https
    return Cookie(key=name, value="", path="/", max_age=0, httponly=True, secure=secure, samesite="lax")


def _ask(request: Asked, values: dict[str, str], errors: dict[str, str], status: int) -> Response[bytes]:
    form = fields.form(DeviceEnrolment, values, errors, labels=LABELS, hints=HINTS)
    return page(
        request,
        "kiosk/enrol",
        status=status,
        title=N_("Make this a kiosk or screen"),
        f={"code": msgspec.structs.replace(form["code"], autocomplete="off", inputmode="text")},
        errors=errors,
    )


routes = [start, enrol, become, help_, ring, sight, still_here, here, end]
