"""Reads a v2 request into our structs, refusing in the words that the clients show to their users."""

import re
from typing import Any
from uuid import UUID

import msgspec

from backend.core.schemas import clean
from backend.messaging.schemas import NoticeRequest
from backend.messaging.service import NoticeRefused

INVALID = "ValidationError"
ALSO = {
    "sms": {"sms_sender_id"},
    "email": {"email_reply_to_id", "one_click_unsubscribe_url", "sanitise_content_for"},
    "letter": {"postage"},
}
TO = {"sms": "phone_number", "email": "email_address"}
LINES = tuple(f"address_line_{number}" for number in range(1, 8))
LEAVE = re.compile(r"https://[!-;=?-~]{3,990}")
LEAST = 3  # lines of an address


def json_of(body: bytes) -> dict[str, Any]:
    """The object of a request's body."""
    try:
        found = msgspec.json.decode(body or b"{}")
    except (msgspec.DecodeError, RecursionError):  # the latter when it is nested without end
        raise NoticeRefused("Invalid JSON supplied in POST data") from None
    if not isinstance(found, dict):
        raise NoticeRefused("Invalid JSON supplied in POST data")
    return found


def notice_of(kind: str, given: dict[str, Any]) -> NoticeRequest:
    """A message to send."""
    if kind == "letter" and "content" in given:
        raise NoticeRefused("Service is not allowed to send precompiled letters: send a template")
    needed = [TO[kind]] if kind in TO else ["personalisation"]
    allowed = {"template_id", "personalisation", "reference", *needed, *ALSO[kind]}
    for name in [*needed, "template_id"]:
        if name not in given:
            raise NoticeRefused(f"{name} is a required property", INVALID)
    for name in given.keys() - allowed:
        raise NoticeRefused(f"Additional properties are not allowed ({name} was unexpected)", INVALID)
    values = values_of(given.get("personalisation"))
    recipient = _lines(values) if kind == "letter" else _text(given, TO[kind])
    reference = _text(given, "reference") if given.get("reference") is not None else None
    return NoticeRequest(
        kind=kind, recipient=recipient, template=uuid_of("template_id", given["template_id"]), values=values,
        reference=reference, leave=_leave(given),
    )  # fmt: skip


def values_of(given: Any) -> dict[str, str]:
    """The values of a template; a list becomes one text."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise NoticeRefused(f"personalisation {given} is not of type object", INVALID)
    return {str(name): _shown(str(name), _value(value)) for name, value in given.items() if value is not None}


def uuid_of(name: str, given: Any) -> UUID:
    """An id."""
    try:
        return UUID(str(given))
    except ValueError:
        raise NoticeRefused(f"{name} is not a valid UUID", INVALID) from None


def _value(given: Any) -> str:
    if isinstance(given, dict):  # a file, as the clients make it ready: nobody is to read its bytes as words
        raise NoticeRefused("Send files by email has not been set up: put a link to the file into the text")
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, list):
        return "、".join(str(each) for each in given)
    return str(given)


def _shown(name: str, text: str) -> str:
    """The text as everywhere else in the portal: no NUL, nothing that turns a line around."""
    try:
        return clean(text.replace("\r\n", "\n"))
    except ValueError:
        raise NoticeRefused(f"{name} has characters that cannot be shown", INVALID) from None


def _text(given: dict[str, Any], name: str) -> str:
    found = given[name]
    if not isinstance(found, str) or not 0 < len(found) <= 1000:
        raise NoticeRefused(f"{name} {found} is not of type string", INVALID)
    return _shown(name, found)


def _leave(given: dict[str, Any]) -> str:
    """An address for a header of the e-mail: https, and no sign that could end the header."""
    found = given.get("one_click_unsubscribe_url")
    if found is None:
        return ""
    if not isinstance(found, str) or not LEAVE.fullmatch(found):
        raise NoticeRefused("one_click_unsubscribe_url is not a valid https url", INVALID)
    return found


def _lines(values: dict[str, str]) -> str:
    """The address of a letter, a line each."""
    known = {name.replace(" ", "_").lower(): value.strip() for name, value in values.items()}
    found = [known[name] for name in LINES if known.get(name)]
    if len(found) < LEAST:
        raise NoticeRefused(f"Address must be at least {LEAST} lines", INVALID)
    return "\n".join(found)
