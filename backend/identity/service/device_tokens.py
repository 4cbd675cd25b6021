"""Whose token this is: a kiosk's or a screen's. Read anew for each request, so that revoking works at once."""

from datetime import timedelta
from hashlib import sha256

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.http.context import Device

DEVICE_MARK = "D."  # tells a device's token from a person's without asking the database
KEY = """SELECT device_region, device FROM identity_device_key
    WHERE region = '000000' AND hash = $1 AND kind = 'token'"""
DEVICE = (
    "SELECT id, kind, name, hall, last_seen FROM identity_device WHERE region = $1 AND id = $2 AND state = 'active'"
)
TOUCH = "UPDATE identity_device SET last_seen = $3 WHERE region = $1 AND id = $2"
TOUCH_AFTER = timedelta(minutes=1)


async def resolve_device(token: str) -> Device | None:
    """The device that the token speaks for right now."""
    key = await db.fetchrow(KEY, key_hash(token)) if token.startswith(DEVICE_MARK) else None
    row = await db.fetchrow(DEVICE, key["device_region"], key["device"]) if key else None
    if key is None or row is None:
        return None
    now, region = clock.now(), key["device_region"]
    if row["last_seen"] is None or now - row["last_seen"] >= TOUCH_AFTER:
        await db.execute(TOUCH, region, row["id"], now)
    actor = Actor(
        acting=row["id"], basis="official", channel="kiosk", roles=frozenset({"kiosk"}), region=region, name=row["name"]
    )
    return Device(id=row["id"], kind=row["kind"], name=row["name"], actor=actor, hall=row["hall"])


def key_hash(text: str) -> bytes:
    """Tokens have 256 random bits; a code of eight letters lives ten minutes and few tries are allowed."""
    return sha256(text.encode()).digest()
