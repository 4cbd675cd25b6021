"""JSON doors: sign-in, my account, staff sign-in, assistance, the register for desks."""

from backend.identity.api import desk, me, minors, signing

routes = [*signing.routes, *me.routes, *desk.routes, *minors.routes]
