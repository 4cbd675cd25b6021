"""What notifications show of a person, and how messages are forgotten."""

from uuid import UUID

from backend.core.holdings import holds, steps
from backend.core.register import forgets
from backend.core.words import N_
from backend.notifications import service
from backend.notifications.schemas import (
    CallHeld,
    CopyHeld,
    DeliveryHeld,
    EmailHeld,
    MessageHeld,
    PhoneHeld,
    PreferenceHeld,
    ReceivedHeld,
)
from backend.notifications.wording import CHANNELS, ENDED

forgets("notifications_message")(service.forget)
ANSWERED = {
    "stop": N_("we send you no more texts"),
    "start": N_("we send you texts again"),
    "elsewhere": N_("passed on to whoever had written to you"),
    "answered": N_("done as you said"),
    "open": N_("somebody reads it"),
    "done": N_("somebody read it"),
}
ANSWERS = {
    "open": N_("running"),
    "reached": N_("we reached you"),
    "later": N_("you asked to be called later"),
    "no-answer": N_("nobody was there"),
    "wrong-number": N_("the number was wrong"),
    "moved": N_("we heard that you moved"),
    "lapsed": N_("not made"),
}
steps(
    {
        "CallBegun": N_("A call to tell you something"),
        "CallEnded": N_("What came of a call"),
        "NoticeWishesChanged": N_("How you are told was changed"),
        "NoticePhoneAdded": N_("A further number was entered"),
        "NoticePhoneConfirmed": N_("A further number was confirmed"),
        "NoticePhoneMoved": N_("Where messages go first was changed"),
        "NoticePhoneRemoved": N_("A further number was taken away"),
        "NoticeEmailAdded": N_("An e-mail address was entered"),
        "NoticeEmailConfirmed": N_("An e-mail address was confirmed"),
        "NoticeEmailChanged": N_("What goes to the e-mail address was changed"),
        "NoticeEmailRemoved": N_("The e-mail address was taken away"),
        "MessageAnswered": N_("You answered a message"),
        "NoticeCopyChanged": N_("Who is told too was changed"),
        "NoticeTextsStopped": N_("Text messages were stopped"),
        "NoticeTextsResumed": N_("Text messages were asked for again"),
        "ReplyRead": N_("Your text was read"),
        "MessageRead": N_("A message was read"),
    }
)


@holds(
    "messages",
    N_("Messages to me"),
    tables="notifications_message",
    labels={"created": N_("When"), "channel": N_("Where"), "body": N_("What it said")},
    said={"channel": CHANNELS},
)
async def messages(person: UUID) -> list[MessageHeld]:
    """What was sent, the latest first."""
    return await service.messages_of(person)


@holds(
    "notice-wishes",
    N_("How I want to be told"),
    tables="notifications_preference",
    labels={"quiet_from": N_("Quiet from"), "quiet_to": N_("Quiet until"), "otherwise": N_("When a text fails")},
    said={"otherwise": CHANNELS},
)
async def wishes(person: UUID) -> list[PreferenceHeld]:
    """The wishes, when there are any."""
    return await service.wishes_held(person)


@holds(
    "notice-phones",
    N_("My further numbers"),
    tables="notifications_phone",
    labels={"phone": N_("Number"), "added": N_("Since")},
)
async def phones(person: UUID) -> list[PhoneHeld]:
    """The further numbers."""
    return await service.phones_held(person)


@holds(
    "notice-email",
    N_("My e-mail address"),
    tables="notifications_email",
    labels={"address": N_("E-mail address"), "added": N_("Since")},
)
async def emails(person: UUID) -> list[EmailHeld]:
    """The address, and the one that waits for its code."""
    return await service.emails_held(person)


@holds(
    "notice-calls",
    N_("Calls to tell me something"),
    tables="notifications_call",
    labels={"begun": N_("When"), "answer": N_("What came of it")},
    said={"answer": ANSWERS},
)
async def calls(person: UUID) -> list[CallHeld]:
    """Calls and visits, the latest first."""
    return await service.calls_held(person)


@holds(
    "deliveries",
    N_("How messages were sent to me"),
    tables="notifications_delivery",
    labels={"created": N_("When"), "channel": N_("Where"), "state": N_("What came of it")},
    said={"channel": CHANNELS, "state": ENDED},
)
async def deliveries(person: UUID) -> list[DeliveryHeld]:
    """Each attempt, the latest first."""
    return await service.deliveries_held(person)


@holds(
    "texts-from-me",
    N_("Texts that I sent"),
    tables="notifications_received",
    labels={"at": N_("When"), "body": N_("What it said"), "state": N_("What came of it")},
    said={"state": ANSWERED},
)
async def received(person: UUID) -> list[ReceivedHeld]:
    """What the person sent back, the latest first."""
    return await service.received_held(person)


@holds(
    "notice-copies",
    N_("Who is told too"),
    tables="notifications_copy",
    labels={"added": N_("Since")},
)
async def copies(person: UUID) -> list[CopyHeld]:
    """Delegates who hear of the person's matters."""
    return await service.copies_held(person)
