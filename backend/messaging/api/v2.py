"""对外通知接口: the v2 interface of GOV.UK Notify, at its own addresses, so that its official clients need no change.

A request is signed by a key of a service; cookies and sessions count for nothing here.
"""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.exceptions import HTTPException

from backend.core.actor import Actor
from backend.core.http import allow
from backend.core.http.answers import from_exception, note
from backend.core.http.limits import MAX_BODY, allow_body
from backend.core.problems import NotFound, Problem, TooMany
from backend.messaging import service
from backend.messaging.api import reading
from backend.messaging.schemas import Caller, Notice, TemplateSheet
from backend.messaging.service import NoticeRefused, TokenMissing, TokenRefused

Req = Request[Any, Any, Any]
# Base64 of a finished letter of 5 MB, or of three files of 2 MB. Only who has a key is read so far, and two at a time:
# each is in memory several times while it is looked at (eight e-mails with 2 MB each, at once: 38 MB more).
ROOM = 9 * 1024 * 1024
allow_body("/v2/notifications/letter", ROOM)
allow_body("/v2/notifications/email", ROOM)
_large = asyncio.Semaphore(2)
NOTHING = UUID(int=0)  # the template of a letter that has none
FAILED = ("technical-failure", "temporary-failure", "permanent-failure")
LETTER = {"created": "accepted", "sending": "accepted", "delivered": "received"}  # printed and on its way
LONGEST = 1000  # signs of a refusal, which may repeat what was wrong
TYPES = ("sms", "email", "letter")
STATUSES = ("created", "sending", "delivered", "received", "accepted", "pending", "sent", "failed", *FAILED)


def refuse(request: Req, error: Exception) -> Response[Any]:
    """Every refusal in the one form that the clients read."""
    problem = from_exception(error)
    if problem.status >= 500 and not isinstance(error, Problem):
        note(request, error)
    status, kind, why = problem.status, problem.code, problem.title
    if isinstance(problem, TokenMissing | TokenRefused):
        kind, why = "AuthError", problem.why if isinstance(problem, TokenRefused) else problem.title
    elif isinstance(problem, NoticeRefused):
        kind, why = problem.kind, problem.why
    elif isinstance(problem, TooMany):
        kind, why = "RateLimitError", f"Exceeded rate limit of {service.RATE} requests per 60 seconds"
    elif isinstance(problem, NotFound):
        kind, why = "NoResultFound", "No result found"
    body = {"status_code": status, "errors": [{"error": kind, "message": why[:LONGEST]}]}
    return Response(body, status_code=status, headers=problem.headers, media_type="application/json")


async def caller_of(request: Req) -> tuple[Actor, Caller]:
    """Who signed the request, as an actor without a person."""
    caller = await service.recognise(request.headers.get("authorization", ""))
    return Actor(basis="official", channel="app", region=caller.region, name=caller.name), caller


async def _send(request: Req, kind: str) -> dict[str, Any]:
    actor, caller = await caller_of(request)
    async with _room(request):
        body = await request.body()
        given = reading.bounded(body, reading.json_of(body))
        if kind == "letter" and "content" in given:
            return await _finished(actor, caller, given)
        made = await service.send_notice(actor, caller, reading.notice_of(kind, given))
    content: dict[str, Any] = {"body": made.body, **({"subject": made.subject} if kind != "sms" else {})}
    if kind == "sms":
        content["from_number"] = caller.name
    if kind == "email":
        content |= {"from_email": "", "one_click_unsubscribe_url": given.get("one_click_unsubscribe_url")}
    return {
        "id": str(made.id), "reference": made.reference, "content": content, "scheduled_for": None,
        "uri": f"{service.origin()}/v2/notifications/{made.id}",
        "template": _reference(made.template, made.version),
    }  # fmt: skip


async def _finished(actor: Actor, caller: Caller, given: dict[str, Any]) -> dict[str, Any]:
    made = await service.send_finished_letter(actor, caller, reading.letter_of(given))
    return {"id": str(made.id), "reference": made.reference, "postage": made.postage}


def _room(request: Req) -> AbstractAsyncContextManager[None]:
    """One of few places for whoever brings files; the others pass."""
    length = request.headers.get("content-length", "")
    return nullcontext() if length.isdecimal() and int(length) <= MAX_BODY else _large


@post("/notifications/sms", opt=allow(service.send_notice), include_in_schema=False)
async def send_sms(request: Req) -> dict[str, Any]:
    """Send a text message."""
    return await _send(request, "sms")


@post("/notifications/email", opt=allow(service.send_notice), include_in_schema=False)
async def send_email(request: Req) -> dict[str, Any]:
    """Send an e-mail."""
    return await _send(request, "email")


@post("/notifications/letter", opt=allow(service.send_notice, service.send_finished_letter), include_in_schema=False)
async def send_letter(request: Req) -> dict[str, Any]:
    """Send a letter: a template with values, or a finished one."""
    return await _send(request, "letter")


@get("/notifications/{notice_id:str}", opt=allow(service.notice), include_in_schema=False)
async def one(request: Req, notice_id: str) -> dict[str, Any]:
    """One message and what became of it."""
    actor, caller = await caller_of(request)
    return _notice(await service.notice(actor, caller, reading.uuid_of("notification_id", notice_id)))


@get("/notifications/{notice_id:str}/pdf", opt=allow(service.letter_pdf), include_in_schema=False)
async def pdf(request: Req, notice_id: str) -> Response[bytes]:
    """A letter as it is printed."""
    actor, caller = await caller_of(request)
    made = await service.letter_pdf(actor, caller, reading.uuid_of("notification_id", notice_id))
    return Response(made, media_type="application/pdf")


@get("/notifications", opt=allow(service.notices), include_in_schema=False)
async def several(request: Req) -> dict[str, Any]:
    """The messages of the service, 250 at a time; ``next`` goes on with older ones."""
    actor, caller = await caller_of(request)
    asked = request.query_params
    older = asked.get("older_than")
    statuses, kinds = asked.getall("status", []), asked.getall("template_type", [])
    _among("status", statuses, STATUSES)
    _among("template_type", kinds, TYPES)
    found = await service.notices(
        actor, caller, statuses=_spread(statuses), kinds=kinds, reference=asked.get("reference"),
        older_than=reading.uuid_of("older_than", older) if older else None,
    )  # fmt: skip
    here = f"{service.origin()}/v2/notifications"
    links = {"current": here + (f"?{request.url.query}" if request.url.query else "")}
    if found.items:
        links["next"] = f"{here}?{_following(request, found.items[-1].id)}"
    return {"notifications": [_notice(each) for each in found.items], "links": links}


@get("/template/{template_id:str}", opt=allow(service.service_template), include_in_schema=False)
async def template(request: Req, template_id: str) -> dict[str, Any]:
    """A template as it is now."""
    actor, caller = await caller_of(request)
    return _template(await service.service_template(actor, caller, reading.uuid_of("id", template_id)))


@get("/template/{template_id:str}/version/{version:str}", opt=allow(service.service_template), include_in_schema=False)
async def template_version(request: Req, template_id: str, version: str) -> dict[str, Any]:
    """A template as it was."""
    actor, caller = await caller_of(request)
    if not version.isdecimal() or len(version) > 6:
        raise NoticeRefused(f"version {version} is not of type integer", reading.INVALID)
    wanted = reading.uuid_of("id", template_id)
    return _template(await service.service_template(actor, caller, wanted, version=int(version)))


@post("/template/{template_id:str}/preview", opt=allow(service.preview), include_in_schema=False, status_code=200)
async def preview(request: Req, template_id: str) -> dict[str, Any]:
    """What a template becomes with values."""
    actor, caller = await caller_of(request)
    values = reading.values_of(reading.json_of(await request.body()).get("personalisation"))
    made = await service.preview(actor, caller, reading.uuid_of("id", template_id), values)
    shown = {"id": str(made.id), "type": made.kind, "version": made.version, "body": made.body}
    return shown | {"subject": made.subject or None, "html": None, "postage": None}


@get("/templates", opt=allow(service.service_templates), include_in_schema=False)
async def templates(request: Req) -> dict[str, Any]:
    """All templates of the service."""
    actor, caller = await caller_of(request)
    kind = request.query_params.get("type", "")
    _among("type", [kind] if kind else [], TYPES)
    return {"templates": [_template(each) for each in await service.service_templates(actor, caller, kind=kind)]}


@get("/received-text-messages", opt=allow(service.received_texts), include_in_schema=False)
async def received(request: Req) -> dict[str, Any]:
    """Text messages that came in, fifty at a time."""
    actor, caller = await caller_of(request)
    older = request.query_params.get("older_than")
    found = await service.received_texts(
        actor, caller, older_than=reading.uuid_of("older_than", older) if older else None
    )
    here = f"{service.origin()}/v2/received-text-messages"
    links = {"current": here} | ({"next": f"{here}?older_than={found[-1].id}"} if found else {})
    lines = [
        {
            "id": str(each.id), "created_at": each.created.isoformat(), "content": each.body,
            "notify_number": caller.name, "service_id": str(caller.service), "user_number": f"86{each.phone}",
        }
        for each in found
    ]  # fmt: skip
    return {"received_text_messages": lines, "links": links}


def _reference(template: UUID | None, version: int) -> dict[str, Any]:
    template = template or NOTHING
    return {"id": str(template), "version": version, "uri": f"{service.origin()}/v2/template/{template}"}


def _notice(each: Notice) -> dict[str, Any]:
    """A message with every field that the clients know; what does not apply is null."""
    lines = each.recipient.splitlines() if each.kind == "letter" else []
    address = {f"line_{n}": lines[n - 1] if n <= len(lines) else None for n in range(1, 8)}
    status = LETTER.get(each.status, each.status) if each.kind == "letter" else each.status
    cost: dict[str, Any] = (
        {"billable_sms_fragments": each.parts, "international_rate_multiplier": 1.0} if each.kind == "sms" else {}
    )
    if each.pages:
        cost = {"billable_sheets_of_paper": each.pages, "postage": each.postage}
    return {
        "id": str(each.id), "reference": each.reference, "type": each.kind,
        "status": status, "body": each.body, "subject": each.subject or None,
        "phone_number": each.recipient if each.kind == "sms" else None,
        "email_address": each.recipient if each.kind == "email" else None,
        **address, "line_7": address["line_7"], "postcode": None, "postage": each.postage,
        "template": _reference(each.template, each.version) | {"name": each.template_name},
        "created_at": each.created.isoformat(), "created_by_name": None, "scheduled_for": None,
        "sent_at": each.sent.isoformat() if each.sent else None,
        "completed_at": each.completed.isoformat() if each.completed else None,
        "estimated_delivery": None, "one_click_unsubscribe_url": None,
        "is_cost_data_ready": False, "cost_in_pounds": None, "cost_details": cost,
    }  # fmt: skip


def _template(each: TemplateSheet) -> dict[str, Any]:
    text = service.best(each.texts, "zh_CN", "standard")
    needed = {name: {"required": True} for name in service.names(text.subject + text.body)}
    return {
        "id": str(each.id), "name": each.name, "type": each.kind, "created_at": each.created.isoformat(),
        "updated_at": each.changed.isoformat() if each.version > 1 else None, "version": each.version,
        "created_by": str(each.made_by), "body": text.body, "subject": text.subject or None,
        "letter_contact_block": None, "postage": None, "personalisation": needed,
    }  # fmt: skip


def _among(name: str, given: list[str], known: tuple[str, ...]) -> None:
    for each in given:
        if each not in known:
            raise NoticeRefused(f"{name} {each} is not one of [{', '.join(known)}]", reading.INVALID)


def _spread(statuses: list[str]) -> list[str]:
    """``failed`` stands for every failure; letters have words of their own."""
    more = {"failed": set(FAILED), "accepted": {"created", "sending"}, "received": {"delivered"}}
    return sorted({each for name in statuses for each in more.get(name, {name})})


def _following(request: Req, last: UUID) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "older_than"]
    return urlencode([*kept, ("older_than", str(last))])


routes = [
    Router(
        "/v2",
        route_handlers=[
            send_sms, send_email, send_letter, one, pdf, several, template, template_version, preview, templates,
            received,
        ],
        exception_handlers={Problem: refuse, HTTPException: refuse, Exception: refuse},
    )
]  # fmt: skip
