"""The verbs of messaging."""

from backend.messaging.rules import names
from backend.messaging.service.bearing import TokenMissing, TokenRefused, recognise
from backend.messaging.service.received import receive_text, received_texts
from backend.messaging.service.sending import (
    RATE,
    NoticeRefused,
    letter_pdf,
    notice,
    notices,
    preview,
    send_notice,
    service_template,
    service_templates,
    settle_waiting,
)
from backend.messaging.service.systems import (
    add_service,
    end_service,
    make_key,
    revoke_key,
    service_of,
    services,
    set_guests,
)
from backend.messaging.service.texts import (
    add_template,
    archive_template,
    best,
    save_text,
    template,
    templates,
    try_template,
)

__all__ = [
    "RATE",
    "NoticeRefused",
    "TokenMissing",
    "TokenRefused",
    "add_service",
    "add_template",
    "archive_template",
    "best",
    "end_service",
    "letter_pdf",
    "make_key",
    "names",
    "notice",
    "notices",
    "preview",
    "receive_text",
    "received_texts",
    "recognise",
    "revoke_key",
    "save_text",
    "send_notice",
    "service_of",
    "service_template",
    "service_templates",
    "services",
    "set_guests",
    "settle_waiting",
    "template",
    "templates",
    "try_template",
]
