"""E-mail: by the city's mail server where one is set, otherwise through a gateway that speaks our protocol."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import httpx

from backend.notifications.adapters import smtp
from backend.notifications.adapters.http import HttpChannel
from backend.notifications.adapters.port import Outgoing, Taken
from backend.settings import settings

Gets = Callable[[UUID], Awaitable[bool]]
_gets: list[Gets] = []


def use_emails(gets: Gets) -> None:
    """Let the service say who has an address; it knows the adapters, not they it."""
    _gets[:] = [gets]


class MailChannel(HttpChannel):
    """A gateway also gets the whole e-mail as it would travel (``mime``), so that it need not know how to write one."""

    def __init__(self) -> None:
        super().__init__("email")

    def ready(self) -> bool:
        """A mail server, a gateway, or the one of the demonstration."""
        return bool(settings().email_smtp_url) or super().ready()

    def receipts(self) -> bool:
        """A mail server says at most what it could not deliver, which its bounce reports."""
        return not settings().email_smtp_url and super().receipts()

    async def reaches(self, person: UUID | None, phone: str) -> bool:
        """Whoever proved an address."""
        return bool(person and _gets and await _gets[0](person))

    async def send(self, message: Outgoing, http: httpx.AsyncClient) -> Taken:
        """One e-mail."""
        if not message.address:
            return Taken(state="failed", reason="not-set-up")  # it was taken away meanwhile
        return await (smtp.send(message) if settings().email_smtp_url else super().send(message, http))

    def said(self, message: Outgoing) -> dict[str, object]:
        """What a gateway gets."""
        return super().said(message) | {"mime": smtp.whole(message).as_bytes().decode("ascii")}
