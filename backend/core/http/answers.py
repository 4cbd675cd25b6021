"""How a no is answered: problem+json under /api, a page elsewhere. Nothing of our insides is ever shown."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from backend.core import db, problems
from backend.core.http.context import request_id, viewer_of
from backend.core.log import logger
from backend.core.problems import Problem
from backend.core.schemas import about_text
from backend.core.words import N_, words

AnyRequest = Request[Any, Any, Any]
TYPE = "https://linli.example/problems/"  # documentation name; never fetched
BY_STATUS: dict[int, type[Problem]] = {
    kind.status: kind
    for kind in (
        problems.BadRequest, problems.SignInRequired, problems.Forbidden, problems.NotFound, problems.Conflict,
        problems.Gone, problems.TooLarge, problems.UnsupportedMedia, problems.TooMany, problems.Unavailable,
    )
    if kind is not problems.TooMany
}  # fmt: skip


class MethodNotAllowed(Problem):
    """The address exists, but not for this method."""

    status, code, title = 405, "method-not-allowed", N_("This address does not take that request")


class ProblemBody(msgspec.Struct, kw_only=True, omit_defaults=True):
    """``application/problem+json`` (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    instance: str = ""
    next_step: dict[str, str] | None = None
    fields: dict[str, str] | None = None


def from_exception(error: Exception) -> Problem:
    """The problem that stands for any exception; what we did not expect is a plain 500."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationException):
        return _from_validation(error)
    if isinstance(error, (RecursionError, UnicodeDecodeError, msgspec.DecodeError)):
        return problems.BadRequest(N_("The data is not valid JSON in UTF-8, or is nested too deeply."))
    if isinstance(error, HTTPException):
        return _from_http(error)
    if isinstance(error, db.WALLED):  # a check of ours is missing; nothing was shown or changed
        logger.log("error", "stopped by the second wall", table=str(getattr(error, "table_name", "")))
        return problems.NotFound()
    if isinstance(error, db.BUSY):
        logger.log("warning", "lock not had in time", error=type(error).__name__)
    if isinstance(error, (*db.AWAY, *db.BUSY)):
        away = problems.Unavailable(N_("Please try again in a few seconds. Nothing was done twice."))
        away.headers["Retry-After"] = "2"
        return away
    return Problem(N_("It has been noted. Please try again, or call us."))


def body_of(problem: Problem, lang: str, instance: str) -> ProblemBody:
    """The problem in words of one language."""
    say = words(lang).gettext
    step = problem.next_step
    return ProblemBody(
        type=TYPE + problem.code,
        title=say(problem.title),
        status=problem.status,
        code=problem.code,
        detail=say(problem.detail, **problem.values),
        instance=instance,
        next_step={"href": step[0], "title": say(step[1])} if step else None,
        fields={name: say(text, **problem.values) for name, text in problem.fields.items()} or None,
    )


def json_answer(request: AnyRequest, problem: Problem) -> Response[bytes]:
    """The problem for a program."""
    body = body_of(problem, viewer_of(request).lang, f"urn:request:{request_id(request)}")
    return Response(
        msgspec.json.encode(body),
        status_code=problem.status,
        media_type="application/problem+json",
        headers={**problem.headers, "Content-Language": viewer_of(request).html_lang},
    )


def note(request: AnyRequest, error: Exception) -> None:
    """Log what we did not expect, once, without a word that came from the request but its route."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}")
        trace = trace.tb_next
    logger.log(
        "error", "unhandled", error=f"{type(error).__module__}.{type(error).__name__}", request=request_id(request),
        route=str(request.scope.get("path_template", "")), trace=frames[-8:],
    )  # fmt: skip


def _from_http(error: HTTPException) -> Problem:
    if error.status_code == 405:
        problem: Problem = MethodNotAllowed()
    elif "JSON" in str(error.detail) or "encoding" in str(error.detail).lower():
        return problems.BadRequest(N_("The data is not valid JSON in UTF-8, or is nested too deeply."))
    else:
        kind = BY_STATUS.get(error.status_code)
        if kind is None and error.status_code < 500:
            kind = problems.BadRequest
        problem = (kind or Problem)()
    problem.headers.update({name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"})
    return problem


def _from_validation(error: ValidationException) -> Problem:
    """Litestar tells body and parameter errors as a list of ``message`` and ``key``."""
    fields: dict[str, str] = {}
    for each in error.extra if isinstance(error.extra, list) else []:
        if isinstance(each, dict):
            name = str(each.get("key") or "body")
            fields[name] = _reason(str(each.get("message", "")))
    return problems.Invalid(fields)


def _reason(message: str) -> str:
    """A sentence for msgspec's message; the message itself may quote what was sent."""
    if "unknown field" in message:
        return N_("There is a field that is not known here")
    if "missing required field" in message:
        return N_("A field is missing")
    return about_text(message) or N_("This is not of the expected form")
