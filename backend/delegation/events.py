"""What delegation announces, and what it hears: every act under a mandate is told to the principal."""

from uuid import UUID

from backend.core.events import Announcement, Event, on, on_any
from backend.delegation import telling
from backend.notifications import service as notifications


class MandateInvited(Event, frozen=True, kw_only=True):
    """A person asked somebody to act for them. ``subject`` is the mandate, in all of these."""

    person: UUID


class MandateAccepted(Event, frozen=True, kw_only=True):
    """The delegate agreed."""

    person: UUID
    delegate: UUID


class MandateExtended(Event, frozen=True, kw_only=True):
    """The principal consented to a longer time."""

    person: UUID
    delegate: UUID


class MandateEnded(Event, frozen=True, kw_only=True):
    """It does not count any more; ``why`` as in the module's docstring."""

    person: UUID
    delegate: UUID | None
    why: str


class TakenUp(Event, frozen=True, kw_only=True):
    """A delegate begins to act for the principal in a session."""


class LaidDown(Event, frozen=True, kw_only=True):
    """And ends."""


class TakenBack(Event, frozen=True, kw_only=True):
    """收回这件事: ``subject`` is what was done, and belongs to the principal alone again."""

    person: UUID
    delegate: UUID


@on_any("delegation")
async def tell_of_act(event: Event, row: Announcement) -> None:
    """The principal hears of each act, whatever slice it belongs to."""
    if not isinstance(event, TakenUp | LaidDown):
        await telling.act(row)


@on(MandateInvited)
async def tell_of_invitation(event: MandateInvited, row: Announcement) -> None:
    """To the principal: somebody on the telephone may have pretended to be them."""
    await telling.step("invited", event.subject, event.person, row)


@on(MandateAccepted)
async def tell_of_acceptance(event: MandateAccepted, row: Announcement) -> None:
    """To the principal, with the way to object."""
    await telling.step("accepted", event.subject, event.person, row)


@on(MandateExtended)
async def tell_of_extension(event: MandateExtended, row: Announcement) -> None:
    """To both."""
    await telling.step("extended", event.subject, event.person, row)
    await telling.step("extended-for-you", event.subject, event.delegate, row)


@on(MandateEnded)
async def tell_of_end(event: MandateEnded, row: Announcement) -> None:
    """To both; a delegate must not stand at a counter and hear it there. What was to go to them as a copy does not."""
    if event.delegate is not None:
        await notifications.take_back_copies(telling.TELLING, event.person, event.delegate)
    await telling.step("ended", event.subject, event.person, row)
    if event.delegate is not None and event.why != "given-up":
        await telling.step("ended-for-you", event.subject, event.delegate, row)


@on(TakenBack)
async def tell_of_takeback(event: TakenBack, row: Announcement) -> None:
    """To the delegate, who would look for it otherwise."""
    await telling.step("taken-back", event.subject, event.delegate, row, about_mandate=False)
