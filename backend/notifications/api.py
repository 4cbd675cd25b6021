"""The JSON door of messages, of how a person is told, and of the call list."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, delete, get, post, put
from litestar.params import Parameter

from backend.core.http import actor_of, allow, refresh_session, viewer_of
from backend.notifications import service
from backend.notifications.schemas import (
    CallAnswer,
    CallBegin,
    CallSheet,
    CopyChange,
    CopyLine,
    EmailCode,
    EmailLine,
    EmailNew,
    EmailWish,
    Inbox,
    InboxLine,
    PhoneCode,
    PhoneLine,
    PhoneNew,
    PhoneOrder,
    PreferenceChange,
    Preferences,
    ReplyLine,
    Told,
    Unread,
    Waiting,
)

Req = Request[Any, Any, Any]
Limit = Annotated[int, Parameter(ge=1, le=100)]


@get("/me/messages", opt=allow(service.messages), tags=["me"])
async def messages(request: Req, after: UUID | None = None, limit: Limit = 30) -> Inbox:
    """What I was told, the latest first; urgent ones that I have not read are pinned."""
    return await service.messages(actor_of(request), after=after, limit=limit)


@get("/me/messages/unread", opt=allow(service.count_unread), tags=["me"])
async def unread(request: Req) -> Unread:
    """How many wait to be read, at most a hundred."""
    return Unread(unread=await service.count_unread(actor_of(request)))


@get("/me/messages/{message_id:uuid}", opt=allow(service.message), tags=["me"])
async def message(request: Req, message_id: UUID) -> InboxLine:
    """One message; looking at it here does not mark it as read."""
    return await service.message(actor_of(request), message_id)


@post("/me/messages/{message_id:uuid}/reading", opt=allow(service.read_message), tags=["me"], status_code=204)
async def read(request: Req, message_id: UUID) -> None:
    """I have read it; nobody needs to tell me any more. A repeat changes nothing."""
    await service.read_message(actor_of(request), message_id)
    refresh_session(request)


@post("/me/messages/readings", opt=allow(service.read_all), tags=["me"], status_code=204)
async def read_all(request: Req) -> None:
    """I have read everything that is there now."""
    await service.read_all(actor_of(request))
    refresh_session(request)


@get("/me/notice-preferences", opt=allow(service.preferences), tags=["me"])
async def preferences(request: Req) -> Preferences:
    """How I want to be told."""
    return await service.preferences(actor_of(request))


@put("/me/notice-preferences", opt=allow(service.change_preferences), tags=["me"])
async def change_preferences(request: Req, data: PreferenceChange) -> Preferences:
    """Change it. Nobody who acts under a mandate can."""
    return await service.change_preferences(actor_of(request), data)


@post("/me/notice-phones", opt=allow(service.add_phone), tags=["me"])
async def add_phone(request: Req, data: PhoneNew) -> PhoneLine:
    """A further number; a code goes there."""
    return await service.add_phone(actor_of(request), data, lang=viewer_of(request).lang)


@post("/me/notice-phones/{phone_id:uuid}/confirmation", opt=allow(service.confirm_phone), tags=["me"], status_code=204)
async def confirm_phone(request: Req, phone_id: UUID, data: PhoneCode) -> None:
    """The code that arrived; five tries."""
    await service.confirm_phone(actor_of(request), phone_id, data)


@put("/me/notice-phones/{phone_id:uuid}/order", opt=allow(service.order_phone), tags=["me"], status_code=204)
async def order_phone(request: Req, phone_id: UUID, data: PhoneOrder) -> None:
    """Messages go there first, or to the account's own number again."""
    await service.order_phone(actor_of(request), phone_id, data)


@delete("/me/notice-phones/{phone_id:uuid}", opt=allow(service.remove_phone), tags=["me"])
async def remove_phone(request: Req, phone_id: UUID) -> None:
    """Nothing goes there any more."""
    await service.remove_phone(actor_of(request), phone_id)


@post("/me/notice-emails", opt=allow(service.add_email), tags=["me"])
async def add_email(request: Req, data: EmailNew) -> EmailLine:
    """My e-mail address, or another one instead; a code goes there."""
    viewer = viewer_of(request)
    return await service.add_email(actor_of(request), data, lang=viewer.lang, plain=viewer.plain)


@post("/me/notice-emails/{email_id:uuid}/confirmation", opt=allow(service.confirm_email), tags=["me"], status_code=204)
async def confirm_email(request: Req, email_id: UUID, data: EmailCode) -> None:
    """The code that arrived; five tries."""
    await service.confirm_email(actor_of(request), email_id, data)


@put("/me/notice-emails/{email_id:uuid}/wishes", opt=allow(service.change_email), tags=["me"], status_code=204)
async def change_email(request: Req, email_id: UUID, data: EmailWish) -> None:
    """What goes there."""
    await service.change_email(actor_of(request), email_id, data)


@delete("/me/notice-emails/{email_id:uuid}", opt=allow(service.remove_email), tags=["me"])
async def remove_email(request: Req, email_id: UUID) -> None:
    """Nothing goes there any more."""
    await service.remove_email(actor_of(request), email_id)


@get("/desk/calls", opt=allow(service.waiting), tags=["desk"])
async def waiting(request: Req) -> list[Waiting]:
    """Who waits for a call or a visit in my divisions."""
    return await service.waiting(actor_of(request))


@post("/desk/calls", opt=allow(service.begin_call), tags=["desk"])
async def begin_call(request: Req, data: CallBegin) -> CallSheet:
    """Take a call for a quarter of an hour: numbers, and what to read out."""
    return await service.begin_call(actor_of(request), data.person)


@get("/desk/calls/{call_id:uuid}", opt=allow(service.call), tags=["desk"])
async def call(request: Req, call_id: UUID) -> CallSheet:
    """My running call."""
    return await service.call(actor_of(request), call_id)


@post("/desk/calls/{call_id:uuid}/answer", opt=allow(service.answer_call), tags=["desk"], status_code=204)
async def answer_call(request: Req, call_id: UUID, data: CallAnswer) -> None:
    """What came of it."""
    await service.answer_call(actor_of(request), call_id, data)


@get("/me/messages/{message_id:uuid}/attempts", opt=allow(service.message), tags=["me"])
async def attempts(request: Req, message_id: UUID) -> Told:
    """What was tried to tell me, when, and how it ended."""
    found = await service.message(actor_of(request), message_id)
    return Told(attempts=(await service.attempts([found.id])).get(found.id, []))


@get("/me/notice-copies", opt=allow(service.copies), tags=["me"])
async def copies(request: Req) -> list[CopyLine]:
    """Who may act for me, and whether they are told too."""
    return await service.copies(actor_of(request))


@put("/me/notice-copies", opt=allow(service.change_copy), tags=["me"], status_code=204)
async def change_copy(request: Req, data: CopyChange) -> None:
    """Tell this delegate too, or no longer."""
    await service.change_copy(actor_of(request), data)


@get("/desk/replies", opt=allow(service.replies), tags=["desk"])
async def replies(request: Req) -> list[ReplyLine]:
    """Texts that people sent back and that somebody has to read."""
    return await service.replies(actor_of(request))


@delete("/desk/replies/{reply_id:uuid}", opt=allow(service.finish_reply), tags=["desk"])
async def finish_reply(request: Req, reply_id: UUID) -> None:
    """Somebody looked after it."""
    await service.finish_reply(actor_of(request), reply_id)


@post("/notifications/callbacks/{provider:str}", opt=allow(service.callback), tags=["programs"], status_code=204)
async def callback(request: Req, provider: str) -> None:
    """What a gateway reports, signed: {"event": "delivered" | "failed" | "received", "id": …, "from": …, "text": …}."""
    await service.callback(actor_of(request), provider, request.headers, await request.body())


routes = [
    add_email, confirm_email, change_email, remove_email,
    messages, unread, message, read, read_all, preferences, change_preferences, add_phone, confirm_phone, order_phone,
    remove_phone, waiting, begin_call, call, answer_call, attempts, copies, change_copy, replies, finish_reply,
    callback,
]  # fmt: skip
