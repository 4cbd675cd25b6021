"""E-mail over SMTP, for a city that has a mail server and no gateway (setting ``email_smtp_url``).

``smtps://user:password@host`` is TLS from the first byte, ``smtp://…`` turns to TLS before anything is said
(STARTTLS is demanded, not hoped for), ``smtp+plain://host`` is a relay on the same machine. 5xx for the address or the
e-mail means never, 4xx and whatever concerns our own standing with the server means later. smtplib blocks, so a few
threads of its own do it, each with a connection that it keeps while there is work. Whether a server that does not
answer is asked again is for ``breaker`` to say, as with every other channel.
"""

import asyncio
import smtplib
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from backend.core import clock
from backend.core.log import logger
from backend.notifications.adapters import mime
from backend.notifications.adapters.port import Outgoing, Taken
from backend.settings import Settings, settings

PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}
TIMEOUT = 5.0  # seconds for each answer, as of every other gateway
KEPT = 20.0  # seconds that an idle connection is used again; servers close it after some minutes
THREADS = 4
UNKNOWN = frozenset({550, 551, 553})  # the box does not exist, or is not here (RFC 5321 §4.2.3)
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="smtp")
_mine = threading.local()


class Held:
    """The connection of one sending. smtplib's timeout is for each piece of an answer: a server whose answer does not
    end would keep one of the few threads for ever, so whoever waited long enough hangs up."""

    def __init__(self) -> None:
        self.server: smtplib.SMTP | None = None
        self.sock: socket.socket | None = None
        self.over = False

    def take(self, server: smtplib.SMTP) -> None:
        """The connection that is used now; a new one says when it has a socket, before anything is read there."""
        self.server, open_ = server, server._get_socket  # type: ignore[attr-defined]

        def opened(*where: Any) -> socket.socket:
            self.sock = open_(*where)
            if self.over:
                self.hang_up()
            return self.sock

        server._get_socket = opened  # type: ignore[attr-defined]
        if self.over:
            self.hang_up()

    def hang_up(self) -> None:
        """From another thread: what waits for an answer there gets none."""
        self.over = True
        for sock in (self.sock, getattr(self.server, "sock", None)):
            if sock is not None:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)


async def send(message: Outgoing) -> Taken:
    """Hand one e-mail to the server; a repeat carries the same Message-ID."""
    url, mail, held = settings().email_smtp_url, whole(message), Held()
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, _hand_over, url, mail, message, held)
    except asyncio.CancelledError:
        held.hang_up()
        raise


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


def _hand_over(url: str, mail: EmailMessage, message: Outgoing, held: Held) -> Taken:
    try:
        server = _connection(url, held)
        options = [f"ENVID={message.id}", "RET=HDRS"] if server.has_extn("dsn") else []
        server.sendmail(sender(settings()).addr_spec, [message.address], mail.as_bytes(), options)
    except smtplib.SMTPRecipientsRefused as error:
        ((code, _),) = error.recipients.values()
        return _judged(message, code, "address-unknown" if code in UNKNOWN else "refused")
    except smtplib.SMTPDataError as error:
        return _judged(message, error.smtp_code, "refused")
    except (smtplib.SMTPException, OSError) as error:  # the server is away, or does not want us
        _forget()
        code = getattr(error, "smtp_code", 0)
        return _later(message, f"status-{code}" if code else type(error).__name__, silent=not code)
    _mine.used = time.monotonic()
    return Taken(state="sent", provider=mail["Message-ID"])


def _judged(message: Outgoing, code: int, reason: str) -> Taken:
    """Its server keeps the connection after a refusal."""
    return _later(message, f"status-{code}") if code < 500 else Taken(state="failed", reason=reason)


def _later(message: Outgoing, reason: str, *, silent: bool = False) -> Taken:
    logger.log("warning", "message not taken", id=str(message.id), channel="email", reason=reason)
    return Taken(state="again", reason=reason, silent=silent)


def _connection(url: str, held: Held) -> smtplib.SMTP:
    """This thread's connection, if it still answers; otherwise a new one."""
    if getattr(_mine, "url", "") == url and time.monotonic() - _mine.used < KEPT:
        held.server = _mine.server
        try:
            if _mine.server.noop()[0] == 250:
                return _mine.server  # type: ignore[no-any-return]
        except (smtplib.SMTPException, OSError):
            pass
    _forget()
    _mine.server, _mine.url, _mine.used = _opened(url, held), url, time.monotonic()
    return _mine.server  # type: ignore[no-any-return]


def _opened(url: str, held: Held) -> smtplib.SMTP:
    to = urlsplit(url)
    host, port = to.hostname or "localhost", to.port or PORTS[to.scheme]
    if to.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(timeout=TIMEOUT, context=_trusted())
    else:
        server = smtplib.SMTP(timeout=TIMEOUT)
    server._host = host  # type: ignore[attr-defined]  # whom TLS asks for; the constructor would begin to talk
    held.take(server)
    code, said = server.connect(host, port)
    if code != 220:
        server.close()
        raise smtplib.SMTPConnectError(code, said)
    if to.scheme == "smtp":
        server.starttls(context=_trusted())  # raises where the server has none
    if to.username:
        server.login(unquote(to.username), unquote(to.password or ""))
    else:
        server.ehlo_or_helo_if_needed()
    return server


def _forget() -> None:
    server, _mine.url = getattr(_mine, "server", None), ""
    if server is not None:
        server.close()


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
