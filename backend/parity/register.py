"""The field register of the parity report."""

from backend.core.register import Held
from backend.core.words import N_

HELD = [
    Held(
        table="parity_report", purpose=N_("Who got places through which channel, counted by month"),
        forever=N_("Says nothing about a person"), public="region month hall_id body made_at",
    )
]  # fmt: skip
