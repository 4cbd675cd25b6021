"""A door that a kiosk or screen does not open: whoever stands there next is somebody else."""

from litestar.handlers import BaseRouteHandler

from backend.core.http import device_of
from backend.core.http.context import Connection
from backend.identity import service


async def at_no_machine(connection: Connection, _: BaseRouteHandler) -> None:
    """A guard of the doors of staff, before anything is shown or typed."""
    machine = device_of(connection)
    service.staff_may_enter(machine.id if machine else None)
