"""The security headers of every answer, and the short page for refusals before any template runs."""

from base64 import b64encode
from hashlib import sha256
from html import escape

from backend.core.http.answers import ProblemBody
from backend.core.viewer import Viewer
from backend.core.words import words

# The text spacing of WCAG 2.2 SC 1.4.12, as readers' own tools and tests put it into a page. It can only space text
# out, so this one sheet is allowed by its hash; every other style from elsewhere stays refused.
SPACING = (
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    "p{margin-bottom:2em!important}"
)
SPACING_HASH = b64encode(sha256(SPACING.encode()).digest()).decode()
CSP = (
    f"default-src 'none'; script-src 'self'; style-src 'self' 'sha256-{SPACING_HASH}'; img-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)


def common(https: bool) -> list[tuple[bytes, bytes]]:
    """Headers of every answer (OWASP ASVS 5.0 V3.4); HSTS only where TLS is in use."""
    headers = [
        (b"content-security-policy", CSP.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"permissions-policy", b"geolocation=(self), camera=(), microphone=(), payment=()"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"x-frame-options", b"DENY"),
    ]
    if https:
        headers.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
    return headers


def short_page(problem: ProblemBody, viewer: Viewer) -> str:
    """A refusal as a page that needs nothing else: used when the house is too full to lay the table."""
    say = words(viewer.lang, viewer.plain).gettext
    return (
        f'<!doctype html><html lang="{viewer.html_lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(problem.title)}</title></head><body><main><h1>{escape(problem.title)}</h1>"
        f'<p>{escape(problem.detail)}</p><p><a href="/">{escape(say("Home"))}</a></p></main></body></html>'
    )
