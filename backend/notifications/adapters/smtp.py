"""E-mail over SMTP, for a city that has a mail server and no gateway (setting ``email_smtp_url``).

``smtps://user:password@host`` is TLS from the first byte, ``smtp://…`` turns to TLS before anything is said
(STARTTLS is demanded, not hoped for), ``smtp+plain://host`` is a relay on the same machine. 5xx for the address or the
e-mail means never, 4xx and whatever concerns our own standing with the server means later. A few connections are kept
while there is work; one on which anything went wrong, or that somebody stopped waiting for, is closed. Whether a server
that does not answer is asked again is for ``breaker`` to say, as with every other channel.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache
from urllib.parse import unquote, urlsplit

import aiosmtplib

from backend.core import clock
from backend.core.log import logger
from backend.notifications.adapters import mime
from backend.notifications.adapters.port import Outgoing, Taken
from backend.settings import Settings, settings

PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}
TIMEOUT = 5.0  # seconds for each answer, as of every other gateway
KEPT = 20.0  # seconds that an idle connection is used again; servers close it after some minutes
CONNECTIONS = 4
UNKNOWN = frozenset({550, 551, 553})  # the box does not exist, or is not here (RFC 5321 §4.2.3)


class Pool:
    """The connections to one server, of one event loop."""

    def __init__(self, url: str) -> None:
        self.url, self.loop = url, asyncio.get_running_loop()
        self._gate = asyncio.Semaphore(CONNECTIONS)
        self._free: list[tuple[aiosmtplib.SMTP, float]] = []

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """A connection that answers; one on which anything was raised is closed."""
        async with self._gate:
            server = await self._kept() or await _opened(self.url)
            try:
                yield server
            except BaseException:
                server.close()
                raise
            self._free.append((server, time.monotonic()))

    async def _kept(self) -> aiosmtplib.SMTP | None:
        while self._free:
            server, used = self._free.pop()
            try:
                if time.monotonic() - used < KEPT and (await server.noop()).code == 250:
                    return server
            except (aiosmtplib.SMTPException, OSError):
                pass
            except BaseException:
                server.close()
                raise
            server.close()
        return None


_pools: list[Pool] = []  # one, or none yet


async def send(message: Outgoing) -> Taken:
    """Hand one e-mail to the server; a repeat carries the same Message-ID."""
    mail = whole(message)
    try:
        async with _pool(settings().email_smtp_url).lend() as server:
            return await _hand_over(server, mail, message)
    except (aiosmtplib.SMTPException, OSError) as error:  # the server is away, or does not want us
        code = getattr(error, "code", 0)
        return _later(message, f"status-{code}" if code else _cause(error), silent=not code)


def whole(message: Outgoing) -> EmailMessage:
    """The e-mail from this installation."""
    chosen = settings()
    origin = chosen.public_url.rstrip("/")
    return mime.made(message, sender=sender(chosen), origin=origin, phone=chosen.help_phone, at=clock.now())


@cache
def sender(chosen: Settings) -> Address:
    """Who the e-mails are from: EMAIL_FROM, else a name at the portal's own address."""
    name, _, address = chosen.email_from.rpartition("<")
    found = address.strip().rstrip(">") or f"noreply@{urlsplit(chosen.public_url).hostname or 'localhost'}"
    return Address(display_name=name.strip() or chosen.city_name, addr_spec=found)


async def _hand_over(server: aiosmtplib.SMTP, mail: EmailMessage, message: Outgoing) -> Taken:
    options = [f"ENVID={message.id}", "RET=HDRS"] if server.supports_extension("dsn") else []
    origin = sender(settings()).addr_spec
    try:
        await server.sendmail(origin, [message.address], mail.as_bytes(), mail_options=options)
    except aiosmtplib.SMTPRecipientsRefused as error:
        code = error.recipients[0].code
        return _judged(message, code, "address-unknown" if code in UNKNOWN else "refused")
    except aiosmtplib.SMTPDataError as error:
        return _judged(message, error.code, "refused")
    return Taken(state="sent", provider=mail["Message-ID"])


def _judged(message: Outgoing, code: int, reason: str) -> Taken:
    """Its server keeps the connection after a refusal."""
    return _later(message, f"status-{code}") if code < 500 else Taken(state="failed", reason=reason)


def _later(message: Outgoing, reason: str, *, silent: bool = False) -> Taken:
    logger.log("warning", "message not taken", id=str(message.id), channel="email", reason=reason)
    return Taken(state="again", reason=reason, silent=silent)


def _cause(error: BaseException) -> str:
    """What lay below: a certificate that is not trusted, a refused connection."""
    return type(error.__cause__ or error).__name__


def _pool(url: str) -> Pool:
    """The connections to this server; those of another, or of an event loop that is over, are let go."""
    if not _pools or (_pools[0].url, _pools[0].loop) != (url, asyncio.get_running_loop()):
        _pools[:] = [Pool(url)]
    return _pools[0]


async def _opened(url: str) -> aiosmtplib.SMTP:
    to = urlsplit(url)
    server = aiosmtplib.SMTP(
        hostname=to.hostname or "localhost", port=to.port or PORTS[to.scheme], timeout=TIMEOUT,
        use_tls=to.scheme == "smtps", start_tls=to.scheme == "smtp",  # refused where the server has none
        tls_context=None if to.scheme == "smtp+plain" else _trusted(),
        username=unquote(to.username) if to.username else None, password=unquote(to.password or "") or None,
    )  # fmt: skip
    try:
        await server.connect()
        if server.is_ehlo_or_helo_needed:
            with suppress(aiosmtplib.SMTPHeloError):  # it knows HELO only, which comes with the first e-mail
                await server.ehlo()
    except BaseException:
        server.close()
        raise
    return server


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
