"""电子邮箱: on the page of wishes; and, without signing in, the link with which an e-mail to everybody is stopped."""

from uuid import UUID

from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.core import forms
from backend.core.http import actor_of, allow, in_words, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Gone, Invalid, Problem, TooMany
from backend.core.words import N_
from backend.notifications import service
from backend.notifications.pages.common import Asked
from backend.notifications.pages.wishes import HERE, shown
from backend.notifications.schemas import EmailCode, EmailNew, EmailWish

CODE_LABEL = {"code": N_("The six digits in the e-mail")}
LEAVE = "/messages/news/{email_id:uuid}/{proof:str}"


@post(f"{HERE}/emails", opt=allow(service.add_email), include_in_schema=False)
async def add(request: Asked) -> Response[bytes] | Response[None]:
    """Send a code to an address."""
    try:
        wanted = await forms.read(request, EmailNew)
        viewer = viewer_of(request)
        new = await service.add_email(actor_of(request), wanted, lang=viewer.lang, plain=viewer.plain)
    except (Invalid, TooMany) as problem:
        return await shown(request, problem, "email", email=await forms.raw(request))
    return go(f"{HERE}#emails" if new.confirmed else f"{HERE}/emails/{new.id}")


@get(f"{HERE}/emails/{{email_id:uuid}}", opt=allow(service.confirm_email), include_in_schema=False)
async def code(request: Asked, email_id: UUID) -> Response[bytes]:
    """Type the code."""
    return await _code(request, email_id, {}, None)


@post(f"{HERE}/emails/{{email_id:uuid}}", opt=allow(service.confirm_email), include_in_schema=False)
async def confirm(request: Asked, email_id: UUID) -> Response[bytes] | Response[None]:
    """The address is proved."""
    try:
        entered = await forms.read(request, EmailCode, messages={"code": N_("Enter the six digits")})
        await service.confirm_email(actor_of(request), email_id, entered)
    except (Invalid, Gone) as problem:
        return await _code(request, email_id, await forms.raw(request), problem)
    return go(f"{HERE}?saved=1#emails")


@post(f"{HERE}/emails/{{email_id:uuid}}/wishes", opt=allow(service.change_email), include_in_schema=False)
async def change(request: Asked, email_id: UUID) -> Response[None]:
    """What goes there."""
    await service.change_email(actor_of(request), email_id, await forms.read(request, EmailWish))
    return go(f"{HERE}?saved=1#emails")


@post(f"{HERE}/emails/{{email_id:uuid}}/removal", opt=allow(service.remove_email), include_in_schema=False)
async def remove(request: Asked, email_id: UUID) -> Response[None]:
    """Take the address away."""
    await service.remove_email(actor_of(request), email_id)
    return go(f"{HERE}#emails")


@get(LEAVE, opt=allow(service.stop_news), include_in_schema=False)
async def leave(request: Asked, email_id: UUID, proof: str) -> Response[bytes]:
    """One button: whoever follows a link, or a machine that looks at it, has not pressed it."""
    return page(request, "notifications/news", title=N_("No more news by e-mail"), left=False, here=request.url.path)


@post(LEAVE, opt=allow(service.stop_news), include_in_schema=False)
async def left(request: Asked, email_id: UUID, proof: str) -> Response[bytes]:
    """The button, or the mail program's own (RFC 8058)."""
    await service.stop_news(actor_of(request), email_id, proof)
    return page(request, "notifications/news", title=N_("No more news by e-mail"), left=True, here=request.url.path)


async def _code(request: Asked, email: UUID, values: dict[str, str], problem: Problem | None) -> Response[bytes]:
    found = await service.preferences(actor_of(request))
    lines = [each for each in found.emails if each.id == email]
    errors = in_words(request, problem, "code") if problem else {}
    return page(
        request, "notifications/email", status=problem.status if problem else 200, title=N_("Confirm an address"),
        line=lines[0] if lines else None, errors=errors, f=fields.form(EmailCode, values, errors, labels=CODE_LABEL),
    )  # fmt: skip


routes = [add, code, confirm, change, remove, leave, left]
