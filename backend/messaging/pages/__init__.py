"""Pages of messaging, and beside them the addresses of the v2 interface."""

from accessibility.menu import MenuLine
from backend.core.words import N_
from backend.messaging.api import v2
from backend.messaging.pages import broadcasts, emergencies, files, systems, templates, warnings, wordings

menu = [
    MenuLine(
        area="desk", href="/desk/messaging/services", order=70, icon="key", title=N_("Systems that send messages"),
        text=N_("Keys for systems of organisations, over the v2 interface"), roles=frozenset({"administrator"}),
    ),
    MenuLine(
        area="desk", href="/desk/messaging/templates", order=71, icon="message", title=N_("Templates of messages"),
        text=N_("Words by language and wording, with length and cost"), roles=frozenset({"administrator", "city"}),
    ),
    MenuLine(
        area="desk", href="/desk/messaging/wordings", order=72, icon="edit", title=N_("How we word our messages"),
        text=N_("Your own words for what the portal tells people"), roles=frozenset({"administrator"}),
    ),
    MenuLine(
        area="desk", href="/desk/broadcasts", order=16, icon="speakerphone", title=N_("Messages to an area"),
        text=N_("News for everybody of a division, warnings and drills"), roles=frozenset({"city", "manager"}),
        waits=broadcasts.waiting_here,
    ),
    MenuLine(
        area="desk", href="/desk/emergencies", order=13, icon="alert-triangle", hue="lamp",
        title=N_("Whom a warning did not reach"), text=N_("Go there or ring, and record it"),
        roles=frozenset({"grid", "operator", "manager", "city"}), waits=emergencies.standing_here,
    ),
]  # fmt: skip
routes = [
    *v2.routes, *systems.routes, *templates.routes, *wordings.routes, *broadcasts.routes, *emergencies.routes,
    *warnings.routes, *files.routes,
]  # fmt: skip
