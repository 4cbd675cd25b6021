"""What a mail server reports later about an e-mail that it had taken (RFC 3464)."""

import pytest

from backend.core import ids
from backend.notifications import rules

REPORT = """From: MAILER-DAEMON@mail.example.org
To: noreply@linli.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
{envelope}
Final-Recipient: rfc822; li@example.org
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

From: noreply@linli.test
Message-ID: <{id}@linli.test>
Subject: x

--b--
"""


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    ("action", "status", "reason"),
    [
        ("failed", "5.1.1", "address-unknown"), ("Failed", "5.2.2", "refused"), ("failed", "4.4.7", "late"),
        ("delayed", "4.4.1", ""), ("delivered", "2.0.0", ""),
    ],
)  # fmt: skip
def test_a_bounce_names_the_delivery_and_why(known: bool, action: str, status: str, reason: str) -> None:
    delivery = ids.new()
    envelope = f"Original-Envelope-Id: {delivery}\n" if known else ""
    report = REPORT.format(envelope=envelope, action=action, status=status, id=ids.new() if known else delivery)
    for raw in (report.encode(), report.replace("\n", "\r\n").encode()):
        assert rules.bounced(raw) == ((delivery, reason) if reason else None)


@pytest.mark.parametrize("raw", [b"", b"\xff\x00", b"Subject: holiday\n\nI am away", REPORT[:300].encode()])
def test_what_is_no_report_is_none(raw: bytes) -> None:
    assert rules.bounced(raw) is None


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (b"Message-ID: <%s@here>\r\nSubject: \xc4\xe3\xba\xc3", True),
        (b"Subject: \xc4\xe3\r\nMessage-ID: <%s@here>", True),
        (b"Message-ID: <a@[ %s", False),
        (b"Message-ID: \xc4\xe3 %s", False),
    ],
)
@pytest.mark.parametrize("kind", [b"message/rfc822", b"text/rfc822-headers"])
def test_a_report_with_signs_that_no_header_may_have_is_read(header: bytes, known: bool, kind: bytes) -> None:
    delivery = ids.new()
    raw = b"\r\n".join(
        [
            b"Content-Type: multipart/report; boundary=b", b"", b"--b", b"Content-Type: message/delivery-status", b"",
            b"Reporting-MTA: dns; x", b"", b"Action: failed", b"Status: 5.1.1", b"", b"--b",
            b"Content-Type: " + kind, b"", header % str(delivery).encode(), b"", b"hi", b"--b--", b"",
        ]
    )  # fmt: skip
    assert rules.bounced(raw) == ((delivery, "address-unknown") if known else None)


def test_a_report_of_parts_within_parts_is_none() -> None:
    inside = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1500))
    assert rules.bounced(b"".join(inside)) is None
