"""Pages of home visits: planning one, the round of a day, and who comes to me."""

from accessibility.menu import MenuLine
from backend.core.words import N_
from backend.rounds import service
from backend.rounds.pages import planning, resident, walking

routes = [*planning.routes, *walking.routes, *resident.routes]
menu = [
    MenuLine(
        area="desk", href="/desk/rounds", order=12, icon="home-heart", title=N_("Home visits"),
        text=N_("The round of a day, by street"), roles=frozenset({"clerk", "grid", "manager"}),
        waits=service.count_new,
    ),
    MenuLine(
        area="helped", href="/rounds/coming", order=22, icon="home-heart", title=N_("Visits at my home"),
        text=N_("Who comes, when, and what they say at the door"),
    ),
]  # fmt: skip
