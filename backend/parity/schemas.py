"""What the parity report gives out."""

from datetime import date

from backend.core.schemas import Output


class Group(Output, frozen=True, kw_only=True):
    """People of one channel, one age, both, or all (``""``). ``None``: too few to be shown, or hidden beside them.

    ``people`` got a place; ``came`` and ``missed`` divide them, as do ``helped`` (by family, a neighbour or staff) and
    ``alone``. ``days`` is the median from asking to the appointment.
    """

    channel: str
    age: str
    people: int | None = None
    came: int | None = None
    missed: int | None = None
    helped: int | None = None
    alone: int | None = None
    days: float | None = None


class Report(Output, frozen=True, kw_only=True):
    """One month of a hall, a county, or the province. ``offered``: places kept for each channel; these are no people.

    ``older_days`` and ``others_days``: the median wait of people from 60, and of other adults,
    counted over those of their two ages whose people are shown.
    """

    month: date
    groups: list[Group]
    offered: dict[str, int]
    older_days: float | None = None
    others_days: float | None = None
    least: int = 10

    def of(self, channel: str = "", age: str = "") -> Group:
        """The line of one group; an empty one where it is not counted."""
        found = (each for each in self.groups if (each.channel, each.age) == (channel, age))
        return next(found, Group(channel=channel, age=age))


class Published(Output, frozen=True, kw_only=True):
    """A report with what is around it: the months that there are, the latest first, and places below with a report."""

    region: str
    hall: str
    report: Report
    months: list[date]
    history: list[Report]
    below: list[str]
