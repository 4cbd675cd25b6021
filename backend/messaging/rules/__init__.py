"""What a template says, what it costs, and what a mini-program's message may hold. Pure functions."""

from backend.messaging.rules.subscribe import unfit, unfit_text, values_of
from backend.messaging.rules.texts import COST, Size, filled, missing, missing_of, names, same, size

__all__ = [
    "COST",
    "Size",
    "filled",
    "missing",
    "missing_of",
    "names",
    "same",
    "size",
    "unfit",
    "unfit_text",
    "values_of",
]
