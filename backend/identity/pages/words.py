"""What roles, organisations and states of posts are called on the desk. Message ids."""

from backend.core.words import N_
from backend.identity.schemas.roles import ROLES as EVERY

ROLES = {name: role.title for name, role in EVERY.items() if role.post}
KINDS = {
    "department": N_("Department"),
    "hall": N_("Service hall"),
    "community": N_("Community"),
    "property": N_("Property company"),
    "merchant": N_("Merchant"),
    "volunteers": N_("Volunteer group"),
}
STATES = {
    "waiting": N_("waits for approval"),
    "future": N_("not yet begun"),
    "active": N_("in force"),
    "resting": N_("rests during leave"),
    "refused": N_("not approved"),
    "ended": N_("has ended"),
}
LABELS = {
    "login": N_("Login name"),
    "password": N_("Password"),
    "code": N_("Code of the invitation"),
    "name": N_("Name"),
    "organisation": N_("Organisation"),
    "role": N_("Role"),
    "division": N_("Division"),
    "begins": N_("First day"),
    "until": N_("Last day"),
    "stand_in": N_("Login name of the colleague who stands in"),
    "kind": N_("Kind"),
    "why": N_("Reason"),
}
HINTS = {
    "begins": N_("Like 2026-12-01. Empty: from now on"),
    "until": N_("Like 2026-12-01. Empty: without an end"),
}
