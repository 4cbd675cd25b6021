"""Pages of messages: the inbox, how I am told, and the call list of the desks."""

from accessibility.menu import MenuLine
from backend.core.words import N_
from backend.notifications import service
from backend.notifications.pages import calls, emails, inbox, replies, wishes

menu = [
    MenuLine(
        area="me", href="/messages", order=5, icon="message", title=N_("Messages"),
        text=N_("What we told you, and what to do next"),
    ),
    MenuLine(
        area="helped", href="/messages", order=30, icon="message", title=N_("Messages"),
        text=N_("What we told you, and what to do next"),
    ),
    MenuLine(
        area="me", href="/messages/preferences", order=65, icon="bell", title=N_("How I am told"),
        text=N_("Text, call, e-mail or letter; quiet hours; further numbers"),
    ),
    MenuLine(
        area="desk", href="/desk/calls", order=14, icon="phone", hue="lamp", title=N_("Call list"),
        text=N_("Whom no message reached: ring, or go there"), roles=frozenset({"operator", "grid"}),
        waits=service.count_calls,
    ),
    MenuLine(
        area="desk", href="/desk/replies", order=15, icon="message", title=N_("Texts from people"),
        text=N_("What people answered to a message"), roles=frozenset({"operator"}),
    ),
]  # fmt: skip
routes = [*inbox.routes, *wishes.routes, *emails.routes, *calls.routes, *replies.routes]
