"""The JSON doors of appointments: booking, and a hall's opening."""

from backend.appointments.api import booking, feed, opening

routes = [*feed.routes, *booking.routes, *opening.routes]
