"""The verbs of 我的信息."""

from backend.privacy.service.closing import HeldBack, ask_closing, close_due, closing, take_back_closing
from backend.privacy.service.corrections import (
    AlreadyAsked,
    CardNeeded,
    ask_correction,
    corrections,
    corrections_of,
    decide_correction,
    withdraw_correction,
)
from backend.privacy.service.data import export, my_data
from backend.privacy.service.holds import lift_hold, place_hold, standing_hold
from backend.privacy.service.retention import forget_due, runs

__all__ = [
    "AlreadyAsked",
    "CardNeeded",
    "HeldBack",
    "ask_closing",
    "ask_correction",
    "close_due",
    "closing",
    "corrections",
    "corrections_of",
    "decide_correction",
    "export",
    "forget_due",
    "lift_hold",
    "my_data",
    "place_hold",
    "runs",
    "standing_hold",
    "take_back_closing",
    "withdraw_correction",
]
