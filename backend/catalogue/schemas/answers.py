"""The four answers of a guide: how long, how many trips, what it costs, may somebody do it for me."""

from backend.catalogue.schemas.kinds import Origin
from backend.core.schemas import Output
from backend.core.words import N_

# The four answers in words; the rules choose among them.
NOT_PUBLISHED = N_("Not published")
ON_THE_SPOT = N_("On the spot")
WORKING_DAYS = N_("{days} working days")
ONE_WORKING_DAY = N_("One working day")
DAYS = N_("{days} days")
ONE_DAY = N_("One day")
AT_MOST_WORKING_DAYS = N_("At most {days} working days")
AT_MOST_DAYS = N_("At most {days} days")
NO_TRIP = N_("None needed")
ONE_TRIP = N_("{n} trip")
TRIPS = N_("{n} trips")
CHARGED = N_("There is a fee, set by the state")
FREE_BY_LAW = N_("Free, unless a law says otherwise")
DELEGATE = {"yes": N_("Yes"), "no": N_("No, come yourself"), "sometimes": N_("For some things")}


class Fact(Output, frozen=True):
    """One of the four answers: ``text`` is a message id, or ``data`` official wording in Chinese. ``origin``: whose."""

    text: str
    origin: Origin
    values: dict[str, str | int] = {}
    data: str = ""


class Facts(Output, frozen=True):
    """How long, how many trips, what it costs, may someone do it for me."""

    how_long: Fact
    trips: Fact
    cost: Fact
    delegate: Fact
