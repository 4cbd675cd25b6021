"""What identity takes and gives."""

from backend.identity.schemas.minors import (
    ApprovalDecision,
    ApprovalLine,
    ApprovalRequest,
    GuardianConsent,
    MinorsEntry,
    MinorsExit,
    MinorsMode,
)
from backend.identity.schemas.people import (
    Division,
    Mode,
    Name,
    NoticeBy,
    PersonaLine,
    PersonChange,
    PersonFacts,
    PersonSearch,
    PersonSummary,
    Registration,
)
from backend.identity.schemas.signing import (
    CodeRequest,
    CodeSent,
    OneTimeCode,
    SessionLine,
    SignedIn,
    SignIn,
    StaffSignIn,
)
from backend.identity.schemas.staff import (
    AssistanceLine,
    AssistanceRequest,
    DeskChannel,
    StaffPost,
)

__all__ = [
    "ApprovalDecision",
    "ApprovalLine",
    "ApprovalRequest",
    "AssistanceLine",
    "AssistanceRequest",
    "CodeRequest",
    "CodeSent",
    "DeskChannel",
    "Division",
    "GuardianConsent",
    "MinorsEntry",
    "MinorsExit",
    "MinorsMode",
    "Mode",
    "Name",
    "NoticeBy",
    "OneTimeCode",
    "PersonChange",
    "PersonFacts",
    "PersonSearch",
    "PersonSummary",
    "PersonaLine",
    "Registration",
    "SessionLine",
    "SignIn",
    "SignedIn",
    "StaffPost",
    "StaffSignIn",
]
