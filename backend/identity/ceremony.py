"""What a passkey device is asked and what it answers (WebAuthn level 3), around the ``webauthn`` library.

The library takes a quarter of a second to load, so that happens at the first passkey and not at the start. It raises
many kinds of exceptions for broken answers; all of them mean the same to us: ``NotGood``.
"""

import asyncio
import json
from collections.abc import Sequence
from importlib import import_module

import msgspec

from backend.identity.origin import host, origin

MINUTES = 5


class NotGood(Exception):
    """The answer is not the answer to what was asked, or is not signed by the key."""


class Registered(msgspec.Struct, frozen=True):
    """A new key of a device."""

    credential: bytes
    public_key: bytes
    sign_count: int
    synced: bool


class Answer(msgspec.Struct, frozen=True):
    """What an answer says of itself before it is believed: which key, which challenge, whose handle."""

    credential: bytes
    challenge: bytes
    handle: bytes


async def ready() -> None:
    """Load the library beside the event loop, once."""
    await asyncio.to_thread(import_module, "webauthn")


def creation(subject: bytes, name: str, challenge: bytes, known: Sequence[bytes]) -> str:
    """The options of ``navigator.credentials.create`` as JSON: a key that can be found without a user name."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_registration_options(
        rp_id=host(),
        rp_name="Linli 邻里",
        user_id=subject,
        user_name=name,
        challenge=challenge,
        timeout=MINUTES * 60_000,
        attestation=structs.AttestationConveyancePreference.NONE,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return webauthn.options_to_json(options)


def request(challenge: bytes, allowed: Sequence[bytes] = ()) -> str:
    """The options of ``navigator.credentials.get`` as JSON; with none ``allowed`` the device offers what it has."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_authentication_options(
        rp_id=host(),
        challenge=challenge,
        timeout=MINUTES * 60_000,
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=each) for each in allowed],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def read(credential: str) -> Answer:
    """What the answer says of itself; raises ``NotGood``. An answer given inside another site's frame is none."""
    from webauthn.helpers import base64url_to_bytes

    try:
        body = json.loads(credential)
        client = json.loads(base64url_to_bytes(body["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(client["challenge"])
        handle = base64url_to_bytes(body["response"].get("userHandle") or "")
        framed = bool(client.get("crossOrigin"))
        answer = Answer(base64url_to_bytes(body["rawId"]), challenge, handle)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotGood from error
    if framed:
        raise NotGood
    return answer


def registered(credential: str, challenge: bytes) -> Registered:
    """The new key in an answer whose challenge was found to be ours; raises ``NotGood``."""
    import webauthn

    try:
        good = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host(),
            expected_origin=origin(),
            require_user_verification=True,
        )
    except Exception as error:
        raise NotGood from error
    return Registered(good.credential_id, good.credential_public_key, good.sign_count, good.credential_backed_up)


def proved(credential: str, challenge: bytes, public_key: bytes) -> int:
    """The counter in an answer that the key signed and its owner was verified for; raises ``NotGood``.

    Whether the counter went on is for the caller, who keeps it: a step back is told to the owner.
    """
    import webauthn

    try:
        good = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host(),
            expected_origin=origin(),
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:
        raise NotGood from error
    return good.new_sign_count
