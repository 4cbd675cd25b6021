"""How a person's fields are sealed for their row, and the fingerprints by which they are found again."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from backend.core import crypto
from backend.core.sealing import Sealed, place
from backend.identity import rules


def seal(table: str, row: UUID, field: str, text: str) -> bytes | None:
    """The sealed field, or none for an empty text."""
    return crypto.seal(text, place(table, field, row)) if text else None


def unseal(table: str, row: UUID, field: str, blob: bytes | None) -> str:
    """The text of a sealed field; empty when there is none."""
    return crypto.open(blob, place(table, field, row)) if blob else ""


def phone_index(digits: str) -> bytes:
    """The fingerprint of a phone number, for writing."""
    return crypto.index(digits, "phone")


def document_index(number: str) -> bytes:
    """The fingerprint of an identity number, for writing."""
    return crypto.index(rules.tidy_document(number), "document")


def card_number_index(number: str) -> bytes:
    """The fingerprint of a card's number: keyed, because twelve digits could be tried out."""
    return crypto.index(number, "card-number")


def card_number_indexes(number: str) -> list[bytes]:
    """The fingerprints that a row of this card may carry, for finding."""
    return crypto.indexes(number, "card-number")


def name_birth_index(name: str, birth: date) -> bytes:
    """The fingerprint of a name together with a date of birth: the way to find somebody who has no phone."""
    return crypto.index(_name_birth(name, birth), "name-birth")


def phone_indexes(digits: str) -> list[bytes]:
    """The fingerprints that a row of this phone number may carry, for finding: ``= ANY($1::bytea[])``."""
    return crypto.indexes(digits, "phone")


def document_indexes(number: str) -> list[bytes]:
    """The same for an identity number."""
    return crypto.indexes(rules.tidy_document(number), "document")


def name_birth_indexes(name: str, birth: date) -> list[bytes]:
    """The same for a name with a date of birth."""
    return crypto.indexes(_name_birth(name, birth), "name-birth")


def _name_birth(name: str, birth: date) -> str:
    return f"{rules.person_name(name)}|{birth.isoformat()}"


def _of_phone(row: Mapping[str, str]) -> bytes | None:
    return phone_index(row["phone"]) if row["phone"] else None


def _of_document(row: Mapping[str, str]) -> bytes | None:
    return document_index(row["document"]) if row["document"] else None


def _of_name_birth(row: Mapping[str, str]) -> bytes | None:
    return name_birth_index(row["name"], date.fromisoformat(row["birth"])) if row["name"] and row["birth"] else None


def _of_card(row: Mapping[str, str]) -> bytes | None:
    return card_number_index(row["number"])


SEALED = [
    Sealed(
        table="identity_person",
        context="person",
        fields=("name", "phone", "birth", "document"),
        fingerprints={
            "phone_index": _of_phone,
            "document_index": _of_document,
            "name_birth_index": _of_name_birth,
        },
    ),
    Sealed(table="identity_staff", context="staff", fields=("name",)),
    Sealed(table="identity_attempt", hashes=("login_index",)),
    Sealed(table="identity_session", hashes=("token_hash",)),
    Sealed(
        table="identity_code",
        context="code",
        fields=("phone",),
        fingerprints={"phone_index": _of_phone},
        hashes=("request_hash", "code_hash"),
    ),
    # What a passkey shows of itself is public and random; its name is its owner's.
    Sealed(table="identity_passkey", context="passkey", fields=("name",), hashes=("credential", "public_key")),
    Sealed(table="identity_challenge", hashes=("request_hash", "challenge_hash")),
    Sealed(table="identity_refresh", hashes=("token_hash",)),
    Sealed(table="identity_known_device", hashes=("device_hash",)),
    Sealed(
        table="identity_card",
        context="card",
        fields=("number",),
        fingerprints={"number_index": _of_card},
        hashes=("token_hash",),
    ),
    Sealed(table="identity_device_key", hashes=("hash",)),
    Sealed(table="identity_approval", context="approval", fields=("note",)),
    Sealed(table="identity_invitation", context="invitation", fields=("name",), hashes=("code_hash",)),
    Sealed(table="identity_factor", context="factor", fields=("secret",)),
    Sealed(table="identity_recovery_code", hashes=("code_hash",)),
    Sealed(table="identity_guardian_consent", context="guardian-consent", fields=("guardian_name",)),
]
