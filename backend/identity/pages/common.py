"""What the pages of identity share: who came with which token, errors in the reader's words, going on."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import Cookie

from accessibility.render import page
from backend.core.http import device_of as machine_of
from backend.core.http.onward import safe_path
from backend.core.problems import Problem
from backend.identity import cookies, rules
from backend.settings import settings

Asked = Request[Any, Any, Any]
DEVICE_LIFE = timedelta(days=400)  # the longest that browsers keep a cookie
PASSKEY_LIFE = timedelta(minutes=5)


def token_of(request: Asked) -> str:
    """The session token that the browser sent."""
    return cookies.token_of(request.cookies, request.headers)


def code_request(request: Asked) -> str:
    """The running code request of this browser."""
    return request.cookies.get(cookies.request_name(), "")


def next_of(request: Asked, default: str) -> str:
    """Where to go on to, from the address."""
    return safe_path(request.query_params.get("next", ""), default)


async def next_in_form(request: Asked, default: str) -> str:
    """Where to go on to, from a form."""
    return safe_path((await request.form()).get("next", ""), default)


def refused(request: Asked, name: str, problem: Problem | None, **context: Any) -> Response[bytes]:
    """A page shown as it is, or again with what was wrong: status and headers follow the problem."""
    answer = page(request, name, status=problem.status if problem else 200, **context)
    if problem:
        answer.headers.update(problem.headers)
    return answer


def on_to(request: Asked, target: str, *kept: Cookie) -> Response[None]:
    """Go on (303), with cookies; what the front remembers of the session is read anew."""
    request.scope["linli_forget"]()  # type: ignore[typeddict-item]
    return Response(None, status_code=303, headers={"Location": target}, cookies=list(kept))


def session_cookie(token: str) -> Cookie:
    """The cookie of a new session; an empty token removes it."""
    return _cookie(cookies.session_name(), token, rules.ABSOLUTE)


def device_of(request: Asked) -> str:
    """The key by which this browser is known to the people who signed in with it."""
    return request.cookies.get(cookies.device_name(), "")


def device_cookie(device: str) -> Cookie:
    """The cookie that lets this browser be known again."""
    return _cookie(cookies.device_name(), device, DEVICE_LIFE)


def passkey_request(request: Asked) -> str:
    """The running passkey challenge of this browser."""
    return request.cookies.get(cookies.passkey_name(), "")


def passkey_cookie(request: str) -> Cookie:
    """The cookie of a running passkey challenge; an empty one removes it."""
    return _cookie(cookies.passkey_name(), request, PASSKEY_LIFE)


def request_cookie(request: str) -> Cookie:
    """The cookie of a running code request, which may be extended once; an empty one removes it."""
    return _cookie(cookies.request_name(), request, 2 * rules.CODE_LIFE)


def kiosk_of(request: Asked) -> UUID | None:
    """The kiosk that the person stands at, to which their session will belong."""
    machine = machine_of(request)
    return machine.id if machine is not None and machine.kind == "kiosk" else None


def _cookie(name: str, value: str, life: timedelta) -> Cookie:
    seconds = int(life.total_seconds()) if value else 0
    secure = settings().https
    return Cookie(key=name, value=value, path="/", max_age=seconds, httponly=True, secure=secure, samesite="lax")
