"""E-mails and letters of other systems go out like everything else, and their status is what became of them."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx
import pytest
from pypdf import PdfReader

from backend.core import clock, db
from backend.messaging import seam
from backend.notifications import service as notifications
from backend.notifications.adapters import smtp
from backend.notifications.schemas import Outcome
from tests.messaging.factories import a_service, a_template, admin, ask, key
from tests.notifications.conftest import Set
from tests.notifications.factories import Gateway
from tests.support.mailbox import Mailbox, open_mailbox

LINES = {"address_line_1": "李秀兰", "address_line_2": "中山路 1 号", "address_line_3": "哈尔滨市 150001", "name": "李"}
LEAVE = "https://water.example/stop?k=1"


class Side:
    """A system with a key and a template of each kind."""

    def __init__(self, client: httpx.AsyncClient, whole: str, mail: UUID, letter: UUID) -> None:
        self.client, self.whole, self.mail, self.letter = client, whole, mail, letter

    async def send(self, kind: str, **more: Any) -> dict[str, Any]:
        given = {"email": {"email_address": "li@example.org", "personalisation": {"name": "李"}}}.get(
            kind, {"personalisation": LINES}
        )
        body = {"template_id": str(self.mail if kind == "email" else self.letter)} | given | more
        answer = await ask(self.client, self.whole, "POST", f"/v2/notifications/{kind}", json=body)
        found: dict[str, Any] = answer.json()
        return found

    async def status(self, made: dict[str, Any]) -> str:
        answer = await ask(self.client, self.whole, "GET", f"/v2/notifications/{made['id']}")
        return str(answer.json()["status"])


@pytest.fixture
async def side(client: httpx.AsyncClient) -> Side:
    actor = await admin()
    one = await a_service(actor)
    mail = await a_template(actor, one, kind="email", subject="停水 ((name))")
    letter = await a_template(actor, one, kind="letter", subject="停水")
    return Side(client, await key(actor, one), mail.id, letter.id)


@pytest.fixture
async def box(gateways: Set) -> AsyncIterator[Mailbox]:
    async with open_mailbox() as found:
        gateways(smtp=f"smtp+plain://127.0.0.1:{found.port}")
        smtp._pools.clear()
        yield found


async def test_an_email_arrives_as_the_template_says(side: Side, box: Mailbox) -> None:
    made = await side.send("email", one_click_unsubscribe_url=LEAVE)
    assert await side.status(made) == "sending"
    await notifications.deliver_waiting(notifications.MAIL)
    (mail,) = box.mails
    assert (mail["To"], mail["Subject"], mail["List-Unsubscribe"]) == ("li@example.org", "停水 李", f"<{LEAVE}>")
    plain = mail.get_body(("plain",))
    assert plain is not None and "李 您好，明天停水。" in plain.get_content()
    assert await side.status(made) == "delivered"


@pytest.mark.parametrize(("says", "status"), [("550 no such box", "permanent-failure"), ("450 wait", "sending")])
async def test_a_refusal_of_the_mail_server_is_told_as_it_is(side: Side, box: Mailbox, says: str, status: str) -> None:
    box.answers["RCPT"] = [says]
    made = await side.send("email")
    await notifications.deliver_waiting(notifications.MAIL)
    assert await side.status(made) == status


async def test_where_nothing_is_set_up_nothing_is_said_to_be_on_its_way(side: Side, gateways: Set) -> None:
    gateways("sms")
    for kind in ("email", "letter"):
        assert await side.status(await side.send(kind)) == "technical-failure"


async def test_a_letter_goes_to_the_printer_and_is_received_when_the_printer_says_so(side: Side, gateways: Set) -> None:
    gateways("letter", secret="shared")
    made, printer = await side.send("letter"), Gateway()
    assert await notifications.deliver(printer.transport) == 1
    (paper,) = printer.taken
    assert (paper["by"], paper["to"].splitlines()[0], paper["title"]) == ("letter", "李秀兰", "停水")
    shown = PdfReader(BytesIO(base64.b64decode(paper["pdf"]))).pages[0].extract_text()
    assert shown.index(paper["to"].splitlines()[-1]) < shown.index("停水") and paper["text"] in shown.replace("\n", "")
    assert await side.status(made) == "accepted"
    await notifications.arrived(await message_of(made), "letter")
    assert await side.status(made) == "received"


async def test_a_gateway_that_reports_back_has_not_delivered_before_it_says_so(side: Side, gateways: Set) -> None:
    gateways("email", secret="shared")
    made = await side.send("email")
    await notifications.deliver(Gateway().transport)
    assert await side.status(made) == "sending"
    with clock.frozen(clock.now() + timedelta(days=3)):
        await notifications.advance()
        found = await notifications.outcomes_about([UUID(made["id"])])
    assert seam.status_of(found[UUID(made["id"])]) == "temporary-failure"


@pytest.mark.parametrize("url", ["http://a.example/", "https://a.example/\r\nBcc: x", "https://a.example/<x>", "x", 7])
async def test_an_address_to_unsubscribe_at_is_one(side: Side, url: object) -> None:
    assert (
        "one_click_unsubscribe_url" in (await side.send("email", one_click_unsubscribe_url=url))["errors"][0]["message"]
    )


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("refused", "permanent-failure"), ("number-unknown", "permanent-failure"), ("late", "temporary-failure"),
        ("switched-off", "temporary-failure"), ("not-set-up", "technical-failure"), ("status-503", "technical-failure"),
        ("ConnectError", "technical-failure"), ("channel-away", "technical-failure"),
        ("status-422", "permanent-failure"),
    ],
)  # fmt: skip
def test_whose_fault_it_was(reason: str, status: str) -> None:
    assert seam.status_of(Outcome(state="failed", reason=reason)) == status


async def message_of(made: dict[str, Any]) -> UUID:
    found: UUID = await db.fetchval("SELECT id FROM notifications_message WHERE about = $1", UUID(made["id"]))
    return found
