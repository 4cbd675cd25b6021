"""Timed work of notifications."""

from backend.core.jobs import every
from backend.notifications.gateway import deliver
from backend.settings import settings


@every(seconds=2)
async def send_text_messages() -> int:
    """Hand waiting text messages to the gateway, when there is one."""
    url = settings().sms_gateway_url
    return await deliver(url) if url else 0
