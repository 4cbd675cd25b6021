"""Ages at which a person needs others: minors, children under 14, and the limits of minors' mode.

Sources: 民法典 arts. 17–20; 个人信息保护法 art. 31; 未成年人网络保护条例 arts. 31, 34–36; the guideline on minors' mode
(移动互联网未成年人模式建设指南, 2024-11-15): an hour a day under 16, two at 16 and 17, a reminder after half an hour,
nothing from 22:00 to 6:00. These limits are the device's; here they hold for whatever is not a service or help.
"""

from datetime import date, datetime, time, timedelta

from backend.identity.rules.people import age

ADULT = 18
CHILD = 14
APPROVAL_LIFE = timedelta(minutes=30)  # for one record and whoever asked
REQUEST_LIFE = timedelta(hours=12)  # a request that nobody decided on lapses with the working day
PIN_TRIES = 5
REMIND_EVERY = 30  # minutes
REMIND_FOR = 5  # minutes that the reminder stays on the pages
NIGHT = (time(22), time(6))
MOST_GAP = timedelta(minutes=5)  # looking at one page for longer counts as five minutes

BANDS = (("0-2", 3, 60), ("3-7", 8, 60), ("8-11", 12, 60), ("12-15", 16, 60), ("16-17", ADULT, 120))


def minor(birth: date | None, today: date) -> bool:
    """未成年人: under 18. Whose birthday is not known counts as grown up."""
    return birth is not None and age(birth, today) < ADULT


def child(birth: date | None, today: date) -> bool:
    """Under 14: every piece of data is sensitive, and a guardian must have agreed."""
    return birth is not None and age(birth, today) < CHILD


def band(birth: date, today: date) -> str:
    """The age band of a minor; empty for somebody grown up."""
    return next((name for name, below, _ in BANDS if age(birth, today) < below), "")


def daily_limit(band_name: str) -> int:
    """Minutes a day; an unknown band is treated as the stricter one."""
    return next((minutes for name, _, minutes in BANDS if name == band_name), 60)


def night(moment: datetime) -> bool:
    """Whether it is between 22:00 and 6:00 at this local moment."""
    return moment.time() >= NIGHT[0] or moment.time() < NIGHT[1]


def resting(band_name: str, used: int, moment: datetime) -> str:
    """Why optional areas are closed at this local moment: ``night``, ``limit``, or empty when they are open."""
    if night(moment):
        return "night"
    return "limit" if used >= daily_limit(band_name) else ""


def time_for_a_pause(used: int) -> bool:
    """Whether the reminder is on the page: after each half hour, for a few minutes."""
    return used >= REMIND_EVERY and used % REMIND_EVERY < REMIND_FOR


def counted(gap: timedelta) -> int:
    """Whole minutes of use between two looks."""
    return max(1, int(min(gap, MOST_GAP).total_seconds() // 60))


def mask_minor(name: str) -> str:
    """Only that there is somebody: the first sign of the name, and nothing that tells how long it is."""
    return f"{name[:1]}**"
