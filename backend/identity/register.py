"""What identity keeps of people to let them in: passkeys, tokens, known devices."""

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
]
