"""States and times of a mandate as pure functions: what may follow what, and when a scope counts."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

COOLING = timedelta(hours=24)  # before a sensitive scope counts, so that the principal can object
INVITED_FOR = timedelta(days=7)
LONGEST = timedelta(days=365)
ONE_TIME = timedelta(days=3)  # a helper for one errand: a volunteer, a grid worker, a neighbour
MOST_PRINCIPALS = 5  # a delegate who is not registered as a helper
MOST_OPEN = 5  # invitations of one person that wait for an answer
ADULT = 18
HELPERS = ("volunteer", "grid")
GUARDIANS = ("guardian", "statutory-guardian")

# kind of step → (state before, state after, why it ended)
STEPS: dict[str, tuple[str, str, str]] = {
    "acceptance": ("invited", "accepted", ""),
    "refusal": ("invited", "ended", "declined"),
    "withdrawal": ("invited", "ended", "withdrawn"),
    "veto": ("accepted", "ended", "vetoed"),
    "revocation": ("accepted", "ended", "revoked"),
    "resignation": ("accepted", "ended", "given-up"),
    "extension": ("accepted", "accepted", ""),
}


def standing(
    state: str, *, now: datetime, starts: datetime, ends: datetime, invited_until: datetime,
    sensitive_from: datetime | None,
) -> str:  # fmt: skip
    """How a mandate stands at an instant: invited, waiting, cooling, active, or ended (also when only by the clock)."""
    if state == "ended" or now >= ends or (state == "invited" and now >= invited_until):
        return "ended"
    if state == "invited":
        return "invited"
    if now < starts:
        return "waiting"
    return "cooling" if sensitive_from is not None and now < sensitive_from else "active"


def counting(standing: str, scopes: Iterable[str], sensitive: Iterable[str]) -> frozenset[str]:
    """The scopes that count: all of an active mandate; those that need no cooling-off while it is cooling."""
    if standing == "active":
        return frozenset(scopes)
    return frozenset(scopes) - frozenset(sensitive) if standing == "cooling" else frozenset()


def sensitive_from(accepted: datetime, running: Iterable[datetime]) -> datetime:
    """When sensitive scopes begin to count: a day on, and never before a cooling-off that runs for the same pair.

    ``running`` are the ends of the pair's other cooling-offs, of ended mandates too: neither asking again, nor another
    channel, nor a clock that was set back makes the wait shorter.
    """
    return max([accepted + COOLING, *running])


def may_step(kind: str, standing: str) -> bool:
    """Whether a step may follow how the mandate stands now."""
    before = STEPS[kind][0]
    if kind == "veto":
        return standing in ("cooling", "waiting")
    return standing == "invited" if before == "invited" else standing in ("waiting", "cooling", "active")


def basis(channel: str, assisted: bool, *, one_time: bool, child: bool) -> str:
    """By what right a mandate is given: guardian of a child, an errand, or consent in the way it was given."""
    if child:
        return "guardian"
    if one_time:
        return "one-time"
    if assisted:
        return "phone-consent" if channel == "phone" else "counter-consent"
    return "own-consent"


def latest_end(basis: str, starts: datetime, birth: date | None) -> datetime:
    """The last instant a mandate may run to: a year, three days for an errand, the eighteenth birthday of a child."""
    limit = starts + (ONE_TIME if basis == "one-time" else LONGEST)
    if basis == "guardian" and birth is not None:
        return datetime.combine(birthday(birth, ADULT), time.min, tzinfo=starts.tzinfo)
    return limit


def last_day(ends: datetime) -> date:
    """The last day on which something is valid that ends at an instant, in the zone of that instant."""
    return (ends - timedelta(microseconds=1)).date()


def birthday(birth: date, years: int) -> date:
    """The day of the nth birthday; somebody born on 29 February has it on 1 March in common years."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


def child(birth: date | None, today: date) -> bool:
    """Whether somebody is known to be under eighteen."""
    return birth is not None and today < birthday(birth, ADULT)


def enough_principals(held: int, *, registered: bool) -> bool:
    """Whether a delegate may not take another principal: five, unless registered as a helper."""
    return not registered and held >= MOST_PRINCIPALS


def tidy_code(text: str) -> str:
    """A code as it is compared: upper case, without blanks and hyphens."""
    return "".join(sign for sign in text.upper() if sign.isalnum())
