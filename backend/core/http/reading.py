"""How the framework reads the body of a request: once, and without the limits that the front middleware has set."""

from typing import Any

from litestar.connection import Request
from litestar.exceptions import ClientException

KEPT = "linli_body"


class Reading(Request[Any, Any, Any]):
    """The framework looks at the announced length, its own limit and the handler for each piece; the front has."""

    async def body(self) -> bytes:
        """The whole body, kept with the request."""
        found: bytes | None = self.scope.get(KEPT)  # type: ignore[assignment]
        if found is None:
            found = self.scope[KEPT] = await self._whole()  # type: ignore[literal-required]
        return found

    async def _whole(self) -> bytes:
        parts: list[bytes] = []
        more = True
        while more:
            message: Any = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientException("the caller has gone")
            parts.append(message.get("body", b""))
            more = message.get("more_body", False)
        return b"".join(parts)
