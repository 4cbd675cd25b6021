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
from backend.appointments.service.excusing import NotMissed, excuse, excuses_of
from backend.appointments.service.facts import first_places, kept, places_offered
from backend.appointments.service.leaving import all_of, cancel_all
from backend.appointments.service.opening import close_day, open_slots_ahead, rules_of, set_rule
from backend.appointments.service.reading import SCOPE, get, mine, next_for, open_days, open_slots, slot
from backend.appointments.service.refusing import CoolingDown, ResidentsFirst, cool_down
from backend.appointments.service.reminding import confirm
from backend.appointments.service.sharing import (
    policy_of,
    preview_shares,
    release_unused,
    released_at,
    set_policy,
    set_shares,
    share_plan,
    shares_ahead,
)
from backend.appointments.service.visit import attend, hall_day, mark_missed

__all__ = [
    "SCOPE",
    "AlreadyBooked",
    "CoolingDown",
    "KeyReused",
    "NotChangeable",
    "NotMissed",
    "NotToday",
    "Overlap",
    "ResidentsFirst",
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
    "confirm",
    "cool_down",
    "excuse",
    "excuses_of",
    "first_places",
    "get",
    "hall_day",
    "kept",
    "mark_missed",
    "mine",
    "next_for",
    "open_days",
    "open_slots",
    "open_slots_ahead",
    "places_offered",
    "policy_of",
    "preview_shares",
    "release_unused",
    "released_at",
    "reschedule",
    "rules_of",
    "set_policy",
    "set_rule",
    "set_shares",
    "share_plan",
    "shares_ahead",
    "slot",
]
