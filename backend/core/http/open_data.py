"""Answers of open data: anybody may keep them for a while, and asks again by ETag instead of loading them anew."""

from hashlib import blake2b
from typing import Any, TypeVar, cast

import msgspec
from litestar import Response
from litestar.connection import Request

T = TypeVar("T")
KEPT = 300  # seconds


def open_data(request: Request[Any, Any, Any], value: T, *, seconds: int = KEPT) -> Response[T]:
    """``value`` as JSON that caches may keep for ``seconds``; 304 without a body when the caller has it already."""
    body = msgspec.json.encode(value)
    etag = f'"{blake2b(body, digest_size=9).hexdigest()}"'
    known = etag in request.headers.get("if-none-match", "")
    answer = Response(
        b"" if known else body,
        status_code=304 if known else 200,
        media_type="application/json",
        headers={"ETag": etag, "Cache-Control": f"public, max-age={seconds}", "Vary": "Accept-Encoding"},
    )
    return cast("Response[T]", answer)
