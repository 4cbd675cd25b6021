"""The HTTP adapter. An answer that is unsigned, belongs to another request or is too old counts as no answer."""

from typing import Literal
from urllib.parse import urlsplit

import httpx
import msgspec

from backend.core import crypto
from backend.core.log import logger
from backend.core.outbound import client
from backend.identity.realname.port import RealNameAnswer
from backend.identity.realname.signing import believable, signed_headers


class _Body(msgspec.Struct, frozen=True):
    result: Literal["match", "no-match"]
    reference: str


class HttpRealNameCheck:
    """The adapter. ``transport`` is for tests and the demonstration."""

    def __init__(self, url: str, *, app: str, secret: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url, self._app, self._secret, self._transport = url, app, secret.encode(), transport

    async def compare(self, name: str, number: str, kind: str) -> RealNameAnswer:
        """Ask once; whatever goes wrong on the way is ``unavailable``, and the log says what kind of thing it was."""
        body = msgspec.json.encode({"kind": kind, "name": name, "number": number})
        nonce = crypto.token()
        headers = signed_headers(self._secret, "POST", urlsplit(self._url).path, self._app, nonce, body)
        try:
            async with client(self._transport) as http:
                answer = await http.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as error:
            return self._no_answer(type(error).__name__)
        if answer.status_code != 200:
            return self._no_answer(f"status {answer.status_code}")
        if not believable(self._secret, "ANSWER", urlsplit(self._url).path, answer.headers, nonce, answer.content):
            return self._no_answer("signature")
        try:
            said = msgspec.json.decode(answer.content, type=_Body)
        except (msgspec.DecodeError, RecursionError):
            return self._no_answer("form")
        return RealNameAnswer(said.result, said.reference)

    @staticmethod
    def _no_answer(reason: str) -> RealNameAnswer:
        logger.log("warning", "real-name check gave no answer", reason=reason)
        return RealNameAnswer("unavailable")
