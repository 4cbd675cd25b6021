"""Gateways for tests: by their settings, so that the adapters are the true ones."""

from collections.abc import Callable

import msgspec
import pytest

from backend.core import rate
from backend.notifications.adapters import breaker, http, mail, secrets
from backend.notifications.adapters import smtp as smtp_adapter
from backend.notifications.service import sending
from backend.settings import settings

URL = "https://{}.example/send"
Set = Callable[..., None]


@pytest.fixture(autouse=True)
def limits_count_from_zero() -> None:
    rate.reset()
    breaker.reset()


@pytest.fixture
def gateways(monkeypatch: pytest.MonkeyPatch) -> Set:
    """``gateways("sms", "voice", secret="…")``: these are set up, the demonstration is off."""

    def chosen(*names: str, secret: str = "", demo: bool = False, url: str = "", smtp: str = "") -> None:
        urls = {f"{name}_gateway_url": url or URL.format(name) for name in names}
        new = msgspec.structs.replace(settings(), demo=demo, gateway_secrets=secret, email_smtp_url=smtp, **urls)
        for module in (http, mail, secrets, smtp_adapter, sending):
            monkeypatch.setattr(module, "settings", lambda: new)

    return chosen


@pytest.fixture
def with_gateway(gateways: Set) -> None:
    """Texts only, without receipts."""
    gateways("sms")
