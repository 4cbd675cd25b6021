"""What we say about ourselves: accessibility, privacy, open data, the offline page, and files for machines."""

from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from litestar import Request, Response, get

from accessibility.render import page
from backend.core.http import PUBLIC, actor_of, allow
from backend.core.http.onward import origin
from backend.core.words import N_
from backend.portal import service
from backend.settings import settings

Asked = Request[Any, Any, Any]
STATED = date(2026, 11, 24)  # when the accessibility statement was last true word for word
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
ROBOTS = """User-agent: *
Disallow: /me
Disallow: /appointments
Disallow: /desk
Disallow: /demo
Disallow: /search
Sitemap: {base}/sitemap.xml
"""


@get("/accessibility", opt=allow(PUBLIC), include_in_schema=False)
async def accessibility(request: Asked) -> Response[bytes]:
    """无障碍声明: standard, version, known gaps, how to complain, when we answer."""
    return page(request, "portal/accessibility", public=("portal",), title=N_("Accessibility statement"), stated=STATED)


@get("/privacy", opt=allow(PUBLIC), include_in_schema=False)
async def privacy(request: Asked) -> Response[bytes]:
    """What is kept of people, what is not, and their rights (个人信息保护法)."""
    return page(request, "portal/privacy", public=("portal",), title=N_("Privacy"))


@get("/open-data", opt=allow(PUBLIC), include_in_schema=False)
async def open_data(request: Asked) -> Response[bytes]:
    """What is published for everybody to use, in which form and under which terms."""
    return page(request, "portal/open_data", public=("portal",), title=N_("Open data"))


@get("/offline", opt=allow(PUBLIC), include_in_schema=False)
async def offline(request: Asked) -> Response[bytes]:
    """What the device shows without a connection."""
    return page(request, "portal/offline", public=("portal",), title=N_("No connection"))


@get("/sitemap.xml", opt=allow(service.public_paths), include_in_schema=False)
async def sitemap(request: Asked) -> Response[str]:
    """Every public page, for search engines (sitemaps.org 0.9)."""
    base = origin(request)
    paths = await service.public_paths(actor_of(request))
    lines = "".join(f"<url><loc>{escape(base + path)}</loc></url>\n" for path in paths)
    body = f'{XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</urlset>\n'
    if settings().public_url:  # otherwise the address comes from the caller and must not be kept for others
        request.scope["public_tags"] = ("catalogue", "places")  # type: ignore[typeddict-unknown-key]
    return Response(body, media_type="text/xml; charset=utf-8")


@get("/robots.txt", opt=allow(PUBLIC), include_in_schema=False)
async def robots(request: Asked) -> Response[str]:
    """Personal pages and search results are not for search engines."""
    return Response(ROBOTS.format(base=origin(request)), media_type="text/plain; charset=utf-8")


routes = [accessibility, privacy, open_data, offline, sitemap, robots]
