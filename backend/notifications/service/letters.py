"""A letter as a file, for whoever wants to see it as it is printed."""

from datetime import datetime

from backend.notifications.adapters.letter import Letter, pdf


async def letter_pdf(address: str, subject: str, body: str, at: datetime) -> bytes:
    """As the printer gets it, with the day of ``at``."""
    return await pdf(Letter(address, subject, body, at))
