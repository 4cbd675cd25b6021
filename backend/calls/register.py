"""What a running call keeps."""

from datetime import timedelta

from backend.core.register import Held
from backend.core.words import N_

HELD = [
    Held(
        table="calls_draft", purpose=N_("What an operator has typed while somebody calls"),
        keep=timedelta(days=1), since="changed", internal="region id staff changed", sensitive="body",
    ),
]  # fmt: skip
