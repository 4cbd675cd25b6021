"""What identity announces. Only ids, channels and states: never a name or a number."""

from uuid import UUID

from backend.core.events import Event
from backend.core.words import N_
from backend.notifications.schemas import Template

ACCOUNT, WAYS = N_("About your account"), ("/me/sign-in", N_("See where I am signed in"))
PASSKEY_ADDED = Template(
    id="passkey-added",
    guard=True,
    title=ACCOUNT,
    next=WAYS,
    text=N_("A passkey was added to your account: {name}. If that was not you, please call us at once."),
)
PASSKEY_REMOVED = Template(
    id="passkey-removed",
    guard=True,
    title=ACCOUNT,
    next=WAYS,
    text=N_("A passkey was removed from your account. If that was not you, please call us at once."),
)
PASSKEY_COPIED = Template(
    id="passkey-copied",
    guard=True,
    title=ACCOUNT,
    next=WAYS,
    text=N_(
        "We refused a sign-in with your passkey, because the key may have been copied. Please remove it and add a new "
        "one."
    ),
)
NEW_DEVICE = Template(
    id="new-device",
    guard=True,
    title=ACCOUNT,
    next=WAYS,
    text=N_("Somebody signed in to your account on a new device: {device}. If that was not you, call {phone}."),
)
NEW_DEVICE_UNNAMED = Template(
    id="new-device",
    guard=True,
    title=ACCOUNT,
    next=WAYS,
    text=N_("Somebody signed in to your account on a new device. If that was not you, call {phone}."),
)
REFRESH_REUSED = Template(
    id="refresh-reused",
    guard=True,
    title=ACCOUNT,
    next=WAYS,
    text=N_(
        "We signed a program out of your account, because an old key of it was used again. If you do not know why, "
        "call {phone}."
    ),
)


class AgesCounted(Event, frozen=True, kw_only=True):
    """Ages of so many people were read for a count; ``why`` is the job that counts."""

    why: str
    people: int


class PersonRegistered(Event, frozen=True):
    """A resident exists from now on: by first sign-in, or written down by staff."""

    assurance: str


class PersonChanged(Event, frozen=True):
    """A resident's own details or preferences changed; ``fields`` names them."""

    fields: list[str]


class SignedIn(Event, frozen=True):
    """A session began. ``subject`` is the person or staff member."""

    session: UUID
    kind: str


class SignedOut(Event, frozen=True):
    """A session was ended by its owner."""

    session: UUID


class ProvedAgain(Event, frozen=True):
    """The owner of a session showed once more that it is them; ``proof`` says how."""

    session: UUID
    proof: str


class PasskeyAdded(Event, frozen=True):
    """A device of the person or staff member can sign in from now on."""

    passkey: UUID


class PasskeyRemoved(Event, frozen=True):
    """A passkey no longer opens the account."""

    passkey: UUID


class PasskeyCounterFell(Event, frozen=True):
    """A device counted backwards: the key may have been copied. The sign-in was refused."""

    passkey: UUID


class TokensIssued(Event, frozen=True):
    """A program got its first pair of tokens for a session."""

    session: UUID


class RefreshReused(Event, frozen=True):
    """A refresh token was used twice, so somebody has a copy: its session and all its tokens have ended."""

    session: UUID


class AssistanceBegun(Event, frozen=True):
    """Staff acts for a person from now on. ``subject`` is the assistance, ``person`` the principal."""

    person: UUID
    verified: list[str]


class AssistanceEnded(Event, frozen=True):
    """The assistance is over; ``why`` is ``ended``, ``idle``, ``signed-out`` or ``post-ended``."""

    person: UUID
    why: str


class MinorRecordRefused(Event, frozen=True):
    """Staff tried to open a minor's record without approval; nothing was shown. ``subject`` is the person."""


class MinorRecordOpened(Event, frozen=True):
    """A minor's record was read for the first time under an approval. ``subject`` is the person."""

    approval: UUID


class ApprovalAsked(Event, frozen=True):
    """Staff asks to open a minor's record."""

    person: UUID
    reason: str


class ApprovalDecided(Event, frozen=True):
    """A manager agreed or refused; ``state`` is ``given`` or ``refused``."""

    person: UUID
    state: str


class GuardianConsented(Event, frozen=True):
    """A guardian agreed that data of a child under 14 is kept, or took that back. ``subject`` is the child."""

    evidence: str
    given: bool


class MinorsModeChanged(Event, frozen=True):
    """未成年人模式 went on or off; ``why`` is ``parent``, ``age`` or ``pin-reset``."""

    on: bool
    why: str


class CardIssued(Event, frozen=True):
    """A card was made at a counter; ``replaced`` when an older one ended with it."""

    person: UUID
    replaced: bool


class CardVoided(Event, frozen=True):
    """A card ended: ``replaced``, ``lost`` or ``returned``."""

    person: UUID
    why: str


class CardLocked(Event, frozen=True):
    """Five wrong PINs in a row."""

    person: UUID


class CardUnlocked(Event, frozen=True):
    """A counter unlocked a card, perhaps with a new PIN."""

    person: UUID
    new_pin: bool


class AssuranceRaised(Event, frozen=True):
    """A person is known better from now on. For ``real-name`` the service's ``reference`` and the consent are kept."""

    level: str
    reference: str = ""
    consent: str = ""


class DeviceSetUp(Event, frozen=True):
    """A kiosk or screen may be enrolled with a code."""

    kind: str


class DeviceEnrolled(Event, frozen=True):
    """A kiosk or screen has its identity."""

    kind: str


class DeviceRevoked(Event, frozen=True):
    """A kiosk or screen is nobody any more."""

    kind: str


class OrganisationAdded(Event, frozen=True):
    """There is a new organisation."""

    kind: str
    division: str


class OrganisationClosed(Event, frozen=True):
    """An organisation is closed, with all posts in it."""

    posts: int


class MemberJoined(Event, frozen=True):
    """Somebody has an account of staff from now on; ``how`` is ``invitation`` or ``set-up``."""

    how: str


class MemberLeft(Event, frozen=True):
    """A membership ended, with every post, session and assistance."""

    posts: int


class PostGiven(Event, frozen=True):
    """Somebody was given a post, the ``subject``; ``state`` is ``waiting`` until a second person approves it."""

    staff: UUID
    role: str
    division: str
    state: str
    instead_of: UUID | None = None


class PostApproved(Event, frozen=True):
    """The second person approved a post: it counts from now on."""

    staff: UUID
    role: str


class PostRefused(Event, frozen=True):
    """The second person did not approve a post."""

    staff: UUID
    role: str


class PostEnded(Event, frozen=True):
    """A post ended, and its rights with it: ``ended``, ``moved``, ``left``, ``closed``, ``absent-left`` or ``past``."""

    staff: UUID
    role: str
    why: str


class LeaveGranted(Event, frozen=True):
    """The rights of a post rest for a time and a colleague stands in."""

    post: UUID
    staff: UUID
    stand_in: UUID


class LeaveEnded(Event, frozen=True):
    """A leave is over: the holder has the rights again."""

    post: UUID


class Invited(Event, frozen=True):
    """Somebody was invited to join with a post."""

    role: str
    division: str


class InvitationWithdrawn(Event, frozen=True):
    """An invitation was taken back before it was used."""


class FactorEnrolled(Event, frozen=True):
    """A member of staff has a second factor from now on."""


class FactorReset(Event, frozen=True):
    """A security administrator took the second factor away, so that a new one can be set up."""


class RecoveryCodeUsed(Event, frozen=True):
    """A recovery code stood in for the second factor; ``left`` are left."""

    left: int


class Unlocked(Event, frozen=True):
    """A security administrator lifted the lock of a sign-in."""
