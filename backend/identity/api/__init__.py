"""JSON doors: sign-in, my account, staff sign-in, assistance, the register for desks."""

from backend.identity.api import assurance, cards, desk, devices, me, minors, passkeys, signing, staff, tokens

routes = [
    *signing.routes,
    *passkeys.routes,
    *tokens.routes,
    *me.routes,
    *desk.routes,
    *staff.routes,
    *minors.routes,
    *cards.routes,
    *assurance.routes,
    *devices.routes,
]
