"""Tokens of programs, and proving oneself again."""

from datetime import datetime
from typing import Annotated

import msgspec

from backend.core.schemas import Input, Output
from backend.identity.schemas.signing import OneTimeCode


class Tokens(Output, frozen=True):
    """``access_token`` is a signed note of ten minutes; ``refresh_token`` gets the next pair, once.

    An earlier refresh token used again ends the session and everything that came from it.
    """

    access_token: str
    expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime


class TokenRotation(Input, frozen=True):
    """The refresh token that came last."""

    refresh_token: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class CodeAgain(Input, frozen=True):
    """The code that was sent to the number on record."""

    code: OneTimeCode
    request: Annotated[str, msgspec.Meta(max_length=100)] = ""


class PasswordAgain(Input, frozen=True):
    """A staff member's password once more, with the second factor where one is set up."""

    password: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    code: Annotated[str, msgspec.Meta(max_length=20)] = ""


class ProofWays(Output, frozen=True):
    """How whoever is signed in can show once more that it is them."""

    phone_masked: str
    passkey: bool
    password: bool
    second_factor: bool
