"""The verbs of notifications, and how other slices have a person told."""

from backend.notifications.service.calls import answer_call, begin_call, call, calls_held, waiting
from backend.notifications.service.inbox import count_unread, message, messages, read_all, read_message
from backend.notifications.service.people import use_people
from backend.notifications.service.phones import add_phone, confirm_phone, order_phone, phones_held, remove_phone
from backend.notifications.service.sending import (
    SmsNotConfigured,
    forget,
    forget_number,
    latest,
    messages_of,
    require_sms,
    send,
)
from backend.notifications.service.wishes import change_preferences, preferences, wishes_held

__all__ = [
    "SmsNotConfigured",
    "add_phone",
    "answer_call",
    "begin_call",
    "call",
    "calls_held",
    "change_preferences",
    "confirm_phone",
    "count_unread",
    "forget",
    "forget_number",
    "latest",
    "message",
    "messages",
    "messages_of",
    "order_phone",
    "phones_held",
    "preferences",
    "read_all",
    "read_message",
    "remove_phone",
    "require_sms",
    "send",
    "use_people",
    "waiting",
    "wishes_held",
]
