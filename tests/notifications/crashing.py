"""A sender of its own that dies in the middle of a batch, after the gateway took some and before any is marked.

``DSN URL NUMBER``: it dies with the answer to that one.
"""

import asyncio
import os
import signal
import sys

import httpx
import msgspec

from backend import settings
from backend.core import db
from backend.notifications import service
from backend.notifications.adapters import http, secrets

DSN, URL, NUMBER = sys.argv[1:]


class Dies(httpx.AsyncHTTPTransport):
    """True connections; nothing of this process outlives the last answer."""

    answers = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        await answer.aread()
        self.answers += 1
        if self.answers == int(NUMBER):
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


async def main() -> None:
    chosen = msgspec.structs.replace(settings.settings(), demo=False, sms_gateway_url=URL)
    for module in (http, secrets):
        module.settings = lambda: chosen  # type: ignore[attr-defined]
    await db.start(DSN, size=2)
    await service.deliver(Dies())


asyncio.run(main())
