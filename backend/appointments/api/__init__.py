"""The JSON doors of appointments: booking, and a hall's opening."""

from backend.appointments.api import booking, opening

routes = [*booking.routes, *opening.routes]
