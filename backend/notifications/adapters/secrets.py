"""The secrets that we share with gateways: one for all, or one for each: ``sms=…,voice=…``."""

from backend.notifications.adapters import local
from backend.settings import settings

PROVIDERS = frozenset({"sms", "voice", "email", "letter"})


def secret_of(provider: str) -> str:
    """The secret of a gateway; empty when there is none. The demonstration's own where no gateway is set."""
    text = settings().gateway_secrets
    if not text:
        return local.SECRET if settings().demo and not getattr(settings(), f"{provider}_gateway_url", "") else ""
    named = dict(part.strip().split("=", 1) for part in text.split(",") if "=" in part)
    return named.get(provider, "") if named else text
