"""Whether a consent stands: pure functions."""

from backend.consents.schemas import State

KEPT_YEARS = 3  # evidence of a consent that is over, after it ended


def state_of(latest: str | None, agreed_version: int, current_version: int) -> State:
    """How a person stands to a purpose, from the latest row of the ledger. Old words ask again (art. 14)."""
    if latest is None:
        return "never"
    if latest == "withdrawn":
        return "withdrawn"
    return "given" if agreed_version == current_version else "outdated"
