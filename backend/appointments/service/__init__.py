"""The verbs of appointments; the only writer of its tables."""

from backend.appointments.opening_schemas import Nearest
from backend.appointments.service import line_words as line_words
from backend.appointments.service.arriving import NotToday, arrive, arrive_at_machine
from backend.appointments.service.at_home import at_home, end_at_home
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
from backend.appointments.service.closing import (
    StillSettling,
    close_with_care,
    closing_of,
    closings_of,
    lift_closing,
    preview_closing,
    settle_closures,
)
from backend.appointments.service.excusing import NotMissed, excuse, excuses_of
from backend.appointments.service.facts import first_places, kept, places_offered, services_booked
from backend.appointments.service.groups import (
    GroupInUse,
    add_group,
    change_group,
    desk_of,
    groups_of,
    needs_of,
    remove_group,
    set_need,
)
from backend.appointments.service.halls import limits_of, set_limits
from backend.appointments.service.holding import (
    NoMoreTime,
    extend_hold,
    held_slot,
    hold,
    my_holds,
    release_hold,
)
from backend.appointments.service.hours import HallHours, hours_of
from backend.appointments.service.joint import StillOnRoster, joint_groups_of, set_joint
from backend.appointments.service.leaving import all_of, cancel_all
from backend.appointments.service.line_ends import leave_all_lines, lines_of
from backend.appointments.service.making import open_slots_ahead
from backend.appointments.service.meeting import NoNumber, NotHandledHere, NotLongEnough, NotTogether
from backend.appointments.service.months import days_of
from backend.appointments.service.nearest import nearest
from backend.appointments.service.opening import close_day, rules_of, set_rule
from backend.appointments.service.planning import change_opening, preview_opening
from backend.appointments.service.reading import SCOPE, get, mine, next_for, open_days, open_slots, slot
from backend.appointments.service.refusing import CoolingDown, ResidentsFirst, cool_down
from backend.appointments.service.reminding import confirm
from backend.appointments.service.returning import end_old_lines, serve_lines, settle_due
from backend.appointments.service.rooms import use_rooms
from backend.appointments.service.rosters import (
    CounterInUse,
    add_counter,
    change_roster,
    copy_roster,
    counters_of,
    preview_roster,
    remove_counter,
    roster_of,
    set_skills,
)
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
from backend.appointments.service.visit import hall_day, mark_missed
from backend.appointments.service.visits import TooManyServices
from backend.appointments.service.waiting import (
    AlreadyWaiting,
    OfferOver,
    PlacesFree,
    accept_offer,
    decline_offer,
    join_line,
    leave_line,
    line,
    lines,
)

__all__ = [
    "SCOPE",
    "AlreadyBooked",
    "AlreadyWaiting",
    "CoolingDown",
    "CounterInUse",
    "GroupInUse",
    "HallHours",
    "KeyReused",
    "Nearest",
    "NoMoreTime",
    "NoNumber",
    "NotChangeable",
    "NotHandledHere",
    "NotLongEnough",
    "NotMissed",
    "NotToday",
    "NotTogether",
    "OfferOver",
    "Overlap",
    "PlacesFree",
    "ResidentsFirst",
    "SameItem",
    "SlotClosed",
    "SlotTaken",
    "StillOnRoster",
    "StillSettling",
    "TooManyBookings",
    "TooManyServices",
    "accept_offer",
    "add_counter",
    "add_group",
    "all_of",
    "arrive",
    "arrive_at_machine",
    "at_home",
    "book",
    "cancel",
    "cancel_all",
    "change_group",
    "change_opening",
    "change_roster",
    "close_day",
    "close_with_care",
    "closing_of",
    "closings_of",
    "confirm",
    "cool_down",
    "copy_roster",
    "counters_of",
    "days_of",
    "decline_offer",
    "desk_of",
    "end_at_home",
    "end_old_lines",
    "excuse",
    "excuses_of",
    "extend_hold",
    "first_places",
    "get",
    "groups_of",
    "hall_day",
    "held_slot",
    "hold",
    "hours_of",
    "join_line",
    "joint_groups_of",
    "kept",
    "leave_all_lines",
    "leave_line",
    "lift_closing",
    "limits_of",
    "line",
    "lines",
    "lines_of",
    "mark_missed",
    "mine",
    "my_holds",
    "nearest",
    "needs_of",
    "next_for",
    "open_days",
    "open_slots",
    "open_slots_ahead",
    "places_offered",
    "policy_of",
    "preview_closing",
    "preview_opening",
    "preview_roster",
    "preview_shares",
    "release_hold",
    "release_unused",
    "released_at",
    "remove_counter",
    "remove_group",
    "reschedule",
    "roster_of",
    "rules_of",
    "serve_lines",
    "services_booked",
    "set_joint",
    "set_limits",
    "set_need",
    "set_policy",
    "set_rule",
    "set_shares",
    "set_skills",
    "settle_closures",
    "settle_due",
    "share_plan",
    "shares_ahead",
    "slot",
    "use_rooms",
]
