"""Pages of 我的信息: the public register, my data, corrections, closing the account, the proof for auditors."""

from accessibility.menu import MenuLine
from backend.core.words import N_
from backend.privacy.pages import corrections, mine, public, retention

routes = [*public.routes, *mine.routes, *corrections.routes, *retention.routes]
menu = [
    MenuLine(
        area="me",
        href="/privacy/mine",
        title=N_("My data"),
        text=N_("See it, take it along, correct it, close the account"),
        icon="database",
        hue="river",
        order=50,
    ),
    MenuLine(
        area="desk",
        href="/desk/retention",
        title=N_("Proofs of deletion"),
        text=N_("What was deleted when its time had come"),
        icon="history",
        hue="river",
        order=80,
        roles=frozenset({"auditor", "city"}),
    ),
]
