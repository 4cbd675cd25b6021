"""A QR code as a drawing: dark on white with a white edge, whatever the colours of the page are."""

from io import BytesIO

import segno


def drawn(text: str, *, svgclass: str = "segno") -> bytes:
    """The SVG of a text; medium error correction, so that a crease in the paper or a cracked glass does not matter."""
    found = BytesIO()
    segno.make(text, error="m", micro=False).save(
        found, kind="svg", xmldecl=False, omitsize=True, border=2, light="#fff", svgclass=svgclass
    )
    return found.getvalue()
