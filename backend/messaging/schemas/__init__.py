"""What goes in and out of messaging."""

from backend.messaging.schemas.broadcasts import (
    Alert,
    BroadcastLine,
    BroadcastRequest,
    EmergencyRequest,
    NotReached,
    Reach,
    WarningHeld,
)
from backend.messaging.schemas.keys import (
    Caller,
    GuestsRequest,
    KeyLine,
    KeyRequest,
    KeyShown,
    ServiceLine,
    ServiceRequest,
)
from backend.messaging.schemas.notices import (
    CONTENT_OF,
    Notice,
    NoticePage,
    NoticeRequest,
    Preview,
    ReceivedLine,
)
from backend.messaging.schemas.templates import (
    OwnText,
    RewordingRequest,
    TemplateLine,
    TemplateRequest,
    TemplateSheet,
    TestSend,
    TextLine,
    TextRequest,
)

__all__ = [
    "CONTENT_OF",
    "Alert",
    "BroadcastLine",
    "BroadcastRequest",
    "Caller",
    "EmergencyRequest",
    "GuestsRequest",
    "KeyLine",
    "KeyRequest",
    "KeyShown",
    "NotReached",
    "Notice",
    "NoticePage",
    "NoticeRequest",
    "OwnText",
    "Preview",
    "Reach",
    "ReceivedLine",
    "RewordingRequest",
    "ServiceLine",
    "ServiceRequest",
    "TemplateLine",
    "TemplateRequest",
    "TemplateSheet",
    "TestSend",
    "TextLine",
    "TextRequest",
    "WarningHeld",
]
