"""Files by e-mail: the official client hands one over, whoever has the link takes it, and then it is gone."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx
import pytest
from notifications_python_client.errors import HTTPError
from notifications_python_client.utils import prepare_upload

from backend.core import clock, crypto, db, rate
from backend.core.actor import ANONYMOUS
from backend.core.problems import Invalid, NotFound
from backend.core.sealing import place
from backend.messaging import service
from backend.messaging.api import reading
from backend.messaging.schemas import FileAsk
from backend.messaging.service import NoticeRefused, files
from backend.notifications import service as notifications
from tests.identity.factories import clerk, csrf_of, sign_in_as
from tests.messaging.factories import a_template, ask, beside, key
from tests.messaging.papers import a_letter, changed
from tests.messaging.talking import ORIGIN, Client, notify, read_here, refused, started

__all__ = ["notify", "read_here"]
pytestmark = pytest.mark.usefixtures("read_here")
BILL = "户号,金额\n0451,38.50\n".encode()
TO = "Li@Example.org"


def ready(data: bytes = BILL, **more: Any) -> Any:
    """A file as the client makes it ready."""
    return prepare_upload(BytesIO(data), **more)  # type: ignore[no-untyped-call]


async def sent(notify: Client, kind: str = "normal", **more: Any) -> tuple[dict[str, Any], str]:
    """What the client got back, and the path of the link."""
    actor, one, api = await started(notify, kind)
    template = await a_template(actor, one, "账单：((bill))", kind="email", subject="账单")
    file = ready(**({"filename": "水费 12月.csv"} | more))
    made = await beside(lambda: api.send_email_notification(TO, str(template.id), {"bill": file}))
    link = re.search(rf"{ORIGIN}(/files/[\w-]+)$", made["content"]["body"])
    assert link is not None
    return made, link[1]


async def posted(client: httpx.AsyncClient, path: str, **typed: str) -> httpx.Response:
    page = await client.get(path)
    csrf = {"csrf": csrf_of(page.text)} if 'name="csrf"' in page.text else {}
    return await client.post(path, data=csrf | typed)


async def test_a_file_arrives_as_a_link_and_is_taken_by_who_knows_the_address(
    notify: Client, client: httpx.AsyncClient
) -> None:
    made, path = await sent(notify)
    assert (await notifications.latest(1))[0].body == made["content"]["body"]
    page = await client.get(path)
    assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
    for words in ("水务短信", "政务服务中心", "CSV", "1 KB", "电子邮箱"):
        assert words in page.text
    wrong = await posted(client, path, email="wang@example.org")
    assert wrong.status_code == 422 and "wang@example.org" in wrong.text and BILL not in wrong.content
    found = await posted(client, path, email=" li@example.org ")
    assert (found.status_code, found.content) == (200, BILL)
    assert found.headers["content-type"].startswith("text/csv")
    assert found.headers["content-disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E6%B0%B4%E8%B4%B9%2012%E6%9C%88.csv" in found.headers["content-disposition"]
    assert "sandbox; default-src 'none'" in found.headers.get_list("content-security-policy")
    assert found.headers["x-content-type-options"] == "nosniff"
    assert await db.fetchval("SELECT count(*) FROM core_announcement WHERE name = 'FileDownloaded'") == 1
    assert await db.fetchval("SELECT wrong FROM messaging_file") == 1


async def test_where_nobody_asks_for_the_address_one_press_is_enough(notify: Client, client: httpx.AsyncClient) -> None:
    _, path = await sent(notify, confirm_email_before_download=False, filename=None)
    page = await client.get(path)
    assert 'name="email"' not in page.text
    found = await posted(client, path)
    assert found.content == BILL and "filename*=UTF-8''file.txt" in found.headers["content-disposition"]


async def test_what_we_keep_opens_for_nobody_without_the_link(notify: Client) -> None:
    _, path = await sent(notify)
    token = path.rpartition("/")[2]
    row = dict(await db.fetchrow("SELECT * FROM messaging_file") or {})
    kept = b"".join(each for each in row.values() if isinstance(each, bytes))
    assert BILL not in kept and token.encode() not in kept and b"example" not in kept
    notice = await db.fetchrow("SELECT id, body, subject FROM messaging_notice")
    assert notice and token not in crypto.open(notice["body"], b"messaging-notice:body:" + notice["id"].bytes)
    with pytest.raises(crypto.CannotOpen):
        crypto.unlock(row["content"], "another", place(files.KIND, "content", row["id"]))


async def test_the_sender_sees_that_there_was_a_link_and_not_which(notify: Client) -> None:
    actor, one, api = await started(notify)
    template = await a_template(actor, one, "账单：((bill))", kind="email", subject="账单")
    made = await beside(lambda: api.send_email_notification(TO, str(template.id), {"bill": ready()}))
    found = await beside(lambda: api.get_notification_by_id(made["id"]))
    assert found["body"] == f"账单：{ORIGIN}/files/…"


@pytest.mark.parametrize(("more", "weeks"), [({}, 26), ({"retention_period": "4 weeks"}, 4)])
async def test_a_file_is_gone_when_its_time_is_over(
    notify: Client, client: httpx.AsyncClient, frozen: Callable[[datetime], None], more: dict[str, str], weeks: int
) -> None:
    _, path = await sent(notify, confirm_email_before_download=False, **more)
    over = clock.now() + timedelta(weeks=weeks)
    frozen(over - timedelta(minutes=1))
    assert (await client.get(path)).status_code == 200
    assert await service.forget_files() == 0
    frozen(over)
    assert (await client.get(path)).status_code == 404
    with pytest.raises(NotFound):
        await service.download_file(ANONYMOUS, path.rpartition("/")[2], FileAsk())
    assert await service.forget_files() == 1


async def test_whoever_guesses_addresses_is_held_back_and_then_nobody_gets_it(
    notify: Client, client: httpx.AsyncClient
) -> None:
    _, path = await sent(notify)
    for _ in range(files.TRIES):
        assert (await posted(client, path, email="a@example.org")).status_code == 422
    held = await posted(client, path, email="li@example.org")
    assert held.status_code == 429 and held.headers["retry-after"] and BILL not in held.content
    await db.execute("UPDATE messaging_file SET wrong = $1", files.WRONG)
    rate.reset()
    assert (await client.get(path)).status_code == 404


async def test_an_empty_address_is_no_wrong_one(notify: Client) -> None:
    _, path = await sent(notify)
    with pytest.raises(Invalid):
        await service.download_file(ANONYMOUS, path.rpartition("/")[2], FileAsk())
    assert await db.fetchval("SELECT wrong FROM messaging_file") == 0


async def test_nobody_learns_whether_there_was_a_file(client: httpx.AsyncClient) -> None:
    for token in ("x", "test-file", "A" * 43, "%E2%80%A6"):
        assert (await client.get(f"/files/{token}")).status_code == 404
        assert (await client.post(f"/files/{token}", data={"email": "a@example.org"})).status_code == 404


async def test_staff_of_another_county_take_their_own_post(notify: Client, client: httpx.AsyncClient) -> None:
    _, path = await sent(notify)
    await sign_in_as(client, await clerk(region="230202"))
    assert (await posted(client, path, email=TO)).content == BILL


async def test_a_test_key_keeps_nothing(notify: Client) -> None:
    _, path = await sent(notify, "test")
    assert path == "/files/test-file"
    assert await db.fetchval("SELECT count(*) FROM messaging_file") == 0


async def test_refusals_are_in_the_words_that_the_client_reads(notify: Client) -> None:
    actor, one, api = await started(notify)
    mail = str((await a_template(actor, one, "((bill))", kind="email", subject="账单")).id)
    text = str((await a_template(actor, one, "((bill))")).id)
    active = changed(lambda writer: writer.add_attachment("a.exe", b"MZ"))

    async def no(file: Any, kind: str, words: str) -> None:
        with pytest.raises(HTTPError) as error:
            await beside(lambda: api.send_email_notification(TO, mail, {"bill": file}))
        refused(error, 400, kind, words)

    await no(ready(b"<html>", filename="a.txt"), "BadRequestError", "Unsupported file type 'text/html'")
    await no(ready(filename="a.exe"), "BadRequestError", "Unsupported file type '.exe'")
    await no(ready(filename="a"), "BadRequestError", "must end with a file extension")
    await no(ready(retention_period="79 weeks"), "BadRequestError", "Supported periods are from 1 to 78 weeks")
    await no(ready(confirm_email_before_download=1), "BadRequestError", "Use a boolean true or false value")
    await no(ready(active), "BadRequestError", "File has JavaScript, an embedded file or an action")
    await no({"file": "&&&"}, "BadRequestError", "File is not base64 encoded")
    await no({"file": "AAAA" * 700_000}, "BadRequestError", "File is larger than 2MB")
    await no({"file": 1}, "ValidationError", "File is not of type string")
    await no({"filename": "a.csv"}, "ValidationError", "file is a required property")
    await no({"file": "QQ==", "path": "/etc"}, "ValidationError", "path was unexpected")
    assert await db.fetchval("SELECT count(*) FROM messaging_file") == 0
    with pytest.raises(HTTPError) as error:
        await beside(lambda: api.send_sms_notification("13800000001", text, {"bill": ready()}))
    refused(error, 400, "BadRequestError", "Can only send a file by email")


async def test_a_pdf_and_three_whole_files_are_taken(notify: Client) -> None:
    actor, one, api = await started(notify)
    mail = await a_template(actor, one, "((a)) ((b)) ((c)) ((d))", kind="email", subject="账单")
    whole = ready(b"x" * (2 << 20), filename="a.txt")
    values = {"a": whole, "b": whole, "c": whole, "d": "x"}
    await beside(lambda: api.send_email_notification(TO, str(mail.id), values))
    pdf = {"a": ready(a_letter()), "b": "", "c": "", "d": ""}
    await beside(lambda: api.send_email_notification(TO, str(mail.id), pdf))
    rows = await db.fetch("SELECT kind, size FROM messaging_file ORDER BY id")
    assert [(row["kind"], row["size"]) for row in rows] == [("txt", 2 << 20)] * 3 + [("pdf", len(a_letter()))]


async def test_a_service_has_so_many_files_a_day(notify: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "A_DAY", 1)
    actor, one, api = await started(notify)
    mail = str((await a_template(actor, one, "((bill))", kind="email", subject="账单")).id)
    send = partial(api.send_email_notification, TO, mail, {"bill": ready()})
    await beside(send)
    with pytest.raises(HTTPError) as error:
        await beside(send)
    refused(error, 429, "TooManyRequestsError", "Exceeded send limits")


async def test_a_large_body_is_read_from_nobody_without_a_key(notify: Client, client: httpx.AsyncClient) -> None:
    actor, one, _ = await started(notify)
    body = b'{"content": "' + b"A" * (8 << 20) + b'"}'
    headers = {"Content-Type": "application/json"}
    for path in ("letter", "email"):
        assert (await client.post(f"/v2/notifications/{path}", content=body, headers=headers)).status_code == 401
    whole = await key(actor, one)
    answer = await ask(client, whole, "POST", "/v2/notifications/sms", content=body)
    assert answer.status_code == 413
    words = await ask(client, whole, "POST", "/v2/notifications/email", json={"personalisation": {"a": "x" * 90_000}})
    assert words.status_code == 413
    assert words.json()["errors"][0]["error"] == "too-large"
    more = b"A" * (10 << 20)
    assert (await ask(client, whole, "POST", "/v2/notifications/email", content=more)).status_code == 413


def test_an_encoder_that_writes_slashes_as_two_signs_is_understood() -> None:
    given = {"content": "/+" * 3_000_000}
    body = b'{"content": "' + given["content"].replace("/", "\\/", 100_000).encode() + b'"}'
    assert reading.bounded(body, given) is given


def test_a_file_is_nothing_that_is_read_as_words() -> None:
    with pytest.raises(NoticeRefused) as error:
        reading.values_of({"bill": {"file": "QQ=="}})
    assert error.value.why == "Can only send a file by email"
    made = reading.notice_of("email", {
        "email_address": TO, "template_id": str(UUID(int=1)),
        "personalisation": {"bill": {"file": "QQ==", "is_csv": True, "filename": None}, "name": "李"},
    })  # fmt: skip
    assert (made.values, made.files["bill"].data, made.files["bill"].csv) == ({"name": "李"}, b"A", True)
