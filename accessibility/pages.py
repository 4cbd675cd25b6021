"""Doors of the design system: its files, what a phone needs to install the portal, and the style guide."""

import msgspec
from litestar import Response, get

from accessibility import styleguide
from accessibility.assets import ROOT, Asset, assets, icon_files
from accessibility.modes import MODES
from accessibility.render import Req, page
from backend.core.http import PUBLIC, allow, viewer_of
from backend.core.problems import NotFound
from backend.core.words import N_, words

FOREVER = "public, max-age=31536000, immutable"
KEPT_OFFLINE = ("app.css", "app.js", "icons.svg", "icon-wifi-off.svg", "icon-refresh.svg")
TAGS = ("styleguide",)


@get("/static/{tag:str}/{name:str}", opt=allow(PUBLIC), sync_to_thread=False, include_in_schema=False)
def file(request: Req, tag: str, name: str) -> Response[bytes]:
    """A style sheet, script or picture. The address names the content, so an answer is good for ever."""
    found = assets().get(name)
    if found is None or found.tag != tag:
        raise NotFound()
    body, encoding = _smallest(found, request.headers.get("accept-encoding", ""))
    headers = {"cache-control": FOREVER, "vary": "Accept-Encoding"}
    if encoding:
        headers["content-encoding"] = encoding
    return Response(body, headers=headers, media_type=found.media_type)


def _smallest(asset: Asset, accept: str) -> tuple[bytes, str]:
    if "br" in accept and asset.brotli:
        return asset.brotli, "br"
    if "gzip" in accept and asset.gzipped:
        return asset.gzipped, "gzip"
    return asset.body, ""


@get("/manifest.webmanifest", opt=allow(PUBLIC), sync_to_thread=False, include_in_schema=False)
def manifest(request: Req) -> Response[bytes]:
    """What a phone shows when the portal is put on its home screen."""
    viewer = viewer_of(request)
    _ = words(viewer.lang).gettext
    png = {"type": "image/png", "purpose": "any maskable"}
    body = {
        "name": _("Linli – services of your neighbourhood"),
        "short_name": _("Linli"),
        "lang": viewer.html_lang,
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f1f5f3",
        "theme_color": "#07382d",
        "icons": [
            {"src": assets()["mark.svg"].url, "sizes": "any", "type": "image/svg+xml"},
            {"src": assets()["mark-192.png"].url, "sizes": "192x192", **png},
            {"src": assets()["mark-512.png"].url, "sizes": "512x512", **png},
        ],
        "shortcuts": [
            {"name": _("My appointments"), "url": "/appointments"},
            {"name": _("Find a service"), "url": "/services"},
        ],
    }
    headers = {"cache-control": "public, max-age=3600", "vary": "Cookie, Accept-Language"}
    return Response(msgspec.json.encode(body), headers=headers, media_type="application/manifest+json")


@get("/sw.js", opt=allow(PUBLIC), sync_to_thread=False, include_in_schema=False)
def worker() -> Response[str]:
    """The service worker, with the addresses of the files it keeps. Its content changes when one of them does."""
    kept = [assets()[name].url for name in KEPT_OFFLINE]
    text = (ROOT / "static" / "sw.js").read_text()
    text = text.replace("{{version}}", "-".join(url.split("/")[2] for url in kept))
    text = text.replace("{{icon}}", assets()["mark-192.png"].url)
    text = text.replace("{{files}}", msgspec.json.encode(["/offline", *kept]).decode())
    return Response(text, headers={"cache-control": "no-cache"}, media_type="text/javascript; charset=utf-8")


@get("/styleguide", opt=allow(PUBLIC), sync_to_thread=False, include_in_schema=False)
def guide(request: Req) -> Response[bytes]:
    """Every component with one line about it, the colours and the icons."""
    return page(
        request,
        "templates/styleguide",
        public=TAGS,
        title=N_("Style guide"),
        modes=[*MODES.values()],
        components=styleguide.components(),
        common=[name for name, address in icon_files().items() if "/icons.svg" in address],
        rare=sorted(name for name, address in icon_files().items() if "/icon-" in address),
        colours=styleguide.COLOURS,
    )


@get("/styleguide/{name:str}", opt=allow(PUBLIC), sync_to_thread=False, include_in_schema=False)
def component(request: Req, name: str) -> Response[bytes]:
    """One component: its parameters and every example, as it looks in the reader's mode, with its code."""
    found = styleguide.components().get(name)
    if found is None:
        raise NotFound()
    viewer = viewer_of(request)
    examples = [(example, styleguide.preview(example, viewer.lang, viewer.mode)) for example in found.examples]
    title = words(viewer.lang).gettext("Component {name}", name=name)
    return page(
        request,
        "templates/component",
        public=TAGS,
        title=title,
        modes=[*MODES.values()],
        name=name,
        component=found,
        examples=examples,
    )


routes = [file, manifest, worker, guide, component]
