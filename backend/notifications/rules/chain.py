"""The way a message goes: one channel after the other, in the order that works for this person, a person last.

Push, mini-program, text, spoken call, e-mail, printed letter, then somebody who rings or knocks. A step ends when a
channel refuses it, or does not say within its term that it arrived. No channel is tried twice for one message, so
every chain ends. Two channels never work at once, unless it is urgent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

FREE = ("push", "miniprogram")  # cost nothing, and reach only who took them up
MACHINES = (*FREE, "sms", "voice", "email", "letter")
PERSON = "person"
SILENT = frozenset({"email", "letter"})  # wake nobody, so quiet hours do not hold them
QUICK = frozenset(MACHINES) - {"letter"}
SLOW = SILENT  # not for what is urgent
PROVEN = timedelta(days=30)  # how long something that arrived speaks for its channel
DEAF = 3  # failures in a row, nothing arrived since: then the channel comes last
TRIES = 8  # sendings of one delivery; then it is parked, and the chain goes on
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# How long a channel may take to say that it arrived: normal, urgent, emergency.
TERMS = {
    "push": (2 * HOUR, 2 * MINUTE, MINUTE),
    "miniprogram": (2 * HOUR, 2 * MINUTE, MINUTE),
    "sms": (12 * HOUR, 10 * MINUTE, 3 * MINUTE),
    "voice": (2 * HOUR, 10 * MINUTE, 3 * MINUTE),
    "email": (2 * DAY, 30 * MINUTE, 5 * MINUTE),
    "letter": (5 * DAY, 2 * DAY, DAY),
}
URGENCY = ("normal", "urgent", "emergency")
MANY = 3  # the rank of what goes to everybody of an area and wakes nobody: behind what one person is told
SOON = 1  # the rank of what one person waits for now; it has a lane of its own beside what goes to everybody
Step = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Means:
    """What can reach a person. ``ways`` are channels that are set up and for which the person has an address.

    ``first`` and ``otherwise`` are wishes, ``proven`` what arrived lately (the latest first), ``deaf`` what kept
    failing. With ``mail`` an e-mail comes before a text. Without ``texts`` the person answered STOP: only urgent texts
    go there. Without ``person`` nobody comes when machines fail.
    """

    ways: frozenset[str] = frozenset()
    first: str = "sms"
    otherwise: str = "call"
    proven: Step = ()
    deaf: frozenset[str] = frozenset()
    texts: bool = True
    mail: bool = False
    person: bool = True


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """How one attempt by a channel ended, and when."""

    channel: str
    arrived: bool
    at: datetime


def chain(means: Means, urgency: str = "normal", *, guard: bool = False) -> tuple[Step, ...]:
    """The steps in order; each is one channel, unless it is urgent. A person is the last, for whoever has one."""
    last: tuple[Step, ...] = ((PERSON,),) if means.person else ()
    if guard:  # what protects the account: to its own number, or by a person
        return last if means.first == "call" or "sms" not in means.ways else (("sms",), *last)
    if urgency == "emergency":
        quick = _ordered(means, [each for each in MACHINES if each not in SLOW])
        return _steps([quick]) + last
    if means.first == "call" and means.person:
        return last
    machines = _ordered(means, _wished(means, urgency))
    if urgency == "urgent":  # everything that is quick and not spoken, at once
        quick = [each for each in machines if each != "voice"]
        return _steps([quick, [each for each in machines if each == "voice"]]) + last
    return tuple((each,) for each in machines) + last


def following(steps: tuple[Step, ...], tried: Iterable[str]) -> Step:
    """What comes next: the first step of which something was not tried; nothing at the end."""
    done = set(tried)
    left = (tuple(each for each in step if each not in done) for step in steps)
    return next((step for step in left if step), ())


def term(channel: str, urgency: str, left: timedelta | None = None) -> timedelta:
    """How long to wait for a receipt; at most a quarter of the time ``left`` until it no longer matters."""
    found = TERMS[channel][URGENCY.index(urgency)]
    return found if left is None else max(MINUTE, min(found, left / 4))


def pause(tries: int) -> timedelta:
    """Until the same sending is tried again: 5, 10, 20 … seconds."""
    return timedelta(seconds=5 * 2 ** (tries - 1))


def rank(urgency: str, *, soon: bool = False, many: bool = False) -> int:
    """Emergencies leave before urgent ones, those before the rest; what is wanted ``soon`` leaves like urgent ones.

    News for ``many`` leaves last.
    """
    if many and ordinary(urgency):
        return MANY
    found = len(URGENCY) - 1 - URGENCY.index(urgency)
    return min(found, SOON) if soon else found


def ordinary(urgency: str) -> bool:
    """Whether quiet hours hold it."""
    return urgency == "normal"


def facts(attempts: Iterable[Attempt], now: datetime) -> tuple[Step, frozenset[str]]:
    """Which channels are proven and which are deaf, from attempts with the latest first."""
    proven: list[str] = []
    failed: dict[str, int] = {}
    for each in attempts:
        if each.arrived and each.channel not in proven and now - each.at <= PROVEN:
            proven.append(each.channel)
        if not each.arrived and each.channel not in proven:
            failed[each.channel] = failed.get(each.channel, 0) + 1
    return tuple(proven), frozenset(channel for channel, count in failed.items() if count >= DEAF)


def _wished(means: Means, urgency: str) -> list[str]:
    """The machines that fit the wishes: no letter unasked, no spoken call for who wants somebody at the door."""
    if means.first == "letter" and urgency == "normal":
        return ["letter"]
    kept = [each for each in MACHINES if urgency == "normal" or each not in SLOW]
    if urgency == "normal" and not means.texts:
        kept.remove("sms")
    if means.otherwise == "letter":
        return [each for each in kept if each != "voice"]
    return [each for each in kept if each != "letter"]


def _ordered(means: Means, machines: list[str]) -> list[str]:
    """What is there: e-mail for who wants it first, the free ones that proved themselves, the deaf ones last."""
    there = [each for each in machines if each in means.ways]

    def place(each: str) -> tuple[bool, bool, bool, int]:
        proven = each in FREE and each in means.proven
        return each in means.deaf, not (means.mail and each == "email"), not proven, MACHINES.index(each)

    return sorted(there, key=place)


def _steps(groups: list[list[str]]) -> tuple[Step, ...]:
    return tuple(tuple(group) for group in groups if group)
