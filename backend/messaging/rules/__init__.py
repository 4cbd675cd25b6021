"""What a template says, what it costs, and what a mini-program's message may hold. Pure functions."""

from backend.messaging.rules.files import LARGEST, TYPES, USUAL_WEEKS, Unfit, kind_of, weeks_of
from backend.messaging.rules.hazards import drilled, heading, outside
from backend.messaging.rules.subscribe import unfit, unfit_text, values_of
from backend.messaging.rules.texts import COST, LONGEST, Size, filled, missing, missing_of, names, same, size, torn

__all__ = [
    "COST",
    "LARGEST",
    "LONGEST",
    "TYPES",
    "USUAL_WEEKS",
    "Size",
    "Unfit",
    "drilled",
    "filled",
    "heading",
    "kind_of",
    "missing",
    "missing_of",
    "names",
    "outside",
    "same",
    "size",
    "torn",
    "unfit",
    "unfit_text",
    "values_of",
    "weeks_of",
]
