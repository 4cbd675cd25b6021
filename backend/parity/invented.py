"""The demonstration's parity reports: three months of invented people, counted and covered like real ones. Made in the
background, as covering them takes a moment and nobody need wait for it.

The story they tell: people over 60 waited longer for their place, and do so less each month.
"""

import random

from backend.core import clock, db
from backend.core.actor import Actor
from backend.parity import rules
from backend.parity.service import write_reports
from backend.places import service as places

SYSTEM = Actor.system("demonstration")
COUNTIES = ("230103", "230102")
MONTHS, PEOPLE = 3, 700
AGES = {"0-17": 2, "18-39": 33, "40-59": 30, "60-79": 27, "80+": 6, "unknown": 2}
# By age group, the weights of the channels: online, phone, counter, kiosk, helper.
WAYS = {
    "0-17": (70, 5, 15, 5, 5), "18-39": (78, 6, 8, 6, 2), "40-59": (64, 12, 12, 8, 4),
    "60-79": (28, 30, 22, 10, 10), "80+": (10, 34, 22, 6, 28), "unknown": (40, 25, 25, 5, 5),
}  # fmt: skip
KEPT = {"online": 50, "phone": 20, "counter": 15, "kiosk": 5, "helper": 10}
ANY = "SELECT EXISTS (SELECT 1 FROM parity_report)"


async def make() -> None:
    """The last three months that are settled; nothing where there is a report already."""
    if await db.fetchval(ANY):
        return
    halls = [
        (county, str(each.id))
        for county in COUNTIES
        for each in (await places.halls(SYSTEM, division=county, derived=None, limit=2)).items
    ]
    for ago, month in enumerate(rules.due_months(clock.today(), [])[:MONTHS]):
        chance = random.Random(month.toordinal())
        facts = [_fact(chance, halls, ago) for _ in range(PEOPLE)]
        places_kept = {pool: 40 * percent for pool, percent in KEPT.items()}
        offered = {place: places_kept for pair in halls for place in (rules.ALL, *pair)}
        await write_reports(SYSTEM, month, facts, offered)


def _fact(chance: random.Random, halls: list[tuple[str, str]], ago: int) -> rules.Fact:
    """One invented person; ``ago`` months ago the older ones waited that much longer."""
    (age,) = chance.choices(list(AGES), list(AGES.values()))
    (channel,) = chance.choices(rules.CHANNELS, WAYS[age])
    region, hall = halls[min(len(halls) - 1, int(chance.expovariate(1.1)))]
    days = 1 + int(chance.expovariate(0.6)) + (1 + ago if age in rules.OLDER else 0)
    helped = channel in ("phone", "counter", "helper") or chance.random() < 0.06
    return rules.Fact(region, hall, channel, age, days, chance.random() < 0.93, helped)
