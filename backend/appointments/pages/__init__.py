"""The pages of appointments: for residents, and for the desks of operators, clerks and hall managers."""

from backend.appointments.pages import change, choose, desk, excuses, hall_desk, hall_shares, reminded, resident

routes = [
    *resident.routes, *choose.routes, *change.routes, *desk.routes, *hall_desk.routes, *hall_shares.routes,
    *excuses.routes, *reminded.routes,
]  # fmt: skip
