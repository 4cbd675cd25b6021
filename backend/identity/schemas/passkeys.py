"""Passkeys: what a device is asked, what it answers, and the keys that somebody has."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output

Credential = Annotated[str, msgspec.Meta(min_length=2, max_length=12_000)]
Request = Annotated[str, msgspec.Meta(max_length=100)]
KeyName = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class PasskeyChallenge(Output, frozen=True):
    """What the device is asked: ``options`` as JSON for its WebAuthn call. Send ``request`` back with the answer."""

    request: str
    options: str
    expires_in: int


class PasskeyAnswer(Input, frozen=True):
    """What the device answered: the ``PublicKeyCredential`` as JSON text (a browser keeps ``request`` in a cookie)."""

    credential: Credential
    request: Request = ""


class PasskeySignIn(PasskeyAnswer, frozen=True, kw_only=True):
    """An answer that signs in. ``device`` comes from an earlier sign-in of this program, if there was one."""

    device: Request = ""


class PasskeyNew(PasskeyAnswer, frozen=True, kw_only=True):
    """A new key, and the name by which its owner knows the device."""

    name: KeyName


class PasskeyName(Input, frozen=True):
    """Another name for a key."""

    name: KeyName


class PasskeyLine(Output, frozen=True):
    """One of my passkeys. ``synced``: the maker of the device keeps a copy, so a lost device loses nothing."""

    id: UUID
    name: str
    synced: bool
    created: datetime
    last_used: datetime | None
