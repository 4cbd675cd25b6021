"""A sender of its own that dies at once after the gateway took a message and before it was marked: ``DSN URL``."""

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

DSN, URL = sys.argv[1:]


class Dies(httpx.AsyncHTTPTransport):
    """A true connection; nothing of this process outlives the answer."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        await answer.aread()
        os.kill(os.getpid(), signal.SIGKILL)
        return answer


async def main() -> None:
    chosen = msgspec.structs.replace(settings.settings(), demo=False, sms_gateway_url=URL)
    for module in (http, secrets):
        module.settings = lambda: chosen  # type: ignore[attr-defined]
    await db.start(DSN, size=2)
    await service.deliver(Dies())


asyncio.run(main())
