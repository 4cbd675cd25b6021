"""The pages of appointments: for residents, and for the desks of operators, clerks and hall managers."""

from backend.appointments.pages import (
    change,
    choose,
    desk,
    excuses,
    hall_calendar,
    hall_closing,
    hall_desk,
    hall_groups,
    hall_joint,
    hall_roster,
    hall_shares,
    holding,
    reminded,
    resident,
    waiting,
)

HALL = [*hall_desk.routes, *hall_calendar.routes, *hall_closing.routes, *hall_groups.routes, *hall_roster.routes]
MORE = [*hall_joint.routes, *hall_shares.routes, *excuses.routes, *reminded.routes]
CHOSEN = [*choose.routes, *holding.routes, *waiting.routes, *change.routes]
routes = [*resident.routes, *CHOSEN, *desk.routes, *HALL, *MORE]
