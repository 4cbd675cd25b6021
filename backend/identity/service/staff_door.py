"""Which browsers staff sign in with: never a kiosk or a screen of a hall, where the next visitor stands at once."""

from uuid import UUID

from backend.core.problems import Forbidden
from backend.core.words import N_


class StaffAtMachine(Forbidden):
    """A member of staff would leave an open desk to whoever comes to the machine next."""

    code, title = "staff-at-machine", N_("Staff do not sign in at a machine of the hall")


def staff_may_enter(machine: UUID | None) -> None:
    """Raises ``StaffAtMachine`` when the browser is a machine, also before a password was typed."""
    if machine is not None:
        raise StaffAtMachine(
            N_("The next visitor here would find your desk open. Please sign in at your own computer."),
            next_step=("/kiosk", N_("To the start page of this machine")),
        )
