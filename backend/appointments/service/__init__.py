"""The verbs of appointments; the only writer of its tables."""

from backend.appointments.service.arriving import NotToday, arrive, arrive_at_machine
from backend.appointments.service.booking import (
    AlreadyBooked,
    KeyReused,
    NotChangeable,
    Overlap,
    SameItem,
    SlotClosed,
    SlotTaken,
    TooManyBookings,
    book,
    cancel,
    reschedule,
)
from backend.appointments.service.leaving import all_of, cancel_all
from backend.appointments.service.opening import close_day, open_slots_ahead, rules_of, set_rule, shares_ahead
from backend.appointments.service.reading import SCOPE, get, mine, next_for, open_days, open_slots, slot
from backend.appointments.service.visit import attend, hall_day, mark_missed

__all__ = [
    "SCOPE",
    "AlreadyBooked",
    "KeyReused",
    "NotChangeable",
    "NotToday",
    "Overlap",
    "SameItem",
    "SlotClosed",
    "SlotTaken",
    "TooManyBookings",
    "all_of",
    "arrive",
    "arrive_at_machine",
    "attend",
    "book",
    "cancel",
    "cancel_all",
    "close_day",
    "get",
    "hall_day",
    "mark_missed",
    "mine",
    "next_for",
    "open_days",
    "open_slots",
    "open_slots_ahead",
    "reschedule",
    "rules_of",
    "set_rule",
    "shares_ahead",
    "slot",
]
