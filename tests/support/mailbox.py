"""A mail server for tests: it speaks SMTP over a true connection, keeps what it was given, and refuses when told to."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class Mailbox:
    """``answers`` are given instead of the usual ones: {"RCPT": ["550 5.1.1 no such box"]}, each once."""

    def __init__(self, trusted: ssl.SSLContext | None = None, *, password: bool = False) -> None:
        self.port = 0
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.envelopes: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.connections = 0
        self.answers: dict[str, list[str]] = {}
        self.trusted, self.password = trusted, password

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        sender = to = ""
        try:
            await self._say(writer, self._or("HELLO", "220 mailbox.test ESMTP"))
            while line := (await reader.readline()).decode("ascii").rstrip("\r\n"):
                self.said.append(line)
                word = line.split()[0].upper()
                if word == "EHLO":
                    await self._say(writer, *self._offers(writer))
                elif word == "STARTTLS":
                    await self._say(writer, "220 go on")
                    await writer.start_tls(self.trusted or ssl.create_default_context())
                elif word == "AUTH":
                    await self._say(writer, self._or("AUTH", "235 welcome"))
                elif word == "MAIL":
                    sender = line
                    await self._say(writer, self._or("MAIL", "250 ok"))
                elif word == "RCPT":
                    to = line
                    await self._say(writer, self._or("RCPT", "250 ok"))
                elif word == "DATA":
                    await self._say(writer, "354 go on")
                    self._take(await reader.readuntil(b"\r\n.\r\n"), sender, to)
                    await self._say(writer, self._or("END", "250 queued"))
                else:
                    await self._say(writer, "221 bye" if word == "QUIT" else "250 ok")
        finally:
            writer.close()

    def _take(self, data: bytes, sender: str, to: str) -> None:
        if self.answers.get("END"):
            return  # refused: it is not kept
        raw = data[:-5].replace(b"\r\n..", b"\r\n.")
        self.raw.append(raw)
        mail = message_from_bytes(raw, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.envelopes.append((sender, to))

    def _offers(self, writer: asyncio.StreamWriter) -> list[str]:
        secure = writer.get_extra_info("ssl_object") is not None
        lines = ["mailbox.test", "DSN", "8BITMIME"]
        lines += ["STARTTLS"] if self.trusted and not secure else []
        lines += ["AUTH PLAIN"] if self.password and secure else []
        return [f"250-{each}" for each in lines[:-1]] + [f"250 {lines[-1]}"]

    def _or(self, step: str, usual: str) -> str:
        found = self.answers.get(step)
        return found.pop(0) if found else usual

    async def _say(self, writer: asyncio.StreamWriter, *lines: str) -> None:
        writer.write("".join(f"{line}\r\n" for line in lines).encode("ascii"))
        await writer.drain()


@asynccontextmanager
async def open_mailbox(
    trusted: ssl.SSLContext | None = None, *, password: bool = False, tls: bool = False, port: int = 0
) -> AsyncIterator[Mailbox]:
    """A server on a free port, or on the wanted one; with ``tls`` from the first byte, otherwise when asked."""
    box = Mailbox(None if tls else trusted, password=password)
    server = await asyncio.start_server(box.serve, "127.0.0.1", port, ssl=trusted if tls else None)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
