"""Timed work of notifications, and what happens when something was queued.

Seven lanes side by side, each with batches of its own: what one person waits for (a call to the counter, a code) never
stands behind a warning to a county, no gateway, mail server or printer that takes its time holds back another, and a
channel that reads the database holds back nobody else.
"""

from backend.core.jobs import every, whenever
from backend.notifications import service


@whenever("queued")
async def send_what_is_wanted_now() -> int:
    """Hand over what somebody waits for."""
    return await service.deliver_waiting(service.SOON)


@whenever("queued")
async def speak_what_is_wanted_now() -> int:
    """The same for whoever wants to be called: a voice takes longer, and a warning to a county would take it all."""
    return await service.deliver_waiting(service.SPOKEN_SOON)


@whenever("queued")
async def send_what_waits() -> int:
    """Hand over all other texts."""
    return await service.deliver_waiting(service.REST)


@whenever("queued")
async def speak_what_waits() -> int:
    """Hand over what a voice reads out."""
    return await service.deliver_waiting(service.VOICE)


@whenever("queued")
async def mail_what_waits() -> int:
    """Hand over e-mails."""
    return await service.deliver_waiting(service.MAIL)


@whenever("queued")
async def print_what_waits() -> int:
    """Hand over letters."""
    return await service.deliver_waiting(service.PAPER)


@whenever("queued")
async def push_what_waits() -> int:
    """The same for channels that read the database while they send."""
    return await service.deliver_waiting(service.OWN)


@every(seconds=30)
async def go_on() -> None:
    """The next channel for what was silent. By itself, as what follows: one that fails undoes nothing of another."""
    await service.advance()


@every(seconds=30)
async def do_what_is_due() -> None:
    """Reminders, and what else was planned."""
    await service.run_plans()


@every(seconds=60)
async def forget_what_is_over() -> None:
    """Marks of callbacks, and what nobody confirmed."""
    await service.forget_callbacks()
    await service.forget_unconfirmed()
    await service.forget_unconfirmed_phones()
