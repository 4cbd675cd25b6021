"""HTML doors of disclosures: my list and its questions; the desk of those who answer."""

from accessibility.menu import MenuLine
from backend.core.words import N_
from backend.disclosures.access import WATCHERS
from backend.disclosures.pages import desk, resident

routes = [*resident.routes, *desk.routes]
menu = [
    MenuLine(
        area="me", href="/disclosures", order=30, icon="eye", title=N_("Who looked at my data"),
        text=N_("Each time, by whom and what for"),
    ),
    MenuLine(
        area="desk", href="/desk/disclosures", order=60, icon="eye", hue="river",
        title=N_("Questions about who looked"), roles=frozenset(WATCHERS),
    ),
]  # fmt: skip
