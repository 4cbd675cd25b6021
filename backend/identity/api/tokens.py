"""Tokens of programs, and showing once more who one is."""

from litestar import post

from backend.core.http import PUBLIC, actor_of, allow, client_address, session_of, viewer_of
from backend.identity import service
from backend.identity.api.common import Asked, forget, token_of
from backend.identity.schemas import (
    CodeAgain,
    CodeSent,
    PasskeyAnswer,
    PasskeyChallenge,
    PasswordAgain,
    SignedIn,
    TokenRotation,
    Tokens,
)


@post("/tokens", opt=allow(service.issue_tokens), tags=["sign-in"])
async def create_tokens(request: Asked) -> Tokens:
    """After a sign-in: an access token of ten minutes, and a refresh token that gets the next pair."""
    session = session_of(request)
    by_cookie = session is None or session.by_cookie
    return await service.issue_tokens(actor_of(request), token_of(request), by_cookie=by_cookie)


@post("/tokens/rotation", opt=allow(PUBLIC), tags=["sign-in"])
async def rotate_tokens(request: Asked, data: TokenRotation) -> Tokens:
    """The next pair. Each refresh token works once; an old one used again ends the session."""
    return await service.rotate_tokens(data, address=client_address(request))


@post("/sessions/current/codes", opt=allow(service.send_proof_code), tags=["sign-in"])
async def create_proof_code(request: Asked) -> CodeSent:
    """Send a code to my number on record, to show once more that it is me."""
    address, lang = client_address(request), viewer_of(request).lang
    return await service.send_proof_code(actor_of(request), address=address, lang=lang)


@post("/sessions/current/proofs/code", opt=allow(service.prove_by_code), tags=["sign-in"])
async def prove_by_code(request: Asked, data: CodeAgain) -> SignedIn:
    """The right code renews the session under a new token; the old token is worth nothing."""
    proved = await service.prove_by_code(actor_of(request), data, address=client_address(request))
    forget(request)
    return proved


@post("/sessions/current/passkey-challenges", opt=allow(service.begin_passkey_again), tags=["sign-in"])
async def create_proof_challenge(request: Asked) -> PasskeyChallenge:
    """What one of my devices must sign, to show once more that it is me."""
    return await service.begin_passkey_again(actor_of(request), address=client_address(request))


@post("/sessions/current/proofs/passkey", opt=allow(service.prove_by_passkey), tags=["sign-in"])
async def prove_by_passkey(request: Asked, data: PasskeyAnswer) -> SignedIn:
    """One of my passkeys renews the session under a new token."""
    proved = await service.prove_by_passkey(actor_of(request), data, address=client_address(request))
    forget(request)
    return proved


@post("/sessions/current/proofs/password", opt=allow(service.prove_by_password), tags=["staff"])
async def prove_by_password(request: Asked, data: PasswordAgain) -> SignedIn:
    """The password of staff renews the session under a new token."""
    proved = await service.prove_by_password(actor_of(request), data, address=client_address(request))
    forget(request)
    return proved


routes = [
    create_tokens,
    rotate_tokens,
    create_proof_code,
    prove_by_code,
    create_proof_challenge,
    prove_by_passkey,
    prove_by_password,
]
