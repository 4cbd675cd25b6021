"""消息设置: how I am told, when not, and on which numbers; also by a desk for the person it helps."""

from uuid import UUID

import msgspec
from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.core import forms
from backend.core.http import actor_of, allow, in_words, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Conflict, Gone, Invalid, Problem, TooMany
from backend.core.words import N_, languages
from backend.notifications import service
from backend.notifications.pages.common import Asked
from backend.notifications.schemas import (
    CopyChange,
    EmailNew,
    PhoneCode,
    PhoneNew,
    PhoneOrder,
    PreferenceChange,
    Preferences,
)

HERE = "/messages/preferences"
LABELS = {
    "first": N_("How shall we tell you first"),
    "otherwise": N_("And when a text message does not arrive"),
    "quiet_from": N_("Do not disturb me from"),
    "quiet_to": N_("until"),
    "language": N_("Language of messages"),
    "phone": N_("A further mobile number"),
    "email": N_("Your e-mail address"),
    "code": N_("The six digits that we sent there"),
}
HINTS = {
    "quiet_from": N_("Urgent messages come at any time. The same time twice means: you may always call me."),
    "phone": N_("For example of a second phone. We send six digits there, so that nothing goes to a stranger."),
    "email": N_("We send six digits there, so that nothing goes to a stranger."),
}
FIRST = (("sms", N_("Text message")), ("call", N_("A person calls me")), ("letter", N_("A letter in large print")))
OTHERWISE = (("call", N_("A person calls me")), ("letter", N_("Somebody brings it to my door")))
HOURS = [f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in (0, 30)]
NAMES = {"zh_CN": "中文", "en": "English"}


@get(HERE, opt=allow(service.preferences), include_in_schema=False)
async def wishes(request: Asked) -> Response[bytes]:
    """The wishes and the numbers."""
    return await shown(request)


@post(HERE, opt=allow(service.change_preferences), include_in_schema=False)
async def change(request: Asked) -> Response[bytes] | Response[None]:
    """Keep the wishes."""
    try:
        await service.change_preferences(actor_of(request), await forms.read(request, PreferenceChange))
    except Invalid as problem:
        return await shown(request, problem, "first", wishes=await forms.raw(request))
    return go(f"{HERE}?saved=1")


@post(f"{HERE}/phones", opt=allow(service.add_phone), include_in_schema=False)
async def add(request: Asked) -> Response[bytes] | Response[None]:
    """Send a code to a further number."""
    try:
        wanted = await forms.read(request, PhoneNew, messages={"phone": N_("Enter a mobile number with 11 digits")})
        new = await service.add_phone(actor_of(request), wanted, lang=viewer_of(request).lang)
    except (Invalid, Conflict, TooMany) as problem:
        return await shown(request, problem, "phone", phone=await forms.raw(request))
    return go(HERE if new.confirmed else f"{HERE}/phones/{new.id}")


@get(f"{HERE}/phones/{{phone_id:uuid}}", opt=allow(service.confirm_phone), include_in_schema=False)
async def code(request: Asked, phone_id: UUID) -> Response[bytes]:
    """Type the code."""
    return await _code(request, phone_id, {}, None)


@post(f"{HERE}/phones/{{phone_id:uuid}}", opt=allow(service.confirm_phone), include_in_schema=False)
async def confirm(request: Asked, phone_id: UUID) -> Response[bytes] | Response[None]:
    """The number is proved."""
    try:
        entered = await forms.read(request, PhoneCode, messages={"code": N_("Enter the six digits")})
        await service.confirm_phone(actor_of(request), phone_id, entered)
    except (Invalid, Gone) as problem:
        return await _code(request, phone_id, await forms.raw(request), problem)
    return go(f"{HERE}?saved=1#phones")


@post(f"{HERE}/phones/{{phone_id:uuid}}/order", opt=allow(service.order_phone), include_in_schema=False)
async def order(request: Asked, phone_id: UUID) -> Response[None]:
    """Which number comes first."""
    await service.order_phone(actor_of(request), phone_id, await forms.read(request, PhoneOrder))
    return go(f"{HERE}#phones")


@post(f"{HERE}/phones/{{phone_id:uuid}}/removal", opt=allow(service.remove_phone), include_in_schema=False)
async def remove(request: Asked, phone_id: UUID) -> Response[None]:
    """Take a number away."""
    await service.remove_phone(actor_of(request), phone_id)
    return go(f"{HERE}#phones")


@post(f"{HERE}/copies", opt=allow(service.change_copy), include_in_schema=False)
async def copy(request: Asked) -> Response[None]:
    """Who is told too."""
    await service.change_copy(actor_of(request), await forms.read(request, CopyChange))
    return go(f"{HERE}?saved=1#copies")


async def shown(
    request: Asked,
    problem: Problem | None = None,
    field: str = "",
    *,
    wishes: dict[str, str] | None = None,
    phone: dict[str, str] | None = None,
    email: dict[str, str] | None = None,
) -> Response[bytes]:
    """The page as it is, or again with what was wrong and what was typed."""
    found = await service.preferences(actor_of(request))
    errors = in_words(request, problem, field) if problem else {}
    address = LABELS | ({"email": N_("Another address instead")} if found.emails else {})
    answer = page(
        request, "notifications/wishes", status=problem.status if problem else 200, title=N_("How I am told"),
        found=found, errors=errors, f=_form(wishes or _values(found), errors),
        p=fields.form(PhoneNew, phone or {}, errors, labels=LABELS, hints=HINTS),
        m=fields.form(EmailNew, email or {}, errors, labels=address, hints=HINTS),
        saved="saved" in request.query_params and not problem, mine=actor_of(request).basis == "self",
        kin=await service.copies(actor_of(request)),
    )  # fmt: skip
    answer.headers.update(problem.headers if problem else {})
    return answer


async def _code(request: Asked, phone: UUID, values: dict[str, str], problem: Problem | None) -> Response[bytes]:
    found = await service.preferences(actor_of(request))
    lines = [each for each in found.phones if each.id == phone]
    errors = in_words(request, problem, "code") if problem else {}
    return page(
        request, "notifications/code", status=problem.status if problem else 200, title=N_("Confirm a number"),
        line=lines[0] if lines else None, errors=errors, f=fields.form(PhoneCode, values, errors, labels=LABELS),
        phone=phone,
    )  # fmt: skip


def _values(found: Preferences) -> dict[str, str]:
    return {
        "first": found.first,
        "otherwise": found.otherwise,
        "quiet_from": f"{found.quiet_from:%H:%M}",
        "quiet_to": f"{found.quiet_to:%H:%M}",
        "language": found.language,
    }


def _form(values: dict[str, str], errors: dict[str, str]) -> dict[str, fields.Field]:
    spoken = [("", N_("As the pages"))] + [(each, NAMES.get(each, each)) for each in languages()]
    hours = {each: sorted({*HOURS, (values.get(each) or HOURS[0])[:5]}) for each in ("quiet_from", "quiet_to")}
    options = {"first": FIRST, "otherwise": OTHERWISE, "language": spoken}
    options |= {name: [(each, each.removeprefix("0")) for each in hours[name]] for name in hours}
    kinds = {"quiet_from": "select", "quiet_to": "select", "language": "radios"}
    form = fields.form(PreferenceChange, values, errors, labels=LABELS, hints=HINTS, options=options, kinds=kinds)
    chosen = values.get("language", "")
    return form | {"language": msgspec.structs.replace(form["language"], chosen=(chosen,), required=True)}


routes = [wishes, change, copy, add, code, confirm, order, remove]
