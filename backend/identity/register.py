"""What identity keeps of people to let them in: passkeys, tokens, known devices, cards; and of its machines."""

from datetime import timedelta

from backend.core.register import Held
from backend.core.words import N_

DAY = timedelta(days=1)

HELD = [
    Held(
        table="identity_passkey",
        purpose=N_("The public half of your passkeys, so that you sign in without typing"),
        basis="service",
        person="subject",
        internal="region id kind subject_region public_key sign_count synced created last_used",
        personal="subject credential name",
    ),
    Held(
        table="identity_challenge",
        purpose=N_("What a device signs at one sign-in"),
        basis="service",
        person="subject",
        keep=DAY,
        since="expires_at",
        internal="region id purpose created expires_at used_at",
        personal="subject",
        secret="request_hash challenge_hash",
    ),
    Held(
        table="identity_refresh",
        purpose=N_("Keys of programs that you signed in with"),
        basis="service",
        keep=30 * DAY,
        since="expires_at",
        internal="region id session created expires_at used_at",
        secret="token_hash",
    ),
    Held(
        table="identity_known_device",
        purpose=N_("Devices you signed in with, so that we can tell you of a new one"),
        basis="service",
        person="subject",
        keep=400 * DAY,
        since="last_seen",
        internal="region id first_seen last_seen",
        personal="subject",
        secret="device_hash",
    ),
    Held(
        table="identity_card",
        purpose=N_("Your card: that it is yours, and what opens it"),
        basis="service",
        person="person",
        keep=365 * DAY,
        since="ended",
        internal="region id tries state issued issued_region last_used ended ended_why",
        personal="person issued_by",
        secret="number number_index token_hash pin",
    ),
    Held(
        table="identity_device",
        purpose=N_("Kiosks and screens of halls, and who set them up"),
        keep=365 * DAY,
        since="ended",
        internal="region id kind hall name state created last_seen ended",
        personal="created_by",
    ),
    Held(
        table="identity_device_key",
        purpose=N_("What tells a kiosk or screen from any other browser"),
        forever=N_("It is deleted with the device that it opens"),
        internal="region id device_region device kind expires_at",
        secret="hash",
    ),
]
