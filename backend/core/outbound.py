"""The only HTTP client: with limits, without redirects, deaf to proxy variables. What leaves the house leaves here."""

import httpx

TIMEOUT = httpx.Timeout(5.0, connect=2.0)  # seconds


def client(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """A client for a few calls, to be closed by ``async with``. Tests bring a transport."""
    return httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False, transport=transport)
