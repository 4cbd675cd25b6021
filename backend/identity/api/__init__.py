"""JSON doors: sign-in, my account, staff sign-in, assistance, the register for desks."""

from backend.identity.api import desk, me, minors, passkeys, signing, tokens

routes = [*signing.routes, *passkeys.routes, *tokens.routes, *me.routes, *desk.routes, *minors.routes]
