"""HTML doors of a hall's day: the counter desk, the counters of a hall."""

from accessibility.menu import MenuLine
from backend.core.words import N_
from backend.queues import service
from backend.queues.pages import alerts, desk, entrance, numbers, resident, screen, slip, statistics

routes = [
    *alerts.routes,
    *desk.routes,
    *entrance.routes,
    *numbers.routes,
    *resident.routes,
    *screen.routes,
    *slip.routes,
    *statistics.routes,
]
menu = [
    MenuLine(
        area="desk", href="/desk/queue", order=9, icon="ticket", title=N_("Calling desk"), hue="lamp",
        text=N_("Call the next person, serve, pass on"), roles=frozenset({"clerk"}),
    ),
    MenuLine(
        area="desk", href="/desk/queue/tickets", order=10, icon="user-plus",
        title=N_("Numbers for people without a phone"), roles=frozenset({"clerk", "manager"}),
    ),
    MenuLine(
        area="desk", href="/desk/queue/alerts", order=11, icon="bell", title=N_("Calls for help"),
        roles=frozenset({"clerk", "manager"}), waits=service.count_help,
    ),
    MenuLine(
        area="desk", href="/desk/queue/numbers", order=12, icon="clock", title=N_("Numbers of today"),
        text=N_("Stop and resume, how many a day"), roles=frozenset({"clerk", "manager"}),
    ),
    MenuLine(
        area="desk", href="/desk/queue/counters", order=21, icon="device-desktop", title=N_("Counters of a hall"),
        roles=frozenset({"manager"}),
    ),
    MenuLine(
        area="desk", href="/desk/queue/statistics", order=22, icon="chart-bar", title=N_("Waiting times of a hall"),
        roles=frozenset({"manager"}),
    ),
]  # fmt: skip
