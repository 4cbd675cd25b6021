"""The one file that sees everything: finds the slices, opens the doors."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Litestar, Request, Response, Router, get
from litestar.config.app import AppConfig
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

from accessibility import menu
from accessibility import pages as accessibility_pages
from accessibility.render import problem_page
from backend import contract, slices
from backend.core import alerts, bells, cache, chain, db, events, health, jobs, rate, walls
from backend.core.http import answers, device_of
from backend.core.http.access import KEY, PUBLIC, allow, checked
from backend.core.http.context import for_programs
from backend.core.http.front import Front
from backend.core.http.onward import safe_path
from backend.core.http.reading import Reading
from backend.core.log import LEVELS, logger
from backend.core.openapi import schema_config
from backend.core.policy import FreshSignInNeeded
from backend.core.problems import Problem, SignInRequired
from backend.core.search import live
from backend.core.words import N_
from backend.identity.service import resolve_device, resolve_session
from backend.settings import Settings, settings

INDEXED = {"catalogue", "places"}  # tags whose drop means that something new can be found


def create_app() -> Front:
    """The application with its front middleware, as the server loads it."""
    chosen = settings()
    logger.threshold = LEVELS[chosen.log_level]
    if chosen.redis_url:
        rate.use_redis(chosen.redis_url)
    return Front(framework(chosen), chosen, resolve_session, resolve_device)


def framework(chosen: Settings, *, described: bool = False) -> Litestar:
    """All routes of all slices. Raises when a route declares no access rule.

    ``described`` adds the framework's description of itself, from which the contract is made; it is not served.
    """
    slices.awaken()
    api = [route for module in slices.modules("api") for route in module.routes]
    shown = slices.modules("pages")
    pages = [route for module in shown for route in module.routes]
    menu.use([line for module in shown for line in getattr(module, "menu", ())])
    if not chosen.demo:
        pages = [route for route in pages if not _is_demo(route)]
    app = Litestar(
        route_handlers=[
            Router("/api/v1", route_handlers=api),
            *pages,
            *accessibility_pages.routes,
            *health.routes,
            published,
        ],
        before_request=checked,
        request_class=Reading,
        exception_handlers={Problem: refuse, HTTPException: refuse, Exception: refuse},
        openapi_config=schema_config() if described else None,
        lifespan=[lifespan],
        on_app_init=[_quiet],
        debug=False,
    )
    if not described:
        _check_access(app)
    return app


def refuse(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer any exception: problem+json for programs, a page for people, the sign-in page for the signed-out."""
    problem = answers.from_exception(error)
    if problem.status >= 500 and not isinstance(error, Problem):
        answers.note(request, error)
    if for_programs(request.scope["path"]):
        return answers.json_answer(request, problem)
    if isinstance(problem, SignInRequired) and request.method == "GET":
        return Response(None, status_code=303, headers={"Location": _sign_in(request)})
    if isinstance(problem, FreshSignInNeeded):
        if request.method == "GET":
            return Response(None, status_code=303, headers={"Location": _again(_here(request))})
        # What was sent is not kept: after the proof the person is back on the page that they sent it from.
        problem.next_step = (_again(_came_from(request)), N_("Show that it is me"))
    return problem_page(request, problem)


@get("/openapi.json", opt=allow(PUBLIC), include_in_schema=False)
async def published(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The published contract of the API, as committed."""
    request.scope["public_tags"] = ("contract",)  # type: ignore[typeddict-unknown-key]
    return Response(contract.FILE.read_bytes(), media_type="application/json")


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncIterator[None]:
    """Open the pool, build the search index, start the relay, the jobs and the cache's ear; end them in order."""
    chosen = settings()
    if db.DB.pool is not None:  # tests bring their own
        yield
        return
    await db.start(chosen.database_url, size=chosen.pool_size)
    if holes := await walls.holes(serving=True):
        raise RuntimeError("; ".join(holes))
    stopping = asyncio.Event()
    await build_index()
    work = [
        asyncio.create_task(cache.listen(chosen.database_url, stopping)),
        asyncio.create_task(bells.exchange(chosen.database_url, stopping)),
        asyncio.create_task(_flush(stopping)),
        asyncio.create_task(_keep_index(stopping)),
        asyncio.create_task(alerts.keep(stopping)),
    ]
    if chosen.background:
        runs = (events.run_relay, jobs.run_jobs, jobs.run_watches, chain.run_sealer)
        work += [asyncio.create_task(run(stopping)) for run in runs]
    # What is there now stays: to look through it all held every request up for a quarter of a second, now and then.
    gc.freeze()
    gc.enable()
    health.state.ready = True
    try:
        yield
    finally:
        health.state.ready = False
        stopping.set()
        await asyncio.gather(*work, return_exceptions=True)
        logger.flush()
        await db.stop()


async def build_index() -> None:
    """Make the search index anew from what the slices want found, in the words that they bring."""
    found = slices.modules("search")
    for module in found:
        if hasattr(module, "lexicon"):
            live.use(module.lexicon())
    await live.rebuild([module.documents for module in found])


async def _keep_index(stopping: asyncio.Event) -> None:
    """Make the index anew when what it was made from has changed, at most every five seconds."""
    changed = asyncio.Event()
    cache.pages.told.append(lambda tag: changed.set() if tag in INDEXED else None)
    while not stopping.is_set():
        await asyncio.sleep(1)
        if changed.is_set():
            changed.clear()
            await build_index()
            await asyncio.sleep(4)


async def _flush(stopping: asyncio.Event) -> None:
    """Access lines are written at least every two seconds."""
    while not stopping.is_set():
        await asyncio.sleep(2)
        logger.flush()


def _sign_in(request: Request[Any, Any, Any]) -> str:
    door = "/staff/sign-in" if request.scope["path"].startswith("/desk") else "/sign-in"
    door = "/sign-in/card" if device_of(request) else door
    return f"{door}?next={quote(_here(request), safe='/')}"


def _again(target: str) -> str:
    return f"/sign-in/again?next={quote(target, safe='/')}"


def _here(request: Request[Any, Any, Any]) -> str:
    query = request.scope["query_string"].decode("latin-1")
    return str(request.scope["path"]) + (f"?{query}" if query else "")


def _came_from(request: Request[Any, Any, Any]) -> str:
    """The page of ours that a form was on, as the browser names it."""
    page = urlsplit(request.headers.get("referer", ""))
    ours = page.netloc == request.headers.get("host", "")
    return safe_path(page.path + (f"?{page.query}" if page.query else "") if ours else "", "/me")


def _is_demo(route: Any) -> bool:
    return any(path.startswith("/demo") for path in getattr(route, "paths", ()))


def _quiet(config: AppConfig) -> AppConfig:
    """Our own lines replace the framework's logging."""
    config.logging_config = None
    return config


def _check_access(app: Litestar) -> None:
    """No route is open by accident (OWASP ASVS 8.1.1), and none has a hook of its own in place of the check."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", [None]):
            if not isinstance(handler, HTTPRouteHandler) or handler.resolve_before_request() is not checked:
                raise RuntimeError(f"{route.path} would not be checked: only HTTP routes without before_request are")
            automatic = handler.http_methods == {"OPTIONS"}  # answered by the framework, and guarded
            if KEY not in handler.opt and not automatic:
                raise RuntimeError(f"{route.path} declares no access rule: add opt=allow(…)")
