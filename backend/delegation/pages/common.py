"""What the pages of delegation share: refusals in the reader's words, scopes with their titles."""

from collections.abc import Iterable
from typing import Any

from litestar import Request

from backend.core.policy import SCOPES, Scope
from backend.core.words import N_

Asked = Request[Any, Any, Any]
NEVER = (
    N_("Money, and anything that costs"),
    N_("Your address, your telephone, your account"),
    N_("Asking others to act for you"),
)
BASES = {
    "own-consent": N_("agreed in the account"),
    "counter-consent": N_("agreed at a counter"),
    "phone-consent": N_("agreed on the telephone"),
    "guardian": N_("guardian of a child"),
    "statutory-guardian": N_("legal guardian"),
    "one-time": N_("helper for one errand"),
}


def titled(scopes: Iterable[str]) -> list[Scope]:
    """The scopes that are known here, with their titles."""
    return [SCOPES[name] for name in scopes if name in SCOPES]
