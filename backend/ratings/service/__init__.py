"""The verbs of ratings; the only writer of its tables."""

from backend.ratings.access import NoSuchCase, NoSuchVisit
from backend.ratings.service.giving import (
    ReasonNeeded,
    StaffMayNotRate,
    TooLateToChange,
    rate,
    rate_at_machine,
    rate_visit,
)
from backend.ratings.service.inviting import invite_due
from backend.ratings.service.leaving import forget, leave_rated, leave_visits
from backend.ratings.service.publishing import publish_due, published
from backend.ratings.service.reading import my_visits, open_visit, ratings_of, visit
from backend.ratings.service.rectifying import (
    NotNow,
    answer,
    answer_visit,
    case,
    cases,
    contact,
    count_cases,
    rectify,
)

__all__ = [
    "NoSuchCase",
    "NoSuchVisit",
    "NotNow",
    "ReasonNeeded",
    "StaffMayNotRate",
    "TooLateToChange",
    "answer",
    "answer_visit",
    "case",
    "cases",
    "contact",
    "count_cases",
    "forget",
    "invite_due",
    "leave_rated",
    "leave_visits",
    "my_visits",
    "open_visit",
    "publish_due",
    "published",
    "rate",
    "rate_at_machine",
    "rate_visit",
    "ratings_of",
    "rectify",
    "visit",
]
