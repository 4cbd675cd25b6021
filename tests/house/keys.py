"""What one resident of the matrix holds to prove who they are: a passkey, answers of its device, a code, a token."""

import re
from typing import Any

import msgspec

from backend.core import clock, rate
from backend.identity import service as identity
from backend.identity.schemas import PasskeyNew, PersonSummary
from backend.notifications import service as notifications
from tests.appointments.factories import SYSTEM
from tests.identity import factories
from tests.identity.authenticator import Device


async def keys_of(person: PersonSummary) -> dict[str, Any]:
    """Bodies by what they are for; each is good once, and every request of the matrix is undone."""
    token = await factories.token_for(person)
    session = await identity.resolve_session(token, False)
    assert session is not None
    actor = msgspec.structs.replace(session.actor, proved_at=clock.now())
    device = Device()
    asked = await identity.begin_passkey(actor)
    kept = await identity.register_passkey(
        actor, PasskeyNew(credential=device.make(asked.options), request=asked.request, name="手机")
    )
    new = await identity.begin_passkey(actor)
    sign_in = await identity.begin_passkey_sign_in(SYSTEM, address="")
    again = await identity.begin_passkey_again(actor, address="")
    rate.reset()
    sent = await identity.send_proof_code(actor, address="", lang="en")
    code = re.search(r"[0-9]{6}", (await notifications.latest(1))[0].body)
    assert code is not None
    tokens = await identity.issue_tokens(actor, token, by_cookie=False)
    return {
        "passkey": kept.id,
        "new": {"credential": Device().make(new.options), "request": new.request, "name": "平板"},
        "sign-in": {"credential": device.use(sign_in.options), "request": sign_in.request},
        "again": {"credential": device.use(again.options), "request": again.request},
        "code": {"code": code[0], "request": sent.request},
        "refresh": {"refresh_token": tokens.refresh_token},
    }
