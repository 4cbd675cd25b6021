"""Organisations, members and their posts, leave, invitations."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output

Within = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}([0-9]{3}([0-9]{3})?)?$", max_length=12)]
Role = Literal[
    "operator", "clerk", "manager", "city", "administrator", "security", "auditor", "grid", "volunteer", "merchant",
    "property",
]  # fmt: skip
OrganisationKind = Literal["department", "hall", "community", "property", "merchant", "volunteers"]
Why = Annotated[str, msgspec.Meta(max_length=200)]


class OrganisationRequest(Input, frozen=True):
    """A new organisation. ``code`` is the unified social credit code (统一社会信用代码)."""

    kind: OrganisationKind
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=80)]
    division: Within
    code: Annotated[str, msgspec.Meta(max_length=18)] = ""
    parent: UUID | None = None
    hall: UUID | None = None


class OrganisationLine(Output, frozen=True):
    """An organisation, and how many posts stand or wait in it."""

    id: UUID
    region: str
    kind: str
    name: str
    division: str
    code: str
    state: str
    parent: UUID | None = None
    hall: UUID | None = None
    posts: int = 0


class PostRequest(Input, frozen=True):
    """A post for somebody: a role in a division, held in an organisation. Days are whole days; none is from now on."""

    staff: UUID
    organisation: UUID
    role: Role
    division: Within
    begins: date | None = None
    until: date | None = None


class MoveRequest(Input, frozen=True):
    """The post that follows one that ends now."""

    organisation: UUID
    role: Role
    division: Within


class LeaveRequest(Input, frozen=True):
    """休假代班: a colleague has the rights of a post from the first to the last day; the rights of the holder rest."""

    post: UUID
    stand_in: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    begins: date
    until: date


class PostLine(Output, frozen=True):
    """A post as it is shown. ``told`` is waiting, future, active, resting (on leave), refused or ended."""

    id: UUID
    staff: UUID
    role: str
    division: str
    organisation: str
    told: str
    begins: datetime
    until: datetime | None = None
    instead_of: str = ""
    approved_by: str = ""
    made_by: str = ""
    leave: UUID | None = None
    stand_in: str = ""


class Member(Output, frozen=True):
    """A member of staff with the posts that one may see."""

    id: UUID
    name: str
    login: str
    state: str
    posts: list[PostLine]
    factor: bool = False
    locked: bool = False


class Colleague(Output, frozen=True, kw_only=True):
    """Somebody who is on duty at an instant. ``region`` is the county that registered the account."""

    id: UUID
    region: str
    name: str
    role: str
    division: str
    stands_in: bool = False


class StaffInvitation(Input, frozen=True):
    """Whom to invite, and the post that waits for them."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    organisation: UUID
    role: Role
    division: Within


class InvitationMade(Output, frozen=True):
    """A new invitation. The code is shown this once."""

    id: UUID
    code: str
    expires_at: datetime


class InvitationLine(Output, frozen=True):
    """An invitation that still waits; for the invited person and for whoever manages staff."""

    id: UUID
    name: str
    organisation: str
    role: str
    division: str
    expires_at: datetime


class Joining(Input, frozen=True):
    """What the invited person chooses. ``code`` is the code of the invitation."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    login: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Reason(Input, frozen=True):
    """Why something ends; kept in the record."""

    why: Why = ""


class SecondCode(Input, frozen=True):
    """Six digits of the authenticator app, or one of the ten recovery codes."""

    code: Annotated[str, msgspec.Meta(min_length=6, max_length=20)]


class Enrolment(Output, frozen=True):
    """A second factor that waits for its first code. ``uri`` is for the QR picture, ``key`` for typing."""

    key: str
    uri: str


class Enrolled(Output, frozen=True):
    """The second factor stands: a complete session, and ten codes that are shown this once."""

    token: str
    expires_at: datetime
    recovery_codes: list[str]
