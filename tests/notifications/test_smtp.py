"""E-mail over SMTP: true bytes over a true connection, readable by everybody, never led astray, refusals understood."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from backend.core import db, ids
from backend.core.actor import ANONYMOUS
from backend.notifications import service
from backend.notifications.adapters import mime, signing, smtp
from backend.notifications.adapters.port import Outgoing, Taken
from backend.notifications.schemas import EmailNew, EmailWish, Receiver, Template
from backend.notifications.service import emails
from backend.settings import BadSetting, read, settings
from tests.identity.factories import resident
from tests.notifications.conftest import Set
from tests.notifications.factories import NOON, PLAIN, SYSTEM, deliveries, fresh, row, told
from tests.notifications.test_bounces import REPORT
from tests.notifications.test_emails import proved
from tests.support.certificates import pair
from tests.support.mailbox import Mailbox, open_mailbox

TO = "li@example.org"
SENDER = smtp.sender(msgspec.structs.replace(settings(), email_from="哈尔滨政务服务 <noreply@harbin.gov.cn>"))
Use = Callable[[str], None]


@pytest.fixture
def use(gateways: Set, frozen: Callable[[datetime], None]) -> Use:
    """Which mail server is set; the demonstration is off and texts have a gateway."""
    frozen(NOON)

    def chosen(url: str) -> None:
        gateways("sms", smtp=url)
        smtp._pools.clear()

    return chosen


@pytest.fixture
async def box(use: Use) -> AsyncIterator[Mailbox]:
    async with open_mailbox() as found:
        use(f"smtp+plain://127.0.0.1:{found.port}")
        yield found


def outgoing(**more: str | bool) -> Outgoing:
    plain = Outgoing(
        id=UUID(int=7), message=ids.new(), person=None, phone="", place="", title="Your appointment was cancelled",
        text="请带上身份证。\n详情 https://linli.test/r/abc-1 。", lang="zh_CN", href="", urgency="normal", address=TO,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **more)


@pytest.mark.no_database
@pytest.mark.parametrize("step", ["HELLO", "MAIL"])
async def test_a_server_whose_answer_does_not_end_keeps_no_connection(use: Use, step: str) -> None:
    """As many as there are connections, and then one that is answered: it would wait for ever."""
    gone: list[int] = []

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if step == "MAIL":
                writer.write(b"220 mailbox.test\r\n")
                await reader.readline()
                writer.write(b"250 mailbox.test\r\n")
                await reader.readline()
            while True:
                writer.write(b"250-and\r\n")
                await writer.drain()
                await asyncio.sleep(0)
        except OSError:
            gone.append(1)

    server = await asyncio.start_server(endless, "127.0.0.1", 0)
    use(f"smtp+plain://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    sending = [asyncio.create_task(smtp.send(outgoing())) for _ in range(smtp.CONNECTIONS)]
    await asyncio.wait(sending, timeout=0.05)
    for each in sending:
        each.cancel()
    await asyncio.gather(*sending, return_exceptions=True)
    async with open_mailbox() as box:
        use(f"smtp+plain://127.0.0.1:{box.port}")
        assert (await smtp.send(outgoing())).state == "sent"
    server.close()


def made(**more: str | bool) -> EmailMessage:
    at = datetime(2026, 11, 26, 4, tzinfo=UTC)
    return mime.made(outgoing(**more), sender=SENDER, origin="https://linli.test", phone="12345", at=at)


def parts(mail: EmailMessage) -> tuple[str, str]:
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and rich is not None
    return plain.get_content(), rich.get_content()


class Seen(HTMLParser):
    """What a page holds: tags, where they lead, words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.lang, self.links, self.words = "", [""], ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.lang = self.lang or found.get("lang") or ""
        self.links += [found["href"] or ""] if "href" in found else []

    def handle_data(self, data: str) -> None:
        self.words += data


async def test_an_email_travels_whole_over_one_connection(box: Mailbox) -> None:
    li = await resident()
    mail = await proved(li)
    await service.change_email(fresh(li), mail, EmailWish(first=True, news=True))
    first, second = await told(li, PLAIN), await told(li, PLAIN)
    assert await service.deliver() >= 2
    assert [await deliveries(each) for each in (first, second)] == [[("email", "sent")]] * 2
    sent = [each for each in box.mails if "身份证" in parts(each)[0]]
    assert len(sent) == 2 and box.connections <= smtp.CONNECTIONS
    assert (sent[0]["To"], sent[0]["Auto-Submitted"]) == ("Li.Xiulan@example.org", "auto-generated")
    assert sent[0]["Subject"] == "您的预约取消了"
    assert "https://linli.test/appointments/" in parts(sent[0])[0]
    assert sent[0]["Message-ID"].endswith("@linli.test>") and sent[0]["Message-ID"] != sent[1]["Message-ID"]
    assert f"ENVID={sent[0]['Message-ID'][1:37]}" in " ".join(each for each, _ in box.envelopes)


def test_both_parts_say_the_same_and_nothing_is_loaded_from_anywhere() -> None:
    mail = made(
        next="Say whether you come", href="/appointments/7/coming", lang="en", title="Your appointment is today"
    )
    plain, rich = parts(mail)
    page = Seen(rich)
    assert page.lang == "en" and mail["Content-Language"] == "en"
    assert set(page.tags) <= {"html", "head", "meta", "title", "style", "body", "main", "h1", "p", "a", "footer"}
    assert page.tags.count("h1") == 1
    assert [each for each in page.links if each] == [
        "https://linli.test/r/abc-1", "https://linli.test/appointments/7/coming",
    ]  # fmt: skip
    for words in ("请带上身份证。", "Say whether you come", "12345", "哈尔滨政务服务"):
        assert words in plain and words in page.words
    assert Seen(parts(made())[1]).lang == "zh-Hans"
    assert made()["List-Unsubscribe"] is None


NEXT = {"next": "Say whether you come", "href": "/appointments/7/coming"}


@pytest.mark.parametrize(("plain", "least"), [(False, 18), (True, 23)])
def test_type_is_large_and_larger_for_whom_it_was_wished(plain: bool, least: int) -> None:
    rich = parts(made(plain=plain, **NEXT))[1]
    sizes = [int(each) for each in re.findall(r"font-size:([^;\"]*)px", rich)]
    assert min(sizes) >= least and len(sizes) == 2 and sizes[1] > sizes[0]
    assert len(re.findall(r"font-size", rich)) == 2, "all else is in proportion"
    pressed = re.search(r'<a href="https://linli.test/appointments/7/coming" style="([^"]*)"', rich)
    assert pressed and ("padding:12px" in pressed[1]) == plain


@pytest.mark.parametrize("plain", [False, True])
def test_a_narrow_telephone_a_dark_one_and_one_without_pictures_show_all_of_it(plain: bool) -> None:
    rich = parts(made(plain=plain, **NEXT))[1]
    assert "width=device-width" in rich and "overflow-wrap:anywhere" in rich
    assert not re.search(r"(?<![-\w])(min-)?width:|white-space|<img|url\(", rich)
    light = {each.split(":")[0] for each in re.findall(r"(?<![-\w])(?:color|background|border-color):#\w+", rich)}
    assert light == {"color", "background", "border-color"} and 'content="light dark"' in rich
    assert re.search(
        r"@media\(prefers-color-scheme:dark\)\{body\{background:#\w+!important;color:#\w+!important\}", rich
    )


async def test_an_elder_gets_large_type_and_others_do_not(box: Mailbox) -> None:
    for mode, pixels in (("elder", "24px"), ("standard", "18px")):
        person = await resident(mode=mode)
        mail = await proved(person, EmailNew(email=f"{mode}@example.org"))
        await service.change_email(fresh(person), mail, EmailWish(first=True, news=True))
        message = await told(person, PLAIN)
        assert (await row(message))["plain"] == (mode == "elder")
        await service.deliver(None, service.MAIL)
        sent = [each for each in box.mails if each["To"] == f"{mode}@example.org" and "身份证" in parts(each)[0]]
        assert len(sent) == 1 and f"font-size:{pixels};" in parts(sent[0])[1]


def test_news_can_be_unsubscribed_by_the_mail_program() -> None:
    mail = made(leave="https://linli.test/messages/news/1/2")
    assert mail["List-Unsubscribe"] == "<https://linli.test/messages/news/1/2>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert all("https://linli.test/messages/news/1/2" in each for each in parts(mail))


@pytest.mark.parametrize(
    "evil", ["停水\r\nBcc: a@b.org", "停水\nBcc: a@b.org", "停水\u2028Bcc: a", "\x00停水", "停" * 500]
)
def test_nothing_typed_becomes_a_header_or_a_tag(evil: str) -> None:
    mail = made(subject=evil, text=f"{evil}<script>alert(1)</script>", next="x", href="https://evil.example")
    assert mail["Bcc"] is None and "\n" not in mail["Subject"] and len(mail["Subject"]) <= mime.LONGEST
    assert mail["Subject"].startswith("停水") or mail["Subject"] == "停" * mime.LONGEST
    rich = parts(mail)[1]
    assert "<script" not in rich and "evil.example" not in rich
    assert b"\nBcc:" not in mail.as_bytes().partition(b"\r\n\r\n")[0]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("step", "says", "state", "reason"),
    [
        ("RCPT", "550 5.1.1 no such box", "failed", "address-unknown"), ("RCPT", "552 5.2.2 full", "failed", "refused"),
        ("RCPT", "450 4.2.0 greylisted", "again", "status-450"), ("RCPT", "421 4.3.2 too busy", "again", "status-421"),
        ("END", "554 5.7.1 unwanted", "failed", "refused"), ("END", "451 4.3.0 later", "again", "status-451"),
        ("MAIL", "550 5.7.1 you may not", "again", "status-550"), ("HELLO", "554 no service", "again", "status-554"),
    ],
)  # fmt: skip
async def test_a_refusal_is_for_ever_only_when_it_is_about_the_address_or_the_email(
    box: Mailbox, step: str, says: str, state: str, reason: str
) -> None:
    box.answers[step] = [says]
    found = await smtp.send(outgoing())
    assert (found.state, found.reason) == (state, reason)
    assert (await smtp.send(outgoing())).state == "sent", "the next one goes out, over the same connection or a new one"


@pytest.mark.no_database
async def test_a_server_that_is_away_is_no_answer(use: Use) -> None:
    async with open_mailbox() as gone:
        port = gone.port
    use(f"smtp+plain://127.0.0.1:{port}")
    assert (await smtp.send(outgoing())) == Taken(state="again", reason="ConnectionRefusedError", silent=True)


@pytest.mark.no_database
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_words_and_passwords_go_only_over_tls_to_a_server_that_proves_its_name(
    use: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    shows, trusts = pair(tmp_path)
    async with open_mailbox(shows, password=True, tls=scheme == "smtps") as found:
        url = f"{scheme}://portal:p%40ss@127.0.0.1:{found.port}"
        use(url)
        assert (await smtp.send(outgoing())).reason == "SSLCertVerificationError"
        assert not any(each.startswith(("AUTH", "MAIL")) for each in found.said)
        use(url)
        monkeypatch.setattr(smtp, "_trusted", lambda: trusts)
        assert (await smtp.send(outgoing())).state == "sent"
        (auth,) = [each for each in found.said if each.startswith("AUTH")]
        assert base64.b64decode(auth.split()[-1]) == b"\0portal\0p@ss"


@pytest.mark.no_database
async def test_a_server_without_tls_gets_nothing_when_tls_was_asked_for(use: Use) -> None:
    async with open_mailbox() as found:
        use(f"smtp://127.0.0.1:{found.port}")
        assert (await smtp.send(outgoing())).state == "again"
        assert found.mails == [] and not any(each.startswith("MAIL") for each in found.said)


async def test_a_code_to_a_bare_address_and_what_is_refused_ends(box: Mailbox) -> None:
    box.answers["RCPT"] = ["550 no such box"]
    about = ids.new()
    made = Template(id="bare", text="水费")
    await service.send(
        SYSTEM, Receiver(address="x@example.org", channel="email"), made, {}, about=about, subject="停水通知"
    )
    await service.deliver()
    assert (await service.outcomes_about([about]))[about].state == "failed"
    assert emails.ready()


@pytest.mark.parametrize(
    ("given", "name", "address"),
    [
        ("", "黑龙江省", "noreply@linli.test"), ("a@b.cn", "黑龙江省", "a@b.cn"), ("政务 <a@b.cn>", "政务", "a@b.cn"),
    ],
)  # fmt: skip
def test_the_sender_is_set_or_made_from_the_address_of_the_portal(given: str, name: str, address: str) -> None:
    found = smtp.sender(msgspec.structs.replace(settings(), email_from=given))
    assert (found.display_name, found.addr_spec) == (name, address)


def test_another_kind_of_address_is_refused_at_the_start() -> None:
    with pytest.raises(BadSetting, match="EMAIL_SMTP_URL"):
        read({"EMAIL_SMTP_URL": "mail.example.org"})


async def test_a_bounce_that_is_reported_later_leads_on(box: Mailbox, gateways: Set) -> None:
    li = await resident()
    mail = await proved(li)
    await service.change_email(fresh(li), mail, EmailWish(first=True, news=True))
    message = await told(li, PLAIN)
    await service.deliver()
    assert await deliveries(message) == [("email", "sent")]
    gateways("sms", secret="shared", smtp=settings().email_smtp_url)
    delivery = await db.fetchval("SELECT id FROM notifications_delivery WHERE message = $1", message)
    body = msgspec.json.encode({"event": "failed", "id": str(delivery), "reason": "address-unknown"})
    await service.callback(ANONYMOUS, "email", signing.signed("shared", "n" * 20, body), body)
    assert await deliveries(message) == [("email", "failed"), ("sms", "queued")]


async def test_a_bounce_of_the_mail_server_leads_on(box: Mailbox) -> None:
    li = await resident()
    mail = await proved(li)
    await service.change_email(fresh(li), mail, EmailWish(first=True, news=True))
    message = await told(li, PLAIN)
    await service.deliver()
    sent = next(each for each in box.mails if "身份证" in parts(each)[0])
    report = REPORT.format(envelope="", action="failed", status="5.1.1", id=sent["Message-ID"][1:37]).encode()
    assert await service.bounced(report)
    assert await deliveries(message) == [("email", "failed"), ("sms", "queued")]
    assert not await service.bounced(report), "once is enough"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\x0b", "\x00"])
def test_nothing_that_another_system_writes_becomes_a_header(end: str) -> None:
    said = f"通知{end}Bcc: x@example.org{end}{end}<b>正文</b>"
    mail = mime.made(
        outgoing(subject=said, text=said), sender=SENDER, origin="https://linli.test", phone="12345", at=NOON
    )
    read_again = message_from_bytes(mail.as_bytes(), policy=SMTP)
    assert read_again["Bcc"] is None and read_again["To"] == TO
    assert read_again["Subject"] == "通知 Bcc: x@example.org <b>正文</b>"
