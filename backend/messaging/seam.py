"""The one place where messaging hands over what is to be sent, and asks what became of it.

Everything goes through ``notifications`` and ``identity.tell``: what those do with channels, retries and calls is not
known here.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from backend.core.actor import Actor
from backend.core.words import N_
from backend.core.words import words as language
from backend.identity import service as identity
from backend.identity.schemas import PersonSummary, Telling
from backend.messaging.rules import drilled
from backend.notifications import service as notifications
from backend.notifications.schemas import Outcome, Receiver, Template

Told = list[tuple[PersonSummary, str, str]]  # each with the heading and the words in their language
REPLY = N_("Reply 1 when you have read this.")
FINISHED = "finished-letter"  # what a letter that is a file is sent as
AS_FILE = N_("This letter came finished, as a file.")
ANSWER = N_("Say that the warning reached me")
SEE = ("/emergencies/{about}", N_("See the warning"))
# What a message's state means to another system; what was sent and what failed need a closer look.
STATUS = {
    "shown": "delivered", "queued": "sending", "delivered": "delivered", "reached": "delivered", "read": "delivered",
    "calling": "sending", "unsent": "technical-failure", "unreached": "permanent-failure",
}  # fmt: skip
NEVER = frozenset({"refused", "number-unknown", "address-unknown", "status-400", "status-410", "status-422"})
OURS = frozenset({"not-set-up", "channel-away"})


async def send_text(actor: Actor, phone: str, words: str, *, about: UUID, template: str) -> str | None:
    """Hand a text message over; returns the number's digits, or none when it is no mobile number here."""
    known = identity.phone_fingerprint(phone)
    if known is None:
        return None
    # The words are data: without values nothing in them is read as a placeholder, and no catalogue has them.
    made = Template(id=template, text=words)
    await notifications.send(actor, Receiver(phone=known[0]), made, {}, about=about, once=f"{template}:{about}")
    return known[0]


async def send_to(
    actor: Actor, kind: str, address: str, subject: str, words: str, *, about: UUID, leave: str = "",
    template: str = "service",
) -> None:  # fmt: skip
    """Hand an e-mail or a letter over, to an address that no account of ours has."""
    made = Template(id=template, text=words)
    to = Receiver(address=address, channel=kind)
    await notifications.send(actor, to, made, {}, about=about, once=f"{template}:{about}", subject=subject, leave=leave)


async def send_letter_file(actor: Actor, address: str, *, about: UUID) -> None:
    """Hand a finished letter over; whoever prints it asks for its file then."""
    await send_to(actor, "letter", address, "", AS_FILE, about=about, template=FINISHED)


async def states_of(abouts: list[UUID]) -> dict[UUID, str]:
    """What became of messages, by what they are about, in the words of the v2 interface."""
    return {about: status_of(found) for about, found in (await notifications.outcomes_about(abouts)).items()}


def status_of(found: Outcome) -> str:
    """A gateway that reports back has not delivered before it says so; one that prints never has, by taking it."""
    if found.state == "sent":
        return "sending" if found.waits or found.channel == "letter" else "delivered"
    if found.state != "failed":
        return STATUS.get(found.state, "sending")
    if found.reason in NEVER:
        return "permanent-failure"
    ours = found.reason in OURS or found.reason.startswith("status-") or not found.reason.islower()
    return "technical-failure" if ours else "temporary-failure"


async def counts_of(about: UUID, kind: str) -> dict[str, int]:
    """How many messages of a broadcast came to what."""
    return await notifications.counts_about(about, _template(kind))


async def crowded(kind: str, limit: int) -> bool:
    """Whether what goes to everybody has to wait: as much of it waits for the gateway, or news would be in the way."""
    return await notifications.crowded("emergency" if kind == "emergency" else "normal", limit)


async def tell_news(actor: Actor, told: Told, *, about: UUID) -> None:
    """News, the way each person wants to be told; quiet hours hold."""
    await _tell_all(
        actor, told, "broadcast", about,
        lambda _, title, words: Template(id="broadcast", text=words, title=title, many=True),
    )  # fmt: skip


async def had_news(about: UUID, people: list[UUID]) -> set[UUID]:
    """Who of these was told that news already."""
    onces = {each: _once("broadcast", about, each) for each in people}
    before = await notifications.told_before(list(onces.values()))
    return {each for each in people if onces[each] in before}


async def warn(actor: Actor, told: Told, *, about: UUID, drill: bool, until: datetime | None) -> None:
    """A warning by everything there is at once: inbox, browser, text and the gateway's voice; then by a person."""
    await _tell_all(
        actor, told, "warn", about, lambda lang, title, words: _warning(lang, title, words, drill), expires=until
    )


async def call_off(actor: Actor, about: UUID, kind: str, limit: int) -> int:
    """Take back so many messages of a broadcast that was ended; how many there were."""
    return await notifications.call_off(actor, about, [_template(kind)], limit=limit)


async def tell_over(actor: Actor, told: Told, *, about: UUID, urgent: bool, until: datetime) -> None:
    """A warning is over. ``urgent`` at any hour, otherwise as news go; ``until`` when nobody is told any more."""
    await _tell_all(
        actor, told, "over", about,
        lambda _, title, words: Template(
            id="emergency-over", text=words, title=title, next=SEE, urgent=urgent, many=not urgent
        ), expires=until,
    )  # fmt: skip


def warned(lang: str, words: str, drill: bool) -> str:
    """A warning as the telephone gets it: that it is a drill, and how to answer, are words too."""
    say = language(lang).gettext
    return f"{drilled(say, words, drill)} {say(REPLY)}"


def _template(kind: str) -> str:
    return "emergency" if kind == "emergency" else "broadcast"


def _once(what: str, about: UUID, person: UUID) -> str:
    return f"{what}:{about}:{person}"


async def _tell_all(
    actor: Actor,
    told: Told,
    what: str,
    about: UUID,
    made: Callable[[str, str, str], Template],
    *,
    expires: datetime | None = None,
) -> None:
    """Tell everybody their own words, once; ``made`` makes a message of language, heading and words."""
    await identity.tell_all(
        [
            Telling(
                actor=actor, person=person.id, template=made(person.language, title, words), values={}, about=about,
                once=_once(what, about, person.id), expires=expires,
            )
            for person, title, words in told
        ]
    )  # fmt: skip


def _warning(lang: str, title: str, words: str, drill: bool) -> Template:
    say = language(lang).gettext
    said, answer = warned(lang, words, drill), ("/emergencies/{about}", ANSWER)
    return Template(id="emergency", text=said, title=drilled(say, title, drill), next=answer, emergency=True)


async def read_by_answer(actor: Actor, person: UUID, about: UUID) -> None:
    """The person answered themselves, so what they were sent about it is read."""
    await notifications.read_by_answer(actor, person, about)


async def readers_of(about: UUID, people: list[UUID]) -> set[UUID]:
    """Who has read a message of a broadcast."""
    return await notifications.read_about(about, people)
