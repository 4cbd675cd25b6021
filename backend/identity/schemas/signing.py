"""Signing in: codes, staff passwords, sessions."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output, Phone

OneTimeCode = Annotated[str, msgspec.Meta(pattern=r"^\s*[0-9](\s*[0-9]){5}\s*$", max_length=20)]


CodeChannel = Literal["sms", "call"]


class CodeRequest(Input, frozen=True):
    """Ask for a one-time code: by text message, or read out by a call."""

    phone: Phone
    channel: CodeChannel = "sms"


class CodeSent(Output, frozen=True):
    """The same answer for every number. ``request`` binds the code to whoever asked; send it back with the code."""

    request: str
    phone_masked: str
    expires_in: int
    resend_in: int
    channel: str = "sms"
    extendable: bool = True


class SignIn(Input, frozen=True):
    """The code that arrived. ``request`` comes from the answer to the code request (a browser keeps it in a cookie).

    ``device`` comes from an earlier sign-in of this program; without it the sign-in is told to the person as new.
    """

    code: OneTimeCode
    request: Annotated[str, msgspec.Meta(max_length=100)] = ""
    device: Annotated[str, msgspec.Meta(max_length=100)] = ""


class StaffSignIn(Input, frozen=True):
    """A staff member's login name and password."""

    login: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class CodeExtension(Input, frozen=True):
    """The running code request that needs more time."""

    request: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class SignedIn(Output, frozen=True):
    """A new session. ``token`` is shown once; send it as ``Authorization: Bearer …``. Keep ``device`` for next time.

    ``needs`` says what a member of staff must still do before the session opens anything: ``code``, the second factor,
    or ``enrolment``, setting one up.
    """

    token: str
    expires_at: datetime
    new_person: bool = False
    device: str = ""
    needs: str = ""


class SessionLine(Output, frozen=True):
    """One of my sessions. ``proof`` is how its owner was proved last, ``proved_at`` when."""

    id: UUID
    device: str
    created: datetime
    last_seen: datetime
    current: bool
    proof: str
    proved_at: datetime
