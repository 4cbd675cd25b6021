"""HTML doors of kiosks: at the device, and at the desk that keeps it."""

from accessibility.menu import MenuLine
from backend.core.words import N_
from backend.kiosk.pages import desk, device, hall

routes = [*device.routes, *hall.routes, *desk.routes]
menu = [
    MenuLine(
        area="desk", href="/desk/devices", order=30, icon="device-desktop", title=N_("Kiosks and screens"),
        text=N_("Set up, look after, revoke"), roles=frozenset({"manager", "city", "administrator"}),
    )
]  # fmt: skip
