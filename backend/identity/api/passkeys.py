"""Passkeys for programs: signing in with one, and the keys of whoever is signed in."""

from uuid import UUID

from litestar import delete, get, patch, post

from backend.core.http import PUBLIC, actor_of, allow, client_address
from backend.identity import service
from backend.identity.api.common import Asked
from backend.identity.schemas import (
    PasskeyChallenge,
    PasskeyLine,
    PasskeyName,
    PasskeyNew,
    PasskeySignIn,
    SignedIn,
)


@post("/sign-in/passkey-challenges", opt=allow(service.begin_passkey_sign_in), tags=["sign-in"])
async def create_sign_in_challenge(request: Asked) -> PasskeyChallenge:
    """What a device must sign so that its owner signs in. Five minutes, one answer, no user name."""
    return await service.begin_passkey_sign_in(actor_of(request), address=client_address(request))


@post("/sign-in/passkeys", opt=allow(PUBLIC), tags=["sign-in"])
async def create_passkey_session(request: Asked, data: PasskeySignIn) -> SignedIn:
    """Exchange the answer of a device for a session token: residents and staff."""
    agent = request.headers.get("user-agent", "")
    return await service.passkey_sign_in(data, address=client_address(request), user_agent=agent, channel="app")


@get("/me/passkeys", opt=allow(service.my_passkeys), tags=["me"])
async def list_passkeys(request: Asked) -> list[PasskeyLine]:
    """My passkeys."""
    return await service.my_passkeys(actor_of(request))


@post("/me/passkey-challenges", opt=allow(service.begin_passkey), tags=["me"])
async def create_challenge(request: Asked) -> PasskeyChallenge:
    """What this device must sign with the key that it makes. Needs a fresh proof."""
    return await service.begin_passkey(actor_of(request))


@post("/me/passkeys", opt=allow(service.register_passkey), tags=["me"])
async def create_passkey(request: Asked, data: PasskeyNew) -> PasskeyLine:
    """Keep the new key. Needs a fresh proof."""
    return await service.register_passkey(actor_of(request), data)


@patch("/me/passkeys/{passkey_id:uuid}", opt=allow(service.rename_passkey), tags=["me"], status_code=204)
async def change_passkey(request: Asked, passkey_id: UUID, data: PasskeyName) -> None:
    """Another name for one of my keys."""
    await service.rename_passkey(actor_of(request), passkey_id, data)


@delete("/me/passkeys/{passkey_id:uuid}", opt=allow(service.remove_passkey), tags=["me"])
async def delete_passkey(request: Asked, passkey_id: UUID) -> None:
    """Remove one of my keys; not the last way in. Needs a fresh proof."""
    await service.remove_passkey(actor_of(request), passkey_id)


routes = [
    create_sign_in_challenge,
    create_passkey_session,
    list_passkeys,
    create_challenge,
    create_passkey,
    change_passkey,
    delete_passkey,
]
