"""What identity shows of a person, and how it forgets who they were."""

from uuid import UUID

from backend.core.holdings import CHANNELS, erases, holds, steps
from backend.core.words import N_
from backend.identity import service
from backend.identity.schemas.held import AssistanceHeld, PersonHeld, SessionHeld

erases("identity_person")(service.empty_person)
steps(
    {
        "PersonRegistered": N_("Account made"),
        "PersonChanged": N_("Details changed"),
        "SignedIn": N_("Signed in"),
        "SignedOut": N_("Signed out"),
        "AssistanceBegun": N_("Staff began to help"),
        "AssistanceEnded": N_("Staff finished helping"),
        "GuardianConsented": N_("A guardian agreed or took it back"),
        "MinorsModeChanged": N_("Minors' mode changed"),
    }
)
ASSURANCE = {
    "phone": N_("by text message"),
    "counter": N_("with the card at a counter"),
    "real-name": N_("checked by name and number"),
}
NOTICE_BY = {"sms": N_("Text message"), "call": N_("A person calls me"), "letter": N_("A letter in large print")}
MODES = {"standard": N_("Standard version"), "elder": N_("Elder version")}


@holds(
    "about-me",
    N_("About me"),
    tables="identity_person",
    labels={
        "name": N_("Name"), "phone_masked": N_("Mobile number"), "birth": N_("Date of birth"),
        "document_masked": N_("Document number"), "home": N_("Where I live"), "assurance": N_("How I was verified"),
        "mode": N_("How pages look"), "notice_by": N_("How we tell you"), "created": N_("Account since"),
    },
    said={"assurance": ASSURANCE, "mode": MODES, "notice_by": NOTICE_BY},
)  # fmt: skip
async def about_me(person: UUID) -> list[PersonHeld]:
    """The person's own row."""
    return [await service.held_of(person)]


@holds(
    "sessions",
    N_("Where I was signed in"),
    tables="identity_session",
    labels={"created": N_("Since"), "device": N_("Device"), "last_seen": N_("Last used"), "ended_at": N_("Ended")},
)
async def sessions(person: UUID) -> list[SessionHeld]:
    """Sessions as long as they are kept."""
    return await service.sessions_held(person)


@holds(
    "assistance",
    N_("When staff helped me"),
    tables="identity_assistance",
    labels={"begun": N_("When"), "channel": N_("Where"), "ended": N_("Ended")},
    said={"channel": CHANNELS},
)
async def assistance(person: UUID) -> list[AssistanceHeld]:
    """Help on the phone and at counters."""
    return await service.assistance_held(person)
