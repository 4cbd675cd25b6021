"""The JSON door of disclosures. What was read and what for is said in the language of the request."""

from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.params import Parameter

from backend.core.http import actor_of, allow, viewer_of
from backend.core.schemas import Page
from backend.core.words import words
from backend.disclosures import service
from backend.disclosures.schemas import (
    AskedQuestion,
    DisclosureAnswer,
    DisclosureLine,
    DisclosureQuestion,
    WaitingQuestion,
)

Req = Request[Any, Any, Any]
Limit = Annotated[int, Parameter(ge=1, le=100)]
After = Annotated[str, Parameter(max_length=100)]
L = TypeVar("L", DisclosureLine, WaitingQuestion)


@get("/me/disclosures", opt=allow(service.who_looked), tags=["me"])
async def who_looked(request: Req, after: After = "", limit: Limit = 20) -> Page[DisclosureLine]:
    """谁看过我的信息: every read of my data by staff or a helper, the latest first; seconds old ones too."""
    found = await service.who_looked(actor_of(request), after=after, limit=limit)
    return msgspec.structs.replace(found, items=[_in_words(request, each) for each in found.items])


@post("/me/disclosures/{view:uuid}/question", opt=allow(service.ask_about), tags=["me"])
async def ask(request: Req, view: UUID, data: DisclosureQuestion) -> DisclosureLine:
    """问一问: ask what it was for; the answer is due in three working days."""
    return _in_words(request, await service.ask_about(actor_of(request), view, data))


@get("/disclosure-questions", opt=allow(service.open_questions), tags=["staff"])
async def open_questions(request: Req) -> list[WaitingQuestion]:
    """What waits for an answer in my divisions, the longest overdue first."""
    return [_in_words(request, each) for each in await service.open_questions(actor_of(request))]


@get("/disclosure-questions/{row_id:uuid}", opt=allow(service.open_question), tags=["staff"])
async def open_question(request: Req, row_id: UUID) -> AskedQuestion:
    """One question with the person who asked; the person sees that it was read."""
    found = await service.open_question(actor_of(request), row_id)
    return msgspec.structs.replace(found, line=_in_words(request, found.line))


@post("/disclosure-questions/{row_id:uuid}/answer", opt=allow(service.answer_question), tags=["staff"], status_code=204)
async def answer(request: Req, row_id: UUID, data: DisclosureAnswer) -> None:
    """Answer it; the person is told."""
    await service.answer_question(actor_of(request), row_id, data)


def _in_words(request: Req, line: L) -> L:
    say = words(viewer_of(request).lang).gettext
    return msgspec.structs.replace(line, what=[say(each) for each in line.what], purpose=say(line.purpose))


routes = [who_looked, ask, open_questions, open_question, answer]
