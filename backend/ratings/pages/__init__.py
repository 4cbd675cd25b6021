"""HTML doors of ratings: the link, my visits, a machine, the manager's desk, what everybody may read."""

from accessibility.menu import MenuLine
from backend.core.words import N_
from backend.ratings import service
from backend.ratings.access import STAFF
from backend.ratings.pages import desk, public, resident

routes = [*resident.routes, *desk.routes, *public.routes]
menu = [
    MenuLine(
        area="helped", href="/ratings", order=25, icon="star", title=N_("Rate a visit"), hue="lamp",
        text=N_("How it was at the hall, and what came of it"),
    ),
    MenuLine(
        area="desk", href="/desk/ratings", order=23, icon="star", title=N_("Low ratings to put right"), hue="plum",
        text=N_("First contact in one working day, done in fifteen"), roles=frozenset(STAFF),
        waits=service.count_cases,
    ),
]  # fmt: skip
