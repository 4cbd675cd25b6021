"""Services, keys and templates for tests, and a client of theirs that reaches the application without a network."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any
from uuid import UUID

import httpx
import msgspec

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import relay
from backend.identity.schemas import StaffPost
from backend.messaging import service
from backend.messaging.schemas import KeyRequest, ServiceRequest, TemplateRequest, TemplateSheet
from backend.notifications.service import texts
from tests.identity.factories import actor_for, administrator, organisation

CITY = "230100"


def fresh(who: StaffPost) -> Actor:
    """Somebody who has just proved to be themselves."""
    return msgspec.structs.replace(actor_for(who), proved_at=clock.now())


async def admin(region: str = CITY) -> Actor:
    """The administrator of a city."""
    return fresh(await administrator(region=region))


async def a_service(actor: Actor, name: str = "水务短信") -> UUID:
    """A system of an organisation of the actor's city."""
    place = await organisation(actor.region)
    return (await service.add_service(actor, ServiceRequest(name=name, organisation=place))).id


async def key(actor: Actor, of: UUID, kind: str = "normal") -> str:
    """A whole key, as the clients take it."""
    return (await service.make_key(actor, of, KeyRequest(kind=kind, name="一号"))).whole  # type: ignore[arg-type]


async def a_template(
    actor: Actor,
    of: UUID | None,
    body: str = "((name)) 您好，明天停水。",
    kind: str = "sms",
    subject: str = "",
    required: str = "",
) -> TemplateSheet:
    """A template with its first text."""
    wanted = TemplateRequest(
        kind=kind, name="停水通知", body=body, subject=subject, service=of, required=required,  # type: ignore[arg-type]
    )  # fmt: skip
    return await service.add_template(actor, wanted)


async def ask(client: httpx.AsyncClient, whole: str, method: str, path: str, **more: Any) -> httpx.Response:
    """One signed request."""
    return await client.request(method, path, headers={"Authorization": f"Bearer {signed(whole)}"}, **more)


async def came(sender: str, words: str) -> None:
    """A text comes in, and whoever listens hears of it."""
    await texts.received(sender, words)
    await db.execute("UPDATE core_announcement SET next_try = $1", clock.now())  # the database knows the true time only
    await relay()


def signed(whole: str, *, late: int = 0, **claims: Any) -> str:
    """A token as the clients make it."""
    import jwt

    made = {"iss": whole[-73:-37], "iat": int(clock.now().timestamp()) - late} | claims
    return jwt.encode({name: value for name, value in made.items() if value is not None}, whole[-36:], "HS256")


class Through:
    """A ``requests`` adapter that hands each request to the application, in the loop and transaction of the test."""

    def __init__(self, client: httpx.AsyncClient, loop: asyncio.AbstractEventLoop) -> None:
        self.client, self.loop, self.context = client, loop, contextvars.copy_context()

    def send(self, request: Any, **_: Any) -> Any:
        from requests import Response

        waiting: Future[httpx.Response] = Future()

        async def go() -> None:
            try:
                sent = dict(request.headers)
                waiting.set_result(
                    await self.client.request(request.method, request.url, content=request.body, headers=sent)
                )
            except BaseException as error:
                waiting.set_exception(error)

        self.loop.call_soon_threadsafe(lambda: self.loop.create_task(go(), context=self.context))
        answer = waiting.result(20)
        made = Response()
        made.status_code, made._content, made.request, made.url = (
            answer.status_code,
            answer.content,
            request,
            request.url,
        )
        made.headers.update(answer.headers)
        return made

    def close(self) -> None:
        """Nothing to close."""


async def beside(work: Callable[[], Any]) -> Any:
    """Run blocking work in a thread of its own while the loop serves it."""
    done: dict[str, Any] = {}
    finished = asyncio.Event()
    loop = asyncio.get_running_loop()

    def run() -> None:
        try:
            done["value"] = work()
        except BaseException as error:
            done["error"] = error
        loop.call_soon_threadsafe(finished.set)

    threading.Thread(target=run, daemon=True).start()
    await finished.wait()
    if "error" in done:
        raise done["error"]
    return done["value"]
