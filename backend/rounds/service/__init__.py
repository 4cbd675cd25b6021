"""The verbs of home visits; the only writer of their tables."""

from backend.rounds.access import VisitTakenByOther
from backend.rounds.service.absences import look_after
from backend.rounds.service.assigning import NotOnDuty, assign, colleagues, give_back, take
from backend.rounds.service.coming import coming
from backend.rounds.service.ending import NotYet, cancel, cancel_all, finish, met
from backend.rounds.service.following import follow
from backend.rounds.service.locating import LOCATORS, locate
from backend.rounds.service.planning import AlreadyPlanned, plan
from backend.rounds.service.waiting import count_new, days_waiting
from backend.rounds.service.walking import MOST, all_of, arrange, day_round

__all__ = [
    "LOCATORS",
    "MOST",
    "AlreadyPlanned",
    "NotOnDuty",
    "NotYet",
    "VisitTakenByOther",
    "all_of",
    "arrange",
    "assign",
    "cancel",
    "cancel_all",
    "colleagues",
    "coming",
    "count_new",
    "day_round",
    "days_waiting",
    "finish",
    "follow",
    "give_back",
    "locate",
    "look_after",
    "met",
    "plan",
    "take",
]
