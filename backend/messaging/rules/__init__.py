"""What a template says, what it costs, and what a mini-program's message may hold. Pure functions."""

from backend.messaging.rules.subscribe import unfit
from backend.messaging.rules.texts import COST, Size, filled, missing, missing_of, names, same, size

__all__ = ["COST", "Size", "filled", "missing", "missing_of", "names", "same", "size", "unfit"]
