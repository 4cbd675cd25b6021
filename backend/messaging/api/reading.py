"""Reads a v2 request into our structs, refusing in the words that the clients show to their users."""

import binascii
import re
from base64 import b64decode
from typing import Any
from uuid import UUID

import msgspec

from backend.core.http.limits import MAX_BODY
from backend.core.problems import TooLarge
from backend.core.schemas import clean
from backend.messaging import rules
from backend.messaging.schemas import LetterFileRequest, NoticeRequest, Upload
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
LETTER = 5 * 1024 * 1024  # bytes of a finished letter
POSTAGE = ("first", "second", "economy")
UPLOAD = {"file", "filename", "confirm_email_before_download", "retention_period", "is_csv"}


def json_of(body: bytes) -> dict[str, Any]:
    """The object of a request's body."""
    try:
        found = msgspec.json.decode(body or b"{}")
    except (msgspec.DecodeError, RecursionError):  # the latter when it is nested without end
        raise NoticeRefused("Invalid JSON supplied in POST data") from None
    if not isinstance(found, dict):
        raise NoticeRefused("Invalid JSON supplied in POST data")
    return found


def bounded(body: bytes, given: dict[str, Any]) -> dict[str, Any]:
    """The same, if only its files are large: a letter of a million words would keep the printer busy for an hour.

    A twentieth more than a file has is allowed for, because some encoders write each ``/`` as two signs.
    """
    values = given.get("personalisation")
    files = [each.get("file") for each in values.values() if isinstance(each, dict)] if isinstance(values, dict) else []
    large = sum(len(each) for each in (given.get("content"), *files) if isinstance(each, str))
    if len(body) - large * 21 // 20 > MAX_BODY:
        raise TooLarge()
    return given


def notice_of(kind: str, given: dict[str, Any]) -> NoticeRequest:
    """A message to send."""
    needed = [TO[kind]] if kind in TO else ["personalisation"]
    allowed = {"template_id", "personalisation", "reference", *needed, *ALSO[kind]}
    for name in [*needed, "template_id"]:
        if name not in given:
            raise NoticeRefused(f"{name} is a required property", INVALID)
    for name in given.keys() - allowed:
        raise NoticeRefused(f"Additional properties are not allowed ({name} was unexpected)", INVALID)
    files, values = _apart(kind, given.get("personalisation"))
    recipient = _lines(values) if kind == "letter" else _text(given, TO[kind])
    reference = _text(given, "reference") if given.get("reference") is not None else None
    return NoticeRequest(
        kind=kind, recipient=recipient, template=uuid_of("template_id", given["template_id"]), values=values,
        files=files, reference=reference, leave=_leave(given),
    )  # fmt: skip


def letter_of(given: dict[str, Any]) -> LetterFileRequest:
    """A finished letter."""
    for name in ("reference", "content"):
        if name not in given:
            raise NoticeRefused(f"{name} is a required property", INVALID)
    for name in given.keys() - {"reference", "content", "postage"}:
        raise NoticeRefused(f"Additional properties are not allowed ({name} was unexpected)", INVALID)
    postage = given.get("postage", "second")
    if postage not in POSTAGE:
        raise NoticeRefused("postage invalid. It must be either first, second or economy.", INVALID)
    pdf = _bytes("Letter content", given["content"], LETTER)
    return LetterFileRequest(reference=_text(given, "reference"), pdf=pdf, postage=postage)


def values_of(given: Any) -> dict[str, str]:
    """The values of a template; a list becomes one text."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise NoticeRefused(f"personalisation {given} is not of type object", INVALID)
    return {str(name): _shown(str(name), _value(value)) for name, value in given.items() if value is not None}


def _apart(kind: str, given: Any) -> tuple[dict[str, Upload], dict[str, str]]:
    """The files and the words among the values; files go by e-mail only."""
    if kind != "email" or not isinstance(given, dict):
        return {}, values_of(given)
    files = {str(name): _upload(value) for name, value in given.items() if isinstance(value, dict)}
    return files, values_of({name: value for name, value in given.items() if name not in files})


def _upload(given: dict[str, Any]) -> Upload:
    """A file, as the clients make it ready. Whoever says nothing asks for the address, as with the original."""
    if "file" not in given:
        raise NoticeRefused("file is a required property", INVALID)
    for name in given.keys() - UPLOAD:
        raise NoticeRefused(f"Additional properties are not allowed ({name} was unexpected)", INVALID)
    confirm = given.get("confirm_email_before_download")
    if confirm is not None and not isinstance(confirm, bool):
        wanted = "Use a boolean true or false value."
        raise NoticeRefused(f"Unsupported value for confirm_email_before_download: '{confirm}'. {wanted}")
    weeks = given.get("retention_period")
    try:
        return Upload(
            data=_bytes("File", given["file"], rules.LARGEST),
            name=_text(given, "filename") if given.get("filename") else "",
            csv=given.get("is_csv") is True, confirm=confirm is not False,
            weeks=rules.weeks_of(str(weeks)) if weeks is not None else rules.USUAL_WEEKS,
        )  # fmt: skip
    except rules.Unfit as error:
        raise NoticeRefused(str(error)) from None


def _bytes(what: str, given: Any, most: int) -> bytes:
    """What stands there in base64."""
    if not isinstance(given, str):
        raise NoticeRefused(f"{what} is not of type string", INVALID)
    if len(given) > -(-most // 3) * 4:
        raise NoticeRefused(f"{what} is larger than {most >> 20}MB")
    try:
        found = b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        raise NoticeRefused(f"{what} is not base64 encoded") from None
    if len(found) > most:
        raise NoticeRefused(f"{what} is larger than {most >> 20}MB")
    return found


def uuid_of(name: str, given: Any) -> UUID:
    """An id."""
    try:
        return UUID(str(given))
    except ValueError:
        raise NoticeRefused(f"{name} is not a valid UUID", INVALID) from None


def _value(given: Any) -> str:
    if isinstance(given, dict):  # a file, as the clients make it ready: nobody is to read its bytes as words
        raise NoticeRefused("Can only send a file by email")
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
