"""Text, spoken call, e-mail and letter leave through HTTP gateways (settings ``sms_gateway_url``, ``voice_…``, …).

One POST of JSON for each delivery::

    {"id": "…", "by": "sms", "to": "138…", "text": "…", "title": "…", "lang": "zh_CN", "place": "230103",
     "urgency": "normal", "expires": "…"}    for an e-mail with "mime", the whole of it as it would travel,
                                            for a letter with "pdf", base64

``by`` is ``sms``, ``call`` (the gateway's voice reads the text), ``email`` or ``letter``; ``to`` is an address for the
last two, and empty for a letter to a person: that goes to the people of ``place`` who bring it.
``Idempotency-Key`` is the id of the delivery: the same one again must not be sent twice. With a secret
(``gateway_secrets``) the request is signed as ``signing`` says. Any 2xx or 409 means taken; a JSON answer may hold the
provider's ``id``, the ``cost`` in 分, and ``"state": "delivered"``. 400, 410 and 422 mean never; everything else is
tried again. What became of it comes back to
``/api/v1/notifications/callbacks/{sms|voice|email|letter}``, signed in the same way.
"""

from base64 import b64encode
from typing import Literal
from uuid import UUID

import httpx
import msgspec

from backend.core import clock, crypto
from backend.core.log import logger
from backend.core.outbound import client
from backend.core.words import words
from backend.notifications.adapters import local
from backend.notifications.adapters.letter import Letter, pdf
from backend.notifications.adapters.port import Outgoing, Taken
from backend.notifications.adapters.secrets import secret_of
from backend.notifications.adapters.signing import signed
from backend.settings import settings

BY = {"sms": "sms", "voice": "call", "email": "email", "letter": "letter"}
NEVER = frozenset({400, 410, 422})
MOST = 1_000_000  # 分 that one message may cost; a mark that cannot be kept would undo those of the whole batch


class _Answer(msgspec.Struct, frozen=True):
    id: str = ""
    cost: int | None = None
    state: Literal["sent", "delivered"] = "sent"


class HttpChannel:
    """One of the four. In the demonstration, where no address is set, the local gateway takes what is sent."""

    def __init__(self, name: str) -> None:
        self.name = name

    def ready(self) -> bool:
        """An address is set, or the local gateway stands in."""
        return bool(getattr(settings(), f"{self.name}_gateway_url")) or settings().demo

    def receipts(self) -> bool:
        """Whoever signs also reports back. Nobody has to in the demonstration."""
        return bool(self._url() and secret_of(self.name))

    async def reaches(self, person: UUID | None, phone: str) -> bool:
        """A number for texts and voices; a letter goes to the person's division."""
        return bool(person) if self.name == "letter" else bool(phone)

    async def send(self, message: Outgoing, http: httpx.AsyncClient) -> Taken:
        """One POST."""
        if self.name in ("sms", "voice") and not message.phone:
            return Taken(state="failed", reason="not-set-up")  # the number was taken away meanwhile
        said = self.said(message)
        if self.name == "letter":
            said |= {"pdf": b64encode(message.pdf or await pdf(printed(message))).decode()}
        body = msgspec.json.encode(said)
        headers = {"content-type": "application/json", "Idempotency-Key": str(message.id)}
        secret = secret_of(self.name)
        if secret:
            headers |= signed(secret, crypto.token(), body)
        if not self._url() and not settings().demo:
            return Taken(state="failed", reason="not-set-up")
        try:
            if not self._url():
                async with client(local.transport()) as inside:
                    return self._read(message, await inside.post(local.url(self.name), content=body, headers=headers))
            return self._read(message, await http.post(self._url(), content=body, headers=headers))
        except httpx.HTTPError as error:
            return self._not_taken(message, type(error).__name__, silent=True)

    def _url(self) -> str:
        """Where to. Spoken codes go through the gateway for texts where voices have none of their own."""
        chosen = settings()
        found: str = getattr(chosen, f"{self.name}_gateway_url")
        return found or (chosen.sms_gateway_url if self.name == "voice" else "")

    def said(self, message: Outgoing) -> dict[str, object]:
        """What the gateway gets; the printer a file besides."""
        to = message.address if self.name in ("email", "letter") else message.phone
        return {
            "id": str(message.id), "by": BY[self.name], "to": to,
            "text": message.text, "title": message.subject or message.title, "lang": message.lang,
            "place": message.place, "urgency": message.urgency, "expires": message.expires,
        }  # fmt: skip

    def _read(self, message: Outgoing, answer: httpx.Response) -> Taken:
        if answer.status_code in NEVER:
            return Taken(state="failed", reason=f"status-{answer.status_code}")
        if not answer.is_success and answer.status_code != 409:
            return self._not_taken(message, f"status-{answer.status_code}")
        try:
            said = msgspec.json.decode(answer.content, type=_Answer)
        except (msgspec.DecodeError, RecursionError):  # taken all the same: sending it again would tell it twice
            said = _Answer()
        cost = said.cost if said.cost is not None and 0 <= said.cost <= MOST else None
        return Taken(state=said.state, provider="".join(filter(str.isprintable, said.id))[:100], cost=cost)

    def _not_taken(self, message: Outgoing, reason: str, *, silent: bool = False) -> Taken:
        logger.log("warning", "message not taken", id=str(message.id), channel=self.name, reason=reason)
        return Taken(state="again", reason=reason, silent=silent)


def printed(message: Outgoing) -> Letter:
    """A letter to a person has no address: whoever brings it knows where. It says where to go on, if anywhere."""
    say, origin = words(message.lang, message.plain).gettext, settings().public_url.rstrip("/")
    leads = bool(origin and message.next) and message.href.startswith("/")
    return Letter(
        message.address, message.subject or say(message.title), message.text, clock.now(), message.lang,
        (say(message.next), origin + message.href) if leads else ("", ""),
    )  # fmt: skip
