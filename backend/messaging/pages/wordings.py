"""改写: our own messages, and the city's words for them."""

from litestar import Response, get, post

from accessibility import fields
from backend.core import forms
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.problems import Invalid, NotFound, Problem
from backend.core.words import N_, languages
from backend.messaging import service
from backend.messaging.pages.common import LANGUAGES, WORDINGS, Asked, shown
from backend.messaging.schemas import RewordingRequest

HERE = "/desk/messaging/wordings"
LABELS = {"body": N_("Your words"), "lang": N_("Language"), "wording": N_("Wording")}
HINTS = {"body": N_("Every ((placeholder)) of our words must stand here too. Empty: our words.")}


@get(HERE, opt=allow(service.own_texts), include_in_schema=False)
async def everything(request: Asked, done: bool = False) -> Response[bytes]:
    """All our messages in Chinese, with what the city changed."""
    found = await service.own_texts(actor_of(request))
    lines = [each for each in found if (each.lang, each.wording) == ("zh_CN", "standard")]
    changed = {each.code for each in found if each.city}
    return shown(
        request, "messaging/wordings", title=N_("How we word our messages"), found=lines, changed=changed, done=done
    )


@get(f"{HERE}/{{code:str}}", opt=allow(service.own_texts), include_in_schema=False)
async def one(request: Asked, code: str) -> Response[bytes]:
    """One message in each language and wording."""
    return await _one(request, code)


@post(f"{HERE}/{{code:str}}", opt=allow(service.reword), include_in_schema=False)
async def save(request: Asked, code: str) -> Response[bytes] | Response[None]:
    """Keep the city's words."""
    typed = await forms.raw(request)
    try:
        await service.reword(actor_of(request), await forms.read(request, RewordingRequest))
    except Invalid as problem:
        return await _one(request, code, typed, problem)
    return go(f"{HERE}?done=true")


async def _one(
    request: Asked, code: str, typed: dict[str, str] | None = None, problem: Problem | None = None
) -> Response[bytes]:
    found = await service.own_texts(actor_of(request), code=code)
    if not found:
        raise NotFound(next_step=(HERE, N_("See all messages")))
    errors = in_words(request, problem, "body")
    options = {
        "lang": [(each, LANGUAGES.get(each, each)) for each in languages()],
        "wording": list(WORDINGS.items()),
    }
    values = typed or {"lang": "zh_CN", "wording": "standard", "body": found[0].city, "code": code}
    form = fields.form(
        RewordingRequest, values, errors, labels=LABELS, hints=HINTS, options=options,
        kinds={"lang": "select", "wording": "select", "code": "hidden"},
    )  # fmt: skip
    return shown(
        request, "messaging/wording", problem, title=N_("Our words and yours"), code=code, found=found, f=form,
        errors=errors, wordings=WORDINGS, spoken=LANGUAGES,
    )  # fmt: skip


routes = [everything, one, save]
