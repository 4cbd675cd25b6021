"""The address that residents type, as passkeys and tokens are bound to it."""

from urllib.parse import urlsplit

from backend.settings import settings


def origin() -> str:
    """Scheme and host of the portal; on one's own machine ``localhost``, where browsers allow passkeys without TLS."""
    parts = urlsplit(settings().public_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"http://localhost:{settings().port}"


def host() -> str:
    """The host alone: the relying party of passkeys."""
    return urlsplit(origin()).hostname or "localhost"
