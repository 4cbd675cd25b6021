"""HTML doors of identity: signing in and my page; the door of staff, the desk, staff and organisations."""

from accessibility.menu import MenuLine
from backend.core.words import N_
from backend.identity.pages import (
    again,
    approvals,
    assurance,
    card_desk,
    cards,
    desk,
    door,
    field,
    minors,
    organisations,
    passkeys,
    resident,
    signing,
    staff,
    ways,
)
from backend.identity.schemas.roles import FIELD

routes = [
    *signing.routes,
    *passkeys.routes,
    *again.routes,
    *resident.routes,
    *ways.routes,
    *door.routes,
    *desk.routes,
    *field.routes,
    *staff.routes,
    *organisations.routes,
    *approvals.routes,
    *minors.routes,
    *cards.routes,
    *card_desk.routes,
    *assurance.routes,
]
SEE_STAFF = frozenset({"administrator", "security", "auditor", "manager", "city"})
menu = [
    MenuLine(
        area="helped", href="/appointments", order=10, icon="calendar", title=N_("My appointments"),
        text=N_("Change, cancel, show the number"),
    ),
    MenuLine(
        area="me", href="/me/assurance", order=70, icon="shield-check", title=N_("How well we know you"),
        text=N_("What your account may do, and how to open more"),
    ),
    MenuLine(
        area="me", href="/me/card", order=71, icon="id-badge-2", title=N_("My card"),
        text=N_("Signing in without a phone; lost it?"),
    ),
    MenuLine(
        area="me", href="/me/sign-in", order=60, icon="key", title=N_("Ways to sign in"),
        text=N_("Passkeys, and where I am signed in"),
    ),
    MenuLine(area="desk", href="/me/sign-in", order=90, icon="key", title=N_("Ways to sign in")),
    MenuLine(
        area="me", href="/settings", order=80, icon="settings", title=N_("How pages look"),
        text=N_("Elder version, language, size of letters"),
    ),
    MenuLine(
        area="me", href="/minors", order=82, icon="mood-smile", title=N_("Minors' mode"),
        text=N_("For a child who uses this account"),
    ),
    MenuLine(area="me", href="/privacy", order=90, icon="shield-check", title=N_("What happens with my data")),
    MenuLine(
        area="desk", href="/desk/phone", order=10, icon="headset", title=N_("Phone desk"),
        roles=frozenset({"operator"}),
    ),
    MenuLine(
        area="desk", href="/desk/counter", order=11, icon="ticket", title=N_("Counter"),
        text=N_("Who has an appointment today, and who has come"), roles=frozenset({"clerk"}),
    ),
    MenuLine(
        area="desk", href="/desk/assist", order=12, icon="heart-handshake", hue="river", title=N_("Help somebody"),
        roles=frozenset({"operator", "clerk"}),
    ),
    MenuLine(
        area="desk", href="/desk/field", order=12, icon="heart-handshake", hue="river", title=N_("Help at the door"),
        text=N_("Book for a neighbour at their home"), roles=frozenset(FIELD),
    ),
    MenuLine(
        area="desk", href="/desk/approvals", order=15, icon="user-check", hue="plum", title=N_("Records of minors"),
        text=N_("Asking a manager, and deciding"), roles=frozenset({"operator", "clerk", "manager"}),
        waits=approvals.asked_of,
    ),
    MenuLine(
        area="desk", href="/desk/card", order=13, icon="id-badge-2", title=N_("Neighbourhood card"),
        text=N_("For whoever has no phone: make, unlock, stop"), roles=frozenset({"clerk"}),
    ),
    MenuLine(
        area="desk", href="/desk/hall", order=20, icon="building-bank", title=N_("My hall"),
        roles=frozenset({"manager", "city"}),
    ),
    MenuLine(
        area="desk", href="/desk/staff", order=60, icon="users", title=N_("Staff and posts"),
        text=N_("Who works here, with which rights"), roles=SEE_STAFF,
    ),
    MenuLine(
        area="desk", href="/desk/organisations", order=61, icon="building-community", title=N_("Organisations"),
        roles=SEE_STAFF,
    ),
]  # fmt: skip
