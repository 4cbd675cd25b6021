"""Devices somebody has signed in with before: a sign-in on another one is told to the person."""

import re
from hashlib import sha256
from uuid import UUID

from backend.core import clock, crypto, db, ids
from backend.core.actor import Actor
from backend.core.policy import inner
from backend.identity import rules
from backend.identity.events import NEW_DEVICE, NEW_DEVICE_UNNAMED
from backend.identity.service.telling import tell
from backend.settings import settings

OURS = re.compile(r"^[A-Za-z0-9_-]{43}$")  # several people may share a browser; a key that can be guessed is not kept
SEEN = """UPDATE identity_known_device SET last_seen = $3
    WHERE region = '000000' AND subject = $1 AND device_hash = $2 RETURNING id"""
ANY = "SELECT EXISTS (SELECT 1 FROM identity_known_device WHERE region = '000000' AND subject = $1)"
ADD = """INSERT INTO identity_known_device (region, id, subject, device_hash, first_seen, last_seen)
    VALUES ('000000', $1, $2, $3, $4, $4) ON CONFLICT DO NOTHING"""


async def recognise(subject: UUID, device: str) -> tuple[str, bool]:
    """The key of this device, made when it has none, and whether a sign-in with it deserves a word.

    The very first device of an account is not news. A device that sends no key, as a program may, is always new.
    """
    now = clock.now()
    if device and await db.fetchval(SEEN, subject, _hash(device), now) is not None:
        return device, False
    others = bool(await db.fetchval(ANY, subject))
    key = device if OURS.match(device) else crypto.token()
    await db.execute(ADD, ids.new(), subject, _hash(key), now)
    return key, others


@inner
async def tell_of_new_device(actor: Actor, user_agent: str) -> None:
    """Tell a resident that somebody signed in to their account on a device that we have not seen with them."""
    if actor.acting is None:
        return
    name, about = rules.device(user_agent), ids.new()
    values = {"phone": settings().help_phone} | ({"device": name} if name else {})
    template = NEW_DEVICE if name else NEW_DEVICE_UNNAMED
    await tell(actor, actor.acting, template, values, about=about, once=f"{about}:new-device")


def _hash(device: str) -> bytes:
    return sha256(device.encode()).digest()
