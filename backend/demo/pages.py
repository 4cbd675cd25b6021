"""Pages of the demonstration."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.core import forms
from backend.core.http import PUBLIC, allow
from backend.core.http.onward import go, safe_path
from backend.core.schemas import Input
from backend.core.words import N_
from backend.identity import service as identity
from backend.notifications import service as notifications

Asked = Request[Any, Any, Any]
LABELS = {"channel": N_("Channel"), "ends": N_("Last four digits of the number")}
HINTS = {"ends": N_("Empty: everybody")}
CHANNELS = {
    "sms": N_("Text message"), "voice": N_("Call by a machine"), "email": N_("E-mail"), "letter": N_("Letter"),
    "push": N_("Push to the browser"), "miniprogram": N_("Mini-program message"),
}  # fmt: skip


class Wanted(Input, frozen=True):
    """What is looked for."""

    channel: str = ""
    ends: Annotated[str, msgspec.Meta(max_length=4)] = ""


class Played(Input, frozen=True):
    """What the provider says."""

    event: Literal["delivered", "failed", "received"]
    text: Annotated[str, msgspec.Meta(max_length=200)] = ""


@get("/demo", opt=allow(PUBLIC), include_in_schema=False)
async def people(request: Asked) -> Response[bytes]:
    """Whom one can step in as."""
    return page(request, "demo/people", title=N_("Step in as somebody"), people=identity.demo_personas())


@post("/demo/personas/{slug:str}", opt=allow(PUBLIC), include_in_schema=False)
async def step_in(request: Asked, slug: str) -> Response[None]:
    """A new session as this person, instead of the one that was open."""
    old = identity.token_of(request.cookies, request.headers)
    token, start = await identity.step_in(slug, user_agent=request.headers.get("user-agent", ""), replacing=old)
    request.scope["linli_forget"]()  # type: ignore[typeddict-item]
    return go(start, cookie=identity.session_header(token))


@get("/demo/inbox", opt=allow(PUBLIC), include_in_schema=False)
async def inbox(request: Asked) -> Response[bytes]:
    """The newest messages, which in service would have gone to phones, callers and the post."""
    return page(request, "demo/inbox", title=N_("Demonstration inbox"), messages=await notifications.latest())


@get("/demo/gateway", opt=allow(PUBLIC), include_in_schema=False)
async def gateway(
    request: Asked, done: bool = False, channel: str = "", ends: str = "", before: UUID | None = None
) -> Response[bytes]:
    """What the local gateway was given, in the protocol of a real one: a page at a time, by channel and number."""
    channel, ends = channel if channel in CHANNELS else "", ends.strip()[-4:]
    sent = await notifications.sent_here(channel=channel, ends=ends, before=before)
    wanted = {"channel": channel, "ends": ends}
    return page(
        request, "demo/gateway", title=N_("Local gateway"), sent=sent, done=done, before=before, wanted=wanted,
        channels=CHANNELS,
        f=fields.form(Wanted, wanted, {}, labels=LABELS, hints=HINTS, options={"channel": list(CHANNELS.items())},
                      kinds={"channel": "select"}),
    )  # fmt: skip


@get("/demo/gateway/{delivery:uuid}/letter", opt=allow(PUBLIC), include_in_schema=False)
async def letter(request: Asked, delivery: UUID) -> Response[bytes]:
    """A letter as it would be printed."""
    found = await notifications.one_sent(delivery)
    return page(request, "demo/letter", title=found.title or N_("A message for you"), found=found)


@get("/demo/gateway/{delivery:uuid}/mail", opt=allow(PUBLIC), include_in_schema=False)
async def mail(delivery: UUID) -> Response[bytes]:
    """An e-mail as a file, for a mail program."""
    name = {"content-disposition": 'attachment; filename="message.eml"'}
    return Response(await notifications.email_sent(delivery), media_type="message/rfc822", headers=name)


@get("/demo/gateway/{delivery:uuid}/mail/page", opt=allow(PUBLIC), include_in_schema=False)
async def mail_page(delivery: UUID) -> Response[str]:
    """An e-mail as a program without pictures and colours shows it; a policy of its own refuses all the rest."""
    alone = {"content-security-policy": "sandbox; default-src 'none'"}
    return Response(await notifications.email_page_sent(delivery), media_type="text/html", headers=alone)


@post("/demo/gateway/{delivery:uuid}", opt=allow(PUBLIC), include_in_schema=False)
async def play(request: Asked, delivery: UUID) -> Response[None]:
    """Play the provider: it arrived, it failed, or the person texts back. Signed, and taken like any report."""
    typed = await request.form()
    said, back = forms.parse(typed, Played), safe_path(typed.get("next"), "/demo/gateway")
    await notifications.play(delivery, said.event, said.text)
    return go(f"{back}{'&' if '?' in back else '?'}done=true")


routes = [gateway, letter, mail, mail_page, play, people, step_in, inbox]
