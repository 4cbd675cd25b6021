"""Answers of open data: anybody may keep them for a while, and asks again by ETag instead of loading them anew."""

from typing import Any, TypeVar, cast

import msgspec
from litestar import Response
from litestar.connection import Request

T = TypeVar("T")
KEPT = 300  # seconds
TAGS = ("catalogue", "places")  # a change of either makes open data anew


def open_data(request: Request[Any, Any, Any], value: T, *, seconds: int = KEPT) -> Response[T]:
    """``value`` as JSON that caches may keep for ``seconds``; made once, with its ETag, by the front middleware."""
    request.scope["public_tags"] = TAGS  # type: ignore[typeddict-unknown-key]
    headers = {"Cache-Control": f"public, max-age={seconds}"}
    return cast("Response[T]", Response(msgspec.json.encode(value), media_type="application/json", headers=headers))
