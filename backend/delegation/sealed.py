"""How a mandate's words are sealed for their row, and how an invitation is found by its code."""

from collections.abc import Mapping
from uuid import UUID

from backend.core import crypto
from backend.core.sealing import Sealed, place
from backend.delegation import rules
from backend.identity import service as identity


def seal(row: UUID, field: str, text: str, *, table: str = "mandate") -> bytes | None:
    """The sealed field, or none for an empty text."""
    return crypto.seal(text, place(table, field, row)) if text else None


def unseal(row: UUID, field: str, blob: bytes | None, *, table: str = "mandate") -> str:
    """The text of a sealed field; empty when there is none."""
    return crypto.open(blob, place(table, field, row)) if blob else ""


def code_index(code: str) -> bytes:
    """The fingerprint of a code, for writing."""
    return crypto.index(rules.tidy_code(code), "invitation")


def code_indexes(code: str) -> list[bytes]:
    """The fingerprints that a row of this code may carry, for finding."""
    return crypto.indexes(rules.tidy_code(code), "invitation")


def _of_phone(row: Mapping[str, str]) -> bytes | None:
    found = identity.phone_fingerprint(row["phone"]) if row["phone"] else None
    return found[1] if found else None


def _of_code(row: Mapping[str, str]) -> bytes | None:
    return code_index(row["code"]) if row["code"] else None


SEALED = [
    Sealed(
        table="delegation_mandate",
        context="mandate",
        fields=("evidence", "relation", "called", "phone", "code"),
        fingerprints={"phone_index": _of_phone, "code_index": _of_code},
        hashes=("request",),
    ),
    Sealed(table="delegation_step", context="mandate-step", fields=("why",)),
]
