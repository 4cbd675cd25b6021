"""The official Python client of GOV.UK Notify, unmodified, against our v2 interface."""

from functools import partial

import httpx
import pytest
from babel.dates import format_date
from notifications_python_client.errors import HTTPError
from pypdf import PdfReader

from backend.core import clock, db
from backend.messaging import service
from backend.messaging.schemas import GuestsRequest, TextRequest
from backend.notifications import service as notifications
from tests.identity.factories import no_one
from tests.messaging.factories import a_service, a_template, admin, beside, came, key, signed
from tests.messaging.talking import ORIGIN, Client, notify, refused, started

__all__ = ["notify"]

ADDRESS = {"address_line_1": "李秀兰", "address_line_2": "中山路 1 号", "address_line_3": "哈尔滨市 150001"}


async def test_a_text_message_goes_out_and_tells_what_became_of_it(notify: Client) -> None:
    actor, one, api = await started(notify)
    template = await a_template(actor, one)
    made = await beside(
        lambda: api.send_sms_notification("138 0000 0001", str(template.id), {"name": "李秀兰"}, reference="w-1")
    )
    assert made["content"] == {"body": "李秀兰 您好，明天停水。", "from_number": "水务短信"}
    assert (made["reference"], made["template"]["version"]) == ("w-1", 1)
    assert made["uri"] == f"{ORIGIN}/v2/notifications/{made['id']}"
    assert (await notifications.latest(1))[0].body == "李秀兰 您好，明天停水。"
    assert (await beside(lambda: api.get_notification_by_id(made["id"])))["status"] == "sending"
    await notifications.deliver_waiting(notifications.REST)
    found = await beside(lambda: api.get_notification_by_id(made["id"]))
    assert (found["status"], found["phone_number"], found["type"]) == ("delivered", "13800000001", "sms")
    assert found["completed_at"] and found["body"] == made["content"]["body"]
    assert found["cost_details"]["billable_sms_fragments"] == 1


async def test_email_and_letters_are_taken(notify: Client) -> None:
    actor, one, api = await started(notify)
    mail = await a_template(actor, one, kind="email", subject="停水 ((day))")
    letter = await a_template(actor, one, kind="letter", subject="停水")
    made = await beside(
        lambda: api.send_email_notification("li@example.org", str(mail.id), {"name": "李", "day": "周一"})
    )
    assert made["content"]["subject"] == "停水 周一"
    made = await beside(lambda: api.send_letter_notification(str(letter.id), ADDRESS | {"name": "李"}))
    found = await beside(lambda: api.get_notification_by_id(made["id"]))
    assert (found["line_1"], found["line_3"], found["line_4"]) == ("李秀兰", "哈尔滨市 150001", None)
    assert found["status"] == "accepted"
    paper = await beside(lambda: api.get_pdf_for_letter(made["id"]))
    shown = PdfReader(paper).pages[0].extract_text()
    assert "李秀兰\n" in shown and "停水" in shown and format_date(clock.today(), "long", "zh_CN") in shown
    narrowed = await beside(lambda: api.get_all_notifications(status="accepted", template_type="letter"))
    assert [each["id"] for each in narrowed["notifications"]] == [made["id"]]


async def test_the_list_goes_on_with_older_ones_and_can_be_narrowed(notify: Client) -> None:
    actor, one, api = await started(notify)
    template = str((await a_template(actor, one, "停水")).id)
    sent = [
        (await beside(partial(api.send_sms_notification, "13800000001", template, reference=f"r{n}")))["id"]
        for n in range(3)
    ]
    await notifications.deliver_waiting(notifications.REST)
    found = await beside(api.get_all_notifications)
    assert [each["id"] for each in found["notifications"]] == sent[::-1]
    older = await beside(lambda: api.get_all_notifications(older_than=sent[1]))
    assert [each["id"] for each in older["notifications"]] == sent[:1]
    narrowed = await beside(lambda: api.get_all_notifications(reference="r1", template_type="sms", status="delivered"))
    assert [each["id"] for each in narrowed["notifications"]] == [sent[1]]
    assert (await beside(lambda: api.get_all_notifications(status="failed")))["notifications"] == []
    assert len(await beside(lambda: list(api.get_all_notifications_iterator()))) == 3


async def test_templates_versions_and_previews(notify: Client) -> None:
    actor, one, api = await started(notify)
    template = await a_template(actor, one)
    await service.save_text(
        actor, template.id, TextRequest(lang="zh_CN", wording="standard", body="((name))：后天停水。")
    )
    await service.save_text(actor, template.id, TextRequest(lang="zh_CN", wording="plain", body="((name))，后天没水。"))
    known = str(template.id)
    assert (await beside(lambda: api.get_template(known)))["body"] == "((name))：后天停水。"
    old = await beside(lambda: api.get_template_version(known, 1))
    assert (old["version"], old["body"], old["type"]) == (1, "((name)) 您好，明天停水。", "sms")
    shown = await beside(lambda: api.post_template_preview(known, {"name": "王敏"}))
    assert (shown["body"], shown["version"]) == ("王敏：后天停水。", 3)
    every = await beside(api.get_all_templates)
    assert [each["id"] for each in every["templates"]] == [known]
    assert (await beside(lambda: api.get_all_templates("email")))["templates"] == []


async def test_answers_come_back_to_whoever_wrote(notify: Client) -> None:
    actor, one, api = await started(notify)
    template = str((await a_template(actor, one, "停水")).id)
    await beside(lambda: api.send_sms_notification("13800000001", template))
    await notifications.deliver()
    for words in ("好的", "几点来水"):
        await came("+86 13800000001", words)
    await came("13800000002", "谁啊")
    found = await beside(api.get_received_texts)
    assert [each["content"] for each in found["received_text_messages"]] == ["几点来水", "好的"]
    assert found["received_text_messages"][0]["user_number"] == "8613800000001"
    assert [each["content"] for each in await beside(lambda: list(api.get_received_texts_iterator()))] == [
        "几点来水", "好的",
    ]  # fmt: skip


async def test_refusals_are_in_the_form_that_the_client_reads(notify: Client) -> None:
    actor, one, api = await started(notify)
    template = str((await a_template(actor, one)).id)
    wrong = HTTPError
    with pytest.raises(wrong) as error:
        await beside(lambda: api.send_sms_notification("13800000001", template))
    refused(error, 400, "BadRequestError", "Missing personalisation: name")
    with pytest.raises(wrong) as error:
        await beside(lambda: api.send_sms_notification("12", template, {"name": "x"}))
    refused(error, 400, "ValidationError", "phone_number")
    with pytest.raises(wrong) as error:
        await beside(lambda: api.send_sms_notification("13800000001", "x", {"name": "x"}))
    refused(error, 400, "ValidationError", "template_id is not a valid UUID")
    with pytest.raises(wrong) as error:
        await beside(lambda: api.send_sms_notification("13800000001", str(no_one())))
    refused(error, 400, "BadRequestError", "Template not found")
    with pytest.raises(wrong) as error:
        await beside(lambda: api.send_email_notification("li@example.org", template, {"name": "x"}))
    refused(error, 400, "BadRequestError", "sms template is not suitable for email notification")
    with pytest.raises(wrong) as error:
        await beside(lambda: api.get_notification_by_id(str(no_one())))
    refused(error, 404, "NoResultFound", "No result found")
    with pytest.raises(wrong) as error:
        await beside(lambda: api.get_all_notifications(status="lost"))
    refused(error, 400, "ValidationError", "status lost is not one of")


async def test_json_that_is_nested_for_ever_is_refused_as_json(notify: Client, client: httpx.AsyncClient) -> None:
    actor = await admin()
    whole = await key(actor, await a_service(actor))
    body = b'{"personalisation":' + b"[" * 10_000
    headers = {"Authorization": f"Bearer {signed(whole)}", "Content-Type": "application/json"}
    answer = await client.post("/v2/notifications/sms", content=body, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (400, "Invalid JSON supplied in POST data")


async def test_another_services_things_are_not_there(notify: Client) -> None:
    actor, one, api = await started(notify)
    template = str((await a_template(actor, one, "停水")).id)
    made = await beside(lambda: api.send_sms_notification("13800000001", template))
    other = notify(await key(actor, await a_service(actor, "燃气短信")))
    assert (await beside(other.get_all_notifications))["notifications"] == []
    for asked in (lambda: other.get_notification_by_id(made["id"]), lambda: other.get_template(template)):
        with pytest.raises(HTTPError) as error:
            await beside(asked)
        refused(error, 404, "NoResultFound", "No result found")


async def test_a_team_key_reaches_guests_only_and_a_test_key_nobody(notify: Client) -> None:
    actor, one, api = await started(notify, "team")
    template = str((await a_template(actor, one, "停水")).id)
    await service.set_guests(actor, one, GuestsRequest(guests="13800000001"))
    await beside(lambda: api.send_sms_notification("13800000001", template))
    with pytest.raises(HTTPError) as error:
        await beside(lambda: api.send_sms_notification("13800000009", template))
    refused(error, 400, "BadRequestError", "team-only API key")
    tried = notify(await key(actor, one, "test"))
    before = len(await notifications.latest(50))
    for number, status in (("13800000001", "delivered"), ("13800000003", "permanent-failure")):
        made = await beside(partial(tried.send_sms_notification, number, template))
        assert (await beside(partial(tried.get_notification_by_id, made["id"])))["status"] == status
    assert len(await notifications.latest(50)) == before


async def test_a_flood_is_held_back(notify: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.messaging.service.sending.RATE", 1)
    actor, one, api = await started(notify)
    template = str((await a_template(actor, one, "停水")).id)
    await beside(lambda: api.send_sms_notification("13800000001", template))
    with pytest.raises(HTTPError) as error:
        await beside(lambda: api.send_sms_notification("13800000001", template))
    refused(error, 429, "RateLimitError", "Exceeded rate limit")


async def test_answers_do_not_come_to_whoever_only_tried_it(notify: Client) -> None:
    actor, one, api = await started(notify)
    template = str((await a_template(actor, one, "停水")).id)
    await beside(lambda: api.send_sms_notification("13800000001", template))
    other = await a_service(actor, "另一系统")
    curious, theirs = notify(await key(actor, other, "test")), str((await a_template(actor, other, "试试")).id)
    await notifications.deliver()
    await beside(lambda: curious.send_sms_notification("13800000001", theirs))
    await came("13800000001", "我家在三楼")
    assert (await beside(curious.get_received_texts))["received_text_messages"] == []
    (found,) = (await beside(api.get_received_texts))["received_text_messages"]
    assert found["content"] == "我家在三楼"


async def test_letters_that_are_on_their_way_for_days_hold_back_no_news_of_a_text(notify: Client) -> None:
    actor, one, api = await started(notify)
    letter = str((await a_template(actor, one, "停水", kind="letter", subject="停水")).id)
    text = str((await a_template(actor, one, "停水")).id)
    lines = {f"address_line_{number}": "x" for number in (1, 2, 3)}
    for _ in range(3):
        await beside(lambda: api.send_letter_notification(letter, lines))
    await beside(lambda: api.send_sms_notification("13800000001", text))
    await db.execute("UPDATE notifications_message SET state = 'delivered' WHERE phone IS NOT NULL")
    assert await service.settle_waiting(limit=2) == 4
    kept = await db.fetch("SELECT status FROM messaging_notice ORDER BY id")
    assert [row["status"] for row in kept] == ["sending"] * 3 + ["delivered"]
