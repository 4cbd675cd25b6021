"""Style sheets, scripts and pictures: gathered once at start, named by their content, kept compressed.

A component brings its own ``.css`` and ``.js``; nothing lists them. Components in ``STAFF`` go into ``desk.css``, which
only staff layouts load, so that a resident's first view stays under 14 KB with everything.
"""

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path

import brotli
import msgspec

ROOT = Path(__file__).parent
STAFF = {"deskbar", "queue", "script", "shortcuts"}
LAYERS = "@layer reset, base, layout, parts, modes;\n"
PICTURES = ("static/*.svg", "static/*.png", "icons/*.svg")
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


class Asset(msgspec.Struct, frozen=True):
    """One file as it is sent. ``gzipped`` and ``brotli`` are empty where they save nothing."""

    name: str
    tag: str
    body: bytes
    gzipped: bytes
    brotli: bytes
    media_type: str

    @property
    def url(self) -> str:
        """The address that never changes its content, so browsers keep it for good."""
        return f"/static/{self.tag}/{self.name}"


@cache
def assets() -> dict[str, Asset]:
    """Every asset by name. Pictures first: style sheets refer to their addresses."""
    found: dict[str, Asset] = {}
    for path in sorted(file for pattern in PICTURES for file in ROOT.glob(pattern)):
        found[path.name] = _asset(path.name, path.read_bytes())
    for name, text in _single_icons(found.pop("more.svg").body.decode()):
        found[name] = _asset(name, text.encode())
    for name, text in (
        ("app.css", _resident_css()),
        ("desk.css", _staff_css()),
        ("screen.css", _layer("layout", [ROOT / "layouts" / "screen.css"])),
        ("board.css", _layer("modes", [ROOT / "layouts" / "board.css"])),
        ("plot.css", _layer("parts", [ROOT / "layouts" / "plot.css"])),
        *_scripts(),
    ):
        for other in list(found.values()):
            text = text.replace(f"url({other.name})", f"url({other.url})")
        found[name] = _asset(name, text.encode())
    return found


@cache
def icon_files() -> dict[str, str]:
    """Where each icon lives: those of the first pages together in one sprite, each of the others by itself."""
    return {
        name: f"{asset.url}#{name}"
        for asset in assets().values()
        if asset.name.endswith(".svg")
        for name in re.findall(r'<symbol id="([^"]+)"', asset.body.decode())
    }


def smaller_css(text: str) -> str:
    """The sheet without comments and needless blanks. Strings in our sheets hold no comment and no double blank."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,>]) ?", r"\1", text)
    return text.replace(": ", ":").replace(";}", "}").strip()


def _resident_css() -> str:
    tokens = "".join(smaller_css((ROOT / "tokens" / f"{name}.css").read_text()) for name in _tokens())
    layouts = ROOT / "layouts"
    return (
        LAYERS
        + tokens
        + _layer("base", [layouts / "base.css"])
        + _layer("layout", [layouts / "page.css"])
        + _layer("parts", _component_files(".css", staff=False))
        + _layer("modes", [layouts / "elder.css", layouts / "kiosk.css", layouts / "media.css"])
    )


def _staff_css() -> str:
    return _layer("parts", _component_files(".css", staff=True)) + _layer("modes", [ROOT / "layouts" / "desk.css"])


def _single_icons(sprite: str) -> list[tuple[str, str]]:
    """A page that shows one rare icon should not load ninety."""
    symbols = re.findall(r'<symbol id="([^"]+)".*?</symbol>', sprite)
    texts = re.findall(r"<symbol .*?</symbol>", sprite)
    return [
        (f"icon-{name}.svg", f'<svg xmlns="http://www.w3.org/2000/svg">{text}</svg>')
        for name, text in zip(symbols, texts, strict=True)
    ]


def _scripts() -> list[tuple[str, str]]:
    """``app.js`` for every page; a component's own script is loaded by its macro, where it is used."""
    files = [ROOT / "static" / "app.js", *sorted((ROOT / "components").glob("*/*.js"))]
    return [(file.name, re.sub(r"^\s*//.*\n|^\s+", "", file.read_text(), flags=re.M)) for file in files]


def _tokens() -> list[str]:
    """Standard first: the modes override it, then what the reader's device asks for overrides the modes."""
    return ["standard", "elder", "kiosk", "minors", "dark", "contrast"]


def _component_files(ending: str, *, staff: bool) -> list[Path]:
    files = sorted((ROOT / "components").glob(f"*/*{ending}"))
    return [file for file in files if (file.parent.name in STAFF) == staff]


def _layer(name: str, files: list[Path]) -> str:
    return f"@layer {name}{{{''.join(smaller_css(file.read_text()) for file in files)}}}"


def _asset(name: str, body: bytes) -> Asset:
    tag, picture = hashlib.sha256(body).hexdigest()[:10], name.endswith(".png")
    gzipped = b"" if picture else gzip.compress(body, 9, mtime=0)
    packed = b"" if picture else brotli.compress(body, quality=11)
    return Asset(name, tag, body, gzipped, packed, TYPES[Path(name).suffix])
