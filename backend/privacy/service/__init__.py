"""The verbs of 我的信息."""

from backend.privacy.service.holds import lift_hold, place_hold, standing_hold
from backend.privacy.service.retention import forget_due, runs

__all__ = ["forget_due", "lift_hold", "place_hold", "runs", "standing_hold"]
