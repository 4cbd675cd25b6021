"""家人和代办: the household, asking somebody, answering, and beginning to act."""

from accessibility.menu import MenuLine
from backend.core.words import N_
from backend.delegation.pages import acting, answering, household, inviting

routes = [*inviting.routes, *answering.routes, *acting.routes, *household.routes]
menu = [
    MenuLine(
        area="me", href="/household", order=20, icon="users", hue="plum", title=N_("Family and helpers"),
        text=N_("Who acts for whom, until when, what was done"),
    ),
    MenuLine(
        area="desk", href="/household", order=13, icon="users", hue="plum", title=N_("Family and helpers"),
        text=N_("For the person you are helping"), roles=frozenset({"operator", "clerk"}),
    ),
]  # fmt: skip
