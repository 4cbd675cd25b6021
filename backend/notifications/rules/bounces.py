"""What a mail server says of an e-mail that it could not deliver: a delivery status notification (RFC 3464).

We asked for our own id in it (``ENVID``); a server that knows no such thing returns the headers, with the Message-ID
made of the same id. Whoever never got an e-mail of ours knows neither, so there is nothing to forge.
"""

from email import message_from_bytes, message_from_string
from email.message import Message
from uuid import UUID

STATUS, HEADERS = "message/delivery-status", ("message/rfc822", "text/rfc822-headers")


def bounced(raw: bytes) -> tuple[UUID, str] | None:
    """The delivery that failed for good and why, as a word; none for anything else, such as "still trying"."""
    try:
        return _read(message_from_bytes(raw))  # headers as they stand: the newer policy raises for odd ones
    except RecursionError:  # parts within parts without end
        return None


def _read(report: Message) -> tuple[UUID, str] | None:
    parts = [each for part in report.walk() if part.get_content_type() == STATUS for each in part.get_payload()]
    groups = [each for each in parts if isinstance(each, Message)]
    failed = [each for each in groups if _said(each, "Action") == "failed"]
    found = _envelope(groups) or _returned(report)
    return (found, _reason(_said(failed[0], "Status"))) if failed and found else None


def _reason(status: str) -> str:
    """5.1.x is about the address; 4.x.x ran out of time."""
    if status.startswith("5.1."):
        return "address-unknown"
    return "late" if status.startswith("4.") else "refused"


def _envelope(groups: list[Message]) -> UUID | None:
    return next((found for each in groups if (found := _uuid(_said(each, "Original-Envelope-Id")))), None)


def _returned(report: Message) -> UUID | None:
    for part in report.walk():
        if part.get_content_type() in HEADERS:
            inside = part.get_payload()
            headers = inside[0] if isinstance(inside, list) else message_from_string(str(inside))
            found = _uuid(_said(headers, "Message-ID")) if isinstance(headers, Message) else None
            if found:
                return found
    return None


def _said(part: Message, name: str) -> str:
    return str(part.get(name, "")).strip().casefold()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.lstrip("<").partition("@")[0])
    except ValueError:
        return None
