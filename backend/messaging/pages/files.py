"""A file that an e-mail links to. Nobody signs in: the link is the right, and the address that it was sent to.

The page takes no file by itself: mail programs and filters open every link, and only a person presses the button.
"""

from urllib.parse import quote

from litestar import Response, get, post

from accessibility import fields
from backend.core import forms
from backend.core.http import actor_of, allow, in_words
from backend.core.problems import Invalid, Problem, TooMany
from backend.core.words import N_
from backend.messaging import service
from backend.messaging.pages.common import Asked, shown
from backend.messaging.schemas import FileAddress, FileAsk, FileGiven

HERE = "/files/{token:str}"
LABELS = {"email": N_("Your e-mail address")}
HINTS = {"email": N_("The one at which the link arrived")}
KINDS = {
    "csv": N_("Table (CSV)"), "doc": N_("Word document"), "docx": N_("Word document"), "jpeg": N_("Picture"),
    "jpg": N_("Picture"), "json": N_("Data (JSON)"), "odt": N_("Text document"), "pdf": N_("PDF document"),
    "png": N_("Picture"), "rtf": N_("Text document"), "txt": N_("Plain text"), "xlsx": N_("Excel table"),
}  # fmt: skip
# Saved and never shown by the portal, whatever is in it: nothing in it could act in the portal's name.
ALONE = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store"}


@get(HERE, opt=allow(service.file), include_in_schema=False)
async def offer(request: Asked, token: str) -> Response[bytes]:
    """From whom, what, how large, until when."""
    return await _offer(request, token)


@post(HERE, opt=allow(service.download_file), include_in_schema=False)
async def take(request: Asked, token: str) -> Response[bytes]:
    """The file."""
    try:
        asked = await forms.read(request, FileAsk)
        found = await service.download_file(actor_of(request), token, asked)
    except (Invalid, TooMany) as problem:
        return await _offer(request, token, problem)
    headers, kind = ALONE | {"Content-Disposition": _named(found)}, service.TYPES[found.kind]
    return Response(found.data, status_code=200, media_type=kind, headers=headers)


async def _offer(request: Asked, token: str, problem: Problem | None = None) -> Response[bytes]:
    found = await service.file(actor_of(request), token)
    typed = await forms.raw(request) if problem else {}
    errors = in_words(request, problem, "email") if problem else {}
    return shown(
        request, "messaging/file", problem, title=N_("A file for you"), found=found, errors=errors,
        here=request.url.path, kind=KINDS[found.kind], size=_size(found.size),
        f=fields.form(FileAddress, typed, errors, labels=LABELS, hints=HINTS, kinds={"email": "email"}),
    )  # fmt: skip


def _named(found: FileGiven) -> str:
    """For saving; signs of other writings only where they are escaped (RFC 6266)."""
    return f"attachment; filename=\"file.{found.kind}\"; filename*=UTF-8''{quote(found.name, safe='')}"


def _size(number: int) -> str:
    return f"{number / 1048576:.1f} MB" if number >= 1048576 else f"{max(1, round(number / 1024))} KB"


routes = [offer, take]
