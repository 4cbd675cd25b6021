"""Letters that come finished: the official client hands a PDF over, the printer gets that one, and it is forgotten."""

import base64
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import httpx
import msgspec
import pytest
from notifications_python_client.errors import HTTPError

from backend.core import crypto, db, register, rotation
from backend.messaging.sealed import SEALED
from backend.messaging.service import letters
from backend.notifications import service as notifications
from backend.notifications.service import enclosing
from backend.settings import RootKey
from tests.identity.factories import no_one
from tests.messaging.factories import a_service, beside, key
from tests.messaging.papers import HOME, a_letter, action, changed
from tests.messaging.talking import Client, notify, read_here, refused, started

__all__ = ["notify", "read_here"]
pytestmark = pytest.mark.usefixtures("read_here")


async def posted(api: Any, data: bytes | None = None, reference: str = "b-1", **more: Any) -> dict[str, Any]:
    given = BytesIO(a_letter() if data is None else data)
    made: dict[str, Any] = await beside(lambda: api.send_precompiled_letter_notification(reference, given, **more))
    return made


async def delivered(answers: Callable[[httpx.Request], httpx.Response]) -> None:
    await notifications.deliver(httpx.MockTransport(answers), notifications.PAPER)


async def test_a_finished_letter_is_taken_told_of_and_given_back_as_it_came(notify: Client) -> None:
    _, _, api = await started(notify)
    made = await posted(api, postage="first")
    assert set(made) == {"id", "reference", "postage"}
    assert (made["reference"], made["postage"]) == ("b-1", "first")
    found = await beside(lambda: api.get_notification_by_id(made["id"]))
    assert (found["type"], found["status"], found["postage"]) == ("letter", "accepted", "first")
    assert [found[f"line_{n}"] for n in (2, 3, 4)] == HOME.splitlines()
    assert found["cost_details"] == {"billable_sheets_of_paper": 1, "postage": "first"}
    assert found["template"]["name"] == "Pre-compiled PDF"
    assert (await beside(lambda: api.get_pdf_for_letter(made["id"]))).read() == a_letter()
    listed = await beside(lambda: api.get_all_notifications(template_type="letter", reference="b-1"))
    assert [each["id"] for each in listed["notifications"]] == [made["id"]]


async def test_the_printer_gets_the_file_and_not_a_letter_of_ours(notify: Client, gateways: Any) -> None:
    gateways("letter")
    _, _, api = await started(notify)
    await posted(api)
    asked: list[dict[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(msgspec.json.decode(request.content))
        return httpx.Response(202, json={"id": "p-1"})

    await delivered(answer)
    (one,) = asked
    assert base64.b64decode(one["pdf"]) == a_letter()
    assert one["to"].splitlines()[1:] == HOME.splitlines()


async def test_a_batch_takes_a_few_files_and_the_rest_comes_with_the_next(
    notify: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enclosing, "AT_ONCE", 1)
    _, _, api = await started(notify)
    for _ in range(3):
        await posted(api)
    assert await notifications.deliver(None, notifications.PAPER) == 1
    assert await notifications.deliver_waiting(notifications.PAPER) == 2


async def test_a_file_that_is_gone_or_that_no_key_opens_is_not_printed_as_something_else(notify: Client) -> None:
    _, _, api = await started(notify)
    await posted(api)
    await posted(api)
    await db.execute("DELETE FROM messaging_letter WHERE id = (SELECT id FROM messaging_letter ORDER BY id LIMIT 1)")
    await db.execute("UPDATE messaging_letter SET content = substr(content, 1, 50)")
    assert await notifications.deliver(None, notifications.PAPER) == 0
    rows = await db.fetch("SELECT state, reason FROM notifications_delivery ORDER BY id")
    assert [(row["state"], row["reason"]) for row in rows] == [("failed", "forgotten")] * 2


async def test_it_is_kept_sealed_and_outlives_a_new_root_key(notify: Client) -> None:
    _, _, api = await started(notify)
    made = await posted(api)
    row = dict(await db.fetchrow("SELECT * FROM messaging_letter") or {})
    assert b"%PDF" not in row["content"] and b"%PDF" not in row["secret"]
    now = crypto.keys()
    new = RootKey(now[0].id + 1, b"\x07" * 32)
    (sealed,) = [each for each in SEALED if each.table == "messaging_letter"]
    with crypto.using(new, *now):
        assert [moved async for moved in rotation.rotate(sealed)] == [1]
    with crypto.using(new):
        assert await letters.file_of(row["id"]) == a_letter()
    assert str(row["id"]) == made["id"]


async def test_it_is_forgotten_with_the_message() -> None:
    terms = {line.table: (line.keep, line.since) for line in register.held()}
    assert terms["messaging_letter"] == terms["messaging_notice"] == (timedelta(days=90), "created")
    assert await letters.file_of(no_one()) == b""


async def test_a_test_key_prints_nothing_and_a_team_key_may_not(notify: Client) -> None:
    actor, one, api = await started(notify, "test")
    made = await posted(api)
    found = await beside(lambda: api.get_notification_by_id(made["id"]))
    assert found["status"] == "received"
    assert (await beside(lambda: api.get_pdf_for_letter(made["id"]))).read() == a_letter()
    assert await db.fetchval("SELECT count(*) FROM notifications_message") == 0
    with pytest.raises(HTTPError) as error:
        await posted(notify(await key(actor, one, "team")))
    refused(error, 403, "BadRequestError", "Cannot send letters with a team api key")


async def test_refusals_are_in_the_words_that_the_client_reads(notify: Client) -> None:
    _, _, api = await started(notify)

    async def no(kind: str, words: str, data: bytes = b"", reference: str = "x", **more: Any) -> None:
        with pytest.raises(HTTPError) as error:
            await posted(api, data, reference, **more)
        refused(error, 400, kind, words)

    await no("BadRequestError", "Letter content is not a valid PDF")
    await no("BadRequestError", "Letter content has JavaScript", changed(action("/JavaScript")))
    await no("BadRequestError", "Letter content is larger than 5MB", bytes((5 << 20) + 1))
    await no("ValidationError", "postage invalid. It must be either first, second or economy.", postage="third")
    await no("ValidationError", "reference", reference="")
    for given, words in (
        ({"content": "&"}, "reference is a required property"),
        ({"reference": "x", "content": "&"}, "Letter content is not base64 encoded"),
        ({"reference": "x", "content": 1}, "Letter content is not of type string"),
        ({"reference": "x", "content": "", "template_id": "y"}, "template_id was unexpected"),
    ):
        with pytest.raises(HTTPError) as error:
            await beside(lambda given=given: api.post("/v2/notifications/letter", data=given))  # type: ignore[misc]
        found: Any = error.value.message
        refused(error, 400, found[0]["error"], words)
    assert await db.fetchval("SELECT count(*) FROM messaging_notice") == 0


async def test_another_services_letter_is_not_there(notify: Client) -> None:
    actor, _, api = await started(notify)
    made = await posted(api)
    other = notify(await key(actor, await a_service(actor, "燃气短信")))
    with pytest.raises(HTTPError) as error:
        await beside(lambda: other.get_pdf_for_letter(made["id"]))
    assert error.value.status_code == 404
