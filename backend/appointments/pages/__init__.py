"""The pages of appointments: for residents, and for the desks of operators, clerks and hall managers."""

from accessibility.menu import MenuLine
from backend.appointments.pages import (
    change,
    choose,
    desk,
    excuses,
    feed,
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
from backend.core.words import N_

HALL = [*hall_desk.routes, *hall_calendar.routes, *hall_closing.routes, *hall_groups.routes, *hall_roster.routes]
MORE = [*hall_joint.routes, *hall_shares.routes, *excuses.routes, *reminded.routes, *feed.routes]
CHOSEN = [*choose.routes, *holding.routes, *waiting.routes, *change.routes]
menu = [
    MenuLine(
        area="me", href="/appointments/calendar", order=45, icon="calendar", title=feed.TITLE,
        text=N_("Connect your calendar, or disconnect it"), roles=frozenset({"resident"}),
    ),
]  # fmt: skip
routes = [*resident.routes, *CHOSEN, *desk.routes, *HALL, *MORE]
