"""Idempotency keys of creates: the same key never makes two (cf. IETF draft-ietf-httpapi-idempotency-key-header)."""

import re
from typing import Annotated

from litestar.params import Parameter

from backend.core.http.context import Connection
from backend.core.problems import BadRequest
from backend.core.words import N_

HEADER = "idempotency-key"
Key = Annotated[str, Parameter(header="Idempotency-Key", min_length=8, max_length=255, required=True)]
FORM = re.compile(r"^[\x21-\x7e]{8,255}$")


class KeyMissing(BadRequest):
    """A create without a key could happen twice when the network fails."""

    code, title = "idempotency-key-missing", N_("The header Idempotency-Key is needed")


def idempotency_key(connection: Connection) -> str:
    """The request's key: 8–255 visible ASCII characters; raises ``KeyMissing``."""
    key = connection.headers.get(HEADER, "")
    if not FORM.match(key):
        raise KeyMissing(N_("Send a fresh random value of 8 to 255 characters, and the same one when you retry."))
    return key
