"""The application and a client that behaves like a browser: same origin, own cookies, every page audited."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from functools import cache
from typing import Any

import httpx
import pytest

from accessibility.audits.html import findings

ORIGIN = "https://linli.test"
Browse = Callable[[], httpx.AsyncClient]


@cache
def portal() -> Any:
    """The whole portal. Its lifespan is not run: the pool is the test's, timers and the relay are called by name."""
    from backend.app import create_app

    return create_app()


@pytest.fixture(scope="session")
def app() -> Any:
    """The portal, made once a process: it takes longer than a hundred tests."""
    return portal()


@pytest.fixture(scope="session", autouse=True)
def one_hash_a_password() -> Iterator[None]:
    """The hash is slow on purpose, and the factories give one password to thousands: it is made once, at its true
    cost. Whoever signs in has it compared as ever.
    """
    from backend.identity.service import hashing

    slow, known = hashing.hashed, dict[str, str]()

    async def hashed(text: str) -> str:
        if text not in known:
            known[text] = await slow(text)
        return known[text]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "hashed", hashed)
        yield


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Pages and values kept in the process come from another test's transaction, which is gone; limits and silent
    channels count from zero. All of it would else be left to how soon one test comes after another.
    """
    from backend.core import alerts, cache, rate
    from backend.notifications.adapters import breaker

    cache.pages.clear()
    alerts.forget()
    rate.reset()
    breaker.reset()


@pytest.fixture
async def browse(app: Any, tx: None) -> AsyncIterator[Browse]:
    """Makes clients, each with its own cookies: several people at once."""
    async with AsyncExitStack() as stack:

        def person() -> httpx.AsyncClient:
            made = open_client(app)
            stack.push_async_callback(made.aclose)
            return made

        yield person


@pytest.fixture
def client(browse: Browse) -> httpx.AsyncClient:
    """One visitor."""
    return browse()


@pytest.fixture
def frozen() -> Iterator[Callable[[datetime], None]]:
    """`frozen(at)` holds the clock at an aware instant until the test ends."""
    from contextlib import ExitStack

    from backend.core import clock

    with ExitStack() as stack:
        yield lambda at: stack.enter_context(clock.frozen(at))


def open_client(app: Any) -> httpx.AsyncClient:
    """Requests run in the test's own task, so they share its transaction and its clock."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, client=("203.0.113.7", 50000)),
        base_url=ORIGIN,
        follow_redirects=False,
        event_hooks={"request": [_as_a_browser], "response": [audited]},
    )


async def _as_a_browser(request: httpx.Request) -> None:
    """What a browser adds by itself; a test that sets one of them keeps its own."""
    if "sec-fetch-site" not in request.headers and "origin" not in request.headers:
        request.headers["Sec-Fetch-Site"] = "same-origin"
        if request.method not in {"GET", "HEAD"}:
            request.headers["Origin"] = ORIGIN


async def audited(response: httpx.Response) -> None:
    """Every page that a test receives must be a sound page."""
    if not response.headers.get("content-type", "").startswith("text/html"):
        return
    await response.aread()
    if response.request.method == "HEAD" or not response.content:
        return
    found = findings(response.text)
    if found:
        lines = "\n  ".join(found)
        pytest.fail(f"{response.request.method} {response.request.url.raw_path.decode()}:\n  {lines}", pytrace=False)
