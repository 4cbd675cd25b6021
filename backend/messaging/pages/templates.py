"""消息模板: the list, one with its texts side by side, and a try."""

from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, get, post

from accessibility import fields
from backend.core import forms
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.problems import Invalid, Problem, TooMany
from backend.core.words import N_, languages
from backend.messaging import service
from backend.messaging.pages.common import KINDS, LANGUAGES, WORDINGS, Asked, shown
from backend.messaging.schemas import TemplateRequest, TestSend, TextRequest

HERE = "/desk/messaging/templates"
LABELS = {
    "kind": N_("Goes out as"), "name": N_("Name of the template"), "body": N_("Text in standard Chinese"),
    "subject": N_("Subject"), "required": N_("Placeholders that must stand in every text"),
    "service": N_("For a system"), "lang": N_("Language"), "wording": N_("Wording"),
    "phone": N_("Mobile number"), "email": N_("E-mail address"), "values": N_("Values"),
}  # fmt: skip
HINTS = {
    "body": N_(
        "((name)) is filled in when it is sent; ((late??Please hurry)) is shown only if yes. In a "
        "mini-program message a line for each value: thing01=((name))."
    ),
    "required": N_("Names with commas between, for example: name, date"),
    "service": N_("None: the city sends it itself."),
    "values": N_("A line each, for example name=Li"),
    "subject": N_("For e-mail and letters"),
}


@get(HERE, opt=allow(service.templates), include_in_schema=False)
async def everything(request: Asked) -> Response[bytes]:
    """The templates of my division."""
    return await _list(request)


@post(HERE, opt=allow(service.add_template), include_in_schema=False)
async def add(request: Asked) -> Response[bytes] | Response[None]:
    """A new template."""
    try:
        new = await service.add_template(actor_of(request), await forms.read(request, TemplateRequest))
    except Invalid as problem:
        return await _list(request, await forms.raw(request), problem)
    return go(f"{HERE}/{new.id}")


@get(f"{HERE}/{{row_id:uuid}}", opt=allow(service.template), include_in_schema=False)
async def one(
    request: Asked, row_id: UUID, done: bool = False, speaks: str = "zh_CN", wording: str = "plain"
) -> Response[bytes]:
    """A template with all its texts; the one that was asked for stands ready to be changed."""
    return await _one(request, row_id, done=done, chosen=(speaks, wording))


@post(f"{HERE}/{{row_id:uuid}}/texts", opt=allow(service.save_text), include_in_schema=False)
async def save(request: Asked, row_id: UUID) -> Response[bytes] | Response[None]:
    """The next version."""
    try:
        wanted = await forms.read(request, TextRequest)
        await service.save_text(actor_of(request), row_id, wanted)
    except Invalid as problem:
        return await _one(request, row_id, problem, text=await forms.raw(request))
    kept = urlencode({"done": "true", "speaks": wanted.lang, "wording": wanted.wording})
    return go(f"{HERE}/{row_id}?{kept}")


@post(f"{HERE}/{{row_id:uuid}}/trial", opt=allow(service.try_template), include_in_schema=False)
async def attempt(request: Asked, row_id: UUID) -> Response[bytes]:
    """Send it once, to see it on a phone."""
    typed = await forms.raw(request)
    try:
        said = await service.try_template(actor_of(request), row_id, await forms.read(request, TestSend))
    except (Invalid, TooMany) as problem:
        return await _one(request, row_id, problem, trial=typed)
    return await _one(request, row_id, trial=typed, said=said)


@post(f"{HERE}/{{row_id:uuid}}/sheet", opt=allow(service.try_letter), include_in_schema=False)
async def sheet(request: Asked, row_id: UUID) -> Response[bytes]:
    """A letter as it is printed."""
    typed = await forms.raw(request)
    try:
        made = await service.try_letter(actor_of(request), row_id, await forms.read(request, TestSend))
    except Invalid as problem:
        return await _one(request, row_id, problem, trial=typed)
    headers = {"Content-Disposition": 'inline; filename="letter.pdf"', "Cache-Control": "no-store"}
    return Response(made, media_type="application/pdf", headers=headers)


@post(f"{HERE}/{{row_id:uuid}}/end", opt=allow(service.archive_template), include_in_schema=False)
async def archive(request: Asked, row_id: UUID) -> Response[None]:
    """Out of use."""
    await service.archive_template(actor_of(request), row_id)
    return go(HERE)


async def _list(request: Asked, typed: dict[str, str] | None = None, problem: Problem | None = None) -> Response[bytes]:
    actor = actor_of(request)
    may, errors = actor.is_("administrator"), in_words(request, problem, "body")
    systems = [(str(each.id), each.name) for each in (await service.services(actor) if may else ())]
    form = fields.form(
        TemplateRequest, typed or {"kind": "sms"}, errors, labels=LABELS, hints=HINTS,
        options={"kind": list(KINDS.items()), "service": systems}, kinds={"kind": "select", "service": "select"},
    )  # fmt: skip
    return shown(
        request, "messaging/templates", problem, title=N_("Templates of messages"), errors=errors, may=may, kinds=KINDS,
        found=await service.templates(actor), f=form,
    )  # fmt: skip


async def _one(
    request: Asked,
    row_id: UUID,
    problem: Problem | None = None,
    *,
    text: dict[str, str] | None = None,
    trial: dict[str, str] | None = None,
    said: str = "",
    done: bool = False,
    chosen: tuple[str, str] = ("zh_CN", "plain"),
) -> Response[bytes]:
    actor = actor_of(request)
    found, errors = await service.template(actor, row_id), in_words(request, problem, "phone")
    options = {
        "lang": [(each, LANGUAGES.get(each, each)) for each in languages()],
        "wording": list(WORDINGS.items()),
    }
    ready = service.best(found.texts, *chosen)
    typed = {"lang": chosen[0], "wording": chosen[1]} | (text or {"body": ready.body, "subject": ready.subject})
    labels, kinds = LABELS | {"body": N_("Words of this text")}, {"lang": "select", "wording": "select"}
    tries = fields.form(TestSend, trial or {}, errors, labels=LABELS, hints=HINTS, options=options, kinds=kinds)
    tries |= {each: msgspec.structs.replace(tries[each], required=True) for each in ("phone", "email")}
    return shown(
        request, "messaging/template", problem, title=N_("A template"), found=found, errors=errors, said=said,
        done=done, here=f"{HERE}/{row_id}", may=actor.is_("administrator"), kinds=KINDS, wordings=WORDINGS,
        spoken=LANGUAGES, tried=service.best(found.texts, typed["lang"], typed["wording"]),
        t=fields.form(TextRequest, typed, errors, labels=labels, hints=HINTS, options=options, kinds=kinds),
        s=tries,
    )  # fmt: skip


routes = [everything, add, one, save, attempt, sheet, archive]
