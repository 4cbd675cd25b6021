"""E-mail addresses as people type them, and as they are shown to whoever must not read them whole."""

import re
import unicodedata

LONGEST, LOCAL = 254, 64  # RFC 5321 §4.5.3.1
ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def email(text: str) -> str | None:
    """The address in one form, or none. A full-width ＠ or 。 is what a Chinese keyboard gives; both are read.

    Only signs that need no quoting are taken, so nothing in it can end a header or begin another one.
    """
    said = unicodedata.normalize("NFKC", text).strip().replace("。", ".")
    local, at, domain = said.rpartition("@")
    if not at or len(local) > LOCAL or not ATOM.fullmatch(local):
        return None
    try:
        host = domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(LABEL.fullmatch(each) for each in labels):
        return None
    found = f"{local}@{host}"
    return found if len(found) <= LONGEST else None


def masked_email(address: str) -> str:
    """``l***@example.org``: enough for its owner to know it."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain}" if at else ""
