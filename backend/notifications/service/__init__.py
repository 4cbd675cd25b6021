"""The verbs of notifications, and how other slices have a person told."""

from backend.notifications.adapters import Channel, Outgoing, Taken
from backend.notifications.adapters import use as use_channel
from backend.notifications.rules import email as email_address
from backend.notifications.service.callbacks import (
    CallbackRefused,
    CallbackRepeated,
    arrived,
    bounced,
    callback,
    forget_callbacks,
)
from backend.notifications.service.calling_off import call_off
from backend.notifications.service.calls import answer_call, begin_call, call, calls_held, count_calls, waiting
from backend.notifications.service.copying import change_copy, copied, copies, copies_held, take_back_copies, use_family
from backend.notifications.service.deliveries import (
    MAIL,
    OWN,
    PAPER,
    REST,
    SOON,
    SPOKEN_SOON,
    VOICE,
    advance,
    deliver,
    deliver_waiting,
)
from backend.notifications.service.emails import (
    add_email,
    change_email,
    confirm_email,
    emails_held,
    forget_unconfirmed,
    remove_email,
    stop_news,
)
from backend.notifications.service.enclosing import encloses
from backend.notifications.service.ends import use_ends
from backend.notifications.service.inbox import (
    count_unread,
    message,
    messages,
    read_all,
    read_by_answer,
    read_message,
    unread_of,
)
from backend.notifications.service.letters import letter_pdf
from backend.notifications.service.people import use_people
from backend.notifications.service.phones import (
    add_phone,
    confirm_phone,
    forget_unconfirmed_phones,
    order_phone,
    phones_held,
    remove_phone,
)
from backend.notifications.service.plans import on_due, plan, run_plans
from backend.notifications.service.playing import email_page_sent, email_sent, one_sent, play, sent_here
from backend.notifications.service.reach import by_person
from backend.notifications.service.sending import (
    SmsNotConfigured,
    forget,
    forget_number,
    latest,
    messages_of,
    require_sms,
    send,
)
from backend.notifications.service.status import counts_about, crowded, outcomes_about, read_about, told_before
from backend.notifications.service.story import attempts, deliveries_held
from backend.notifications.service.texts import (
    finish_reply,
    received_held,
    replies,
    takes_replies,
    text_that_came,
    use_systems,
)
from backend.notifications.service.wishes import change_preferences, preferences, wishes_held
from backend.notifications.service.wording import use_wordings

__all__ = [
    "MAIL",
    "OWN",
    "PAPER",
    "REST",
    "SOON",
    "SPOKEN_SOON",
    "VOICE",
    "CallbackRefused",
    "CallbackRepeated",
    "Channel",
    "Outgoing",
    "SmsNotConfigured",
    "Taken",
    "add_email",
    "add_phone",
    "advance",
    "answer_call",
    "arrived",
    "attempts",
    "begin_call",
    "bounced",
    "by_person",
    "call",
    "call_off",
    "callback",
    "calls_held",
    "change_copy",
    "change_email",
    "change_preferences",
    "confirm_email",
    "confirm_phone",
    "copied",
    "copies",
    "copies_held",
    "count_calls",
    "count_unread",
    "counts_about",
    "crowded",
    "deliver",
    "deliver_waiting",
    "deliveries_held",
    "email_address",
    "email_page_sent",
    "email_sent",
    "emails_held",
    "encloses",
    "finish_reply",
    "forget",
    "forget_callbacks",
    "forget_number",
    "forget_unconfirmed",
    "forget_unconfirmed_phones",
    "latest",
    "letter_pdf",
    "message",
    "messages",
    "messages_of",
    "on_due",
    "one_sent",
    "order_phone",
    "outcomes_about",
    "phones_held",
    "plan",
    "play",
    "preferences",
    "read_about",
    "read_all",
    "read_by_answer",
    "read_message",
    "received_held",
    "remove_email",
    "remove_phone",
    "replies",
    "require_sms",
    "run_plans",
    "send",
    "sent_here",
    "stop_news",
    "take_back_copies",
    "takes_replies",
    "text_that_came",
    "told_before",
    "unread_of",
    "use_channel",
    "use_ends",
    "use_family",
    "use_people",
    "use_systems",
    "use_wordings",
    "waiting",
    "wishes_held",
]
