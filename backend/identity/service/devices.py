"""Kiosks and screens: set up at a desk, enrolled with a one-time code typed at the device, revoked at the desk."""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg

from backend.core import clock, crypto, db, ids, rate
from backend.core.actor import Actor, stem
from backend.core.events import announce
from backend.core.policy import PUBLIC, verb
from backend.core.problems import Forbidden, Invalid, NotFound
from backend.core.words import N_
from backend.identity import events, rules
from backend.identity.schemas import DeviceCode, DeviceEnrolled, DeviceEnrolment, DeviceLine, DeviceRequest
from backend.identity.service.device_tokens import DEVICE_MARK, key_hash

KEEPERS = ("manager", "city", "administrator")
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628 section 6.1: no vowels, nothing that looks like a digit
ADD = """INSERT INTO identity_device (region, id, kind, hall, name, created, created_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"""
# One key a device: a new code ends the token that the device had, so that a replaced machine is nobody.
KEY = """INSERT INTO identity_device_key (region, id, device_region, device, kind, hash, expires_at)
    VALUES ('000000', $1, $2, $3, $4, $5, $6)
    ON CONFLICT (region, device) DO UPDATE SET kind = excluded.kind, hash = excluded.hash,
        expires_at = excluded.expires_at"""
TAKE = """DELETE FROM identity_device_key
    WHERE region = '000000' AND hash = $1 AND kind = 'code' AND expires_at > $2 RETURNING device_region, device"""
BEGIN = """UPDATE identity_device SET state = 'active', last_seen = $3
    WHERE region = $1 AND id = $2 AND state <> 'revoked' RETURNING kind, name"""
WAIT = (
    "UPDATE identity_device SET state = 'waiting' WHERE region = $1 AND id = $2 AND state <> 'revoked' RETURNING kind"
)
REVOKE = """UPDATE identity_device SET state = 'revoked', ended = $3
    WHERE region = $1 AND id = $2 AND state <> 'revoked' RETURNING kind"""
FORGET = "DELETE FROM identity_device_key WHERE region = '000000' AND device = $1"
END_SESSIONS = """UPDATE identity_session SET ended_at = $2
    WHERE region = '000000' AND at_device = $1 AND ended_at IS NULL"""
MINE = """SELECT region, id, kind, hall, name, state, last_seen FROM identity_device
    WHERE region LIKE ANY($1::text[]) ORDER BY (state = 'revoked'), region, id DESC LIMIT 200"""


class WrongDeviceCode(Invalid):
    """Unknown, used or too old; which of them is not said."""

    code = "wrong-device-code"


@verb("identity.set_up_device", N_("Set up a kiosk or screen"), *KEEPERS)
async def set_up_device(actor: Actor, wanted: DeviceRequest) -> DeviceCode:
    """A device of a hall, and the code to type there. Until then it is nobody."""
    _keeper(actor, wanted.region)
    new = ids.new()
    async with _of_that_hall(), db.transaction():
        await db.execute(ADD, wanted.region, new, wanted.kind, wanted.hall, wanted.name, clock.now(), actor.acting)
        await announce(actor, events.DeviceSetUp(region=wanted.region, subject=new, kind=wanted.kind))
        return await _code(wanted.region, new)


@verb("identity.renew_device_code", N_("Enrol a kiosk or screen again"), *KEEPERS)
async def renew_device_code(actor: Actor, region: str, device: UUID) -> DeviceCode:
    """Another code for a device that waits, was reset or replaced; what it had before ends."""
    _keeper(actor, region)
    async with db.transaction():
        kind = await db.fetchval(WAIT, region, device)
        if kind is None:
            raise NotFound()
        await db.execute(END_SESSIONS, device, clock.now())
        await announce(actor, events.DeviceSetUp(region=region, subject=device, kind=kind))
        return await _code(region, device)


@verb("identity.enrol_device", N_("Become a kiosk or screen"), PUBLIC)
async def enrol_device(actor: Actor, typed: DeviceEnrolment, *, address: str) -> DeviceEnrolled:
    """Exchange the code, once, for the device's own token."""
    limit, per = rules.DEVICE_CODES_PER_ADDRESS
    await rate.check("device-code", crypto.index(address, "address").hex()[:32], limit=limit, per=per)
    code = re.sub(r"[\s\-]", "", typed.code).upper()
    token, now = DEVICE_MARK + crypto.token(), clock.now()
    async with db.transaction():
        key: Any = await db.fetchrow(TAKE, key_hash(code), now)
        row: Any = await db.fetchrow(BEGIN, key["device_region"], key["device"], now) if key else None
        if row is None:
            raise WrongDeviceCode({"code": N_("This code is wrong or too old. The desk can show a new one")})
        region, device = key["device_region"], key["device"]
        await db.execute(KEY, ids.new(), region, device, "token", key_hash(token), None)
        await announce(actor, events.DeviceEnrolled(region=region, subject=device, kind=row["kind"]))
    return DeviceEnrolled(id=device, kind=row["kind"], name=row["name"], token=token)


@verb("identity.revoke_device", N_("Revoke a kiosk or screen"), *KEEPERS)
async def revoke_device(actor: Actor, region: str, device: UUID) -> None:
    """The device is nobody from the next request on, and whoever is signed in there is signed out."""
    _keeper(actor, region)
    async with db.transaction():
        kind = await db.fetchval(REVOKE, region, device, clock.now())
        if kind is None:
            raise NotFound()
        await db.execute(FORGET, device)
        await db.execute(END_SESSIONS, device, clock.now())
        await announce(actor, events.DeviceRevoked(region=region, subject=device, kind=kind))


@verb("identity.devices", N_("See kiosks and screens"), *KEEPERS)
async def devices(actor: Actor) -> list[DeviceLine]:
    """The devices of the divisions that the actor keeps, those in use first."""
    held = actor.grants or {(role, actor.region) for role in actor.roles}
    below = sorted({f"{stem(division)}%" for role, division in held if role in KEEPERS})
    return [
        DeviceLine(
            id=row["id"], region=row["region"], kind=row["kind"], hall=row["hall"], name=row["name"],
            state=row["state"], last_seen=row["last_seen"],
        )
        for row in await db.fetch(MINE, below)
    ]  # fmt: skip


@asynccontextmanager
async def _of_that_hall() -> AsyncIterator[None]:
    """The database knows which hall lies in which region: a machine of another county would count and help there."""
    try:
        yield
    except asyncpg.ForeignKeyViolationError:
        raise Invalid({"hall": N_("This hall belongs to another division.")}) from None


def _keeper(actor: Actor, region: str) -> None:
    if not actor.covers(region, *KEEPERS):
        raise Forbidden(N_("This hall belongs to another division."))


async def _code(region: str, device: UUID) -> DeviceCode:
    code = "".join(secrets.choice(LETTERS) for _ in range(8))
    expires = clock.now() + rules.DEVICE_CODE_LIFE
    await db.execute(KEY, ids.new(), region, device, "code", key_hash(code), expires)
    return DeviceCode(id=device, code=f"{code[:4]}-{code[4:]}", expires_at=expires)
