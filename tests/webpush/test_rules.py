"""Which services, and what their answers mean."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.webpush import rules

NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", "fcm.googleapis.com"),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", "updates.push.services.mozilla.com"),
        ("https://web.push.apple.com/x", "web.push.apple.com"),
        ("https://wns2-by3p.notify.windows.com/w/?token=x", "wns2-by3p.notify.windows.com"),
        ("https://WEB.PUSH.APPLE.COM:443/x", "web.push.apple.com"),
        ("https://push.harbin.example/x", "push.harbin.example"),
        ("http://fcm.googleapis.com/x", ""),
        ("https://fcm.googleapis.com:8443/x", ""),
        ("https://fcm.googleapis.com@127.0.0.1/x", ""),
        ("https://evilfcm.googleapis.com/x", ""),
        ("https://fcm.googleapis.com.evil.example/x", ""),
        ("https://push.services.mozilla.com.evil.example/x", ""),
        ("https://evilpush.services.mozilla.com/x", ""),
        ("https://.push.services.mozilla.com/x", ""),
        ("https://169.254.169.254/latest", ""),
        ("https://[::1]/x", ""),
        ("https://[::1/x", ""),
        ("https://fcm.googleapis.com:x/", ""),
        ("https://fcm。googleapis.com/x", ""),
        ("https://evil.example\\.push.services.mozilla.com/x", ""),
        ("https://a b.push.services.mozilla.com/x", ""),
        ("file:///etc/passwd", ""),
        ("", ""),
    ],
)
def test_only_services_that_were_named_are_sent_to(endpoint: str, host: str) -> None:
    assert rules.service_of(endpoint, " push.harbin.example ,") == host


def test_only_a_service_that_the_city_named_is_inside_the_country() -> None:
    assert rules.inside("push.harbin.example", ".harbin.example")
    assert not rules.inside("fcm.googleapis.com", ".harbin.example") and not rules.inside("harbin.example", "")


@pytest.mark.parametrize(
    ("status", "said"),
    [(200, "accepted"), (201, "accepted"), (202, "accepted"), (404, "gone"), (410, "gone"), (429, "later"),
     (500, "later"), (503, "later"), (400, "refused"), (401, "refused"), (403, "refused"), (413, "refused"),
     (301, "refused")],
)  # fmt: skip
def test_each_status_means_one_thing(status: int, said: str) -> None:
    assert rules.answer(status) == said


@pytest.mark.parametrize(
    ("urgency", "minutes", "seconds"),
    [("normal", None, 86_400), ("normal", 20, 1200), ("normal", 9999, 86_400), ("urgent", 90, 3600), ("normal", -1, 0)],
)
def test_nothing_is_kept_for_a_device_longer_than_it_matters(urgency: str, minutes: int | None, seconds: int) -> None:
    expires = None if minutes is None else NOW + timedelta(minutes=minutes)
    assert rules.lasts(urgency, expires, NOW) == seconds


@pytest.mark.parametrize(
    ("header", "minutes"),
    [
        ("", 1),
        ("0", 1),
        ("120", 2),
        ("999999999999", 60),
        ("Thu, 26 Nov 2026 04:10:00 GMT", 10),
        ("soon", 1),
        ("-5", 1),
        ("²", 1),
        ("9" * 5000, 60),
    ],
)
def test_a_service_may_ask_for_time_but_not_for_ever(header: str, minutes: int) -> None:
    assert rules.wait(header, NOW) == timedelta(minutes=minutes)


def test_a_person_recognises_their_browser() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
    phone = "Mozilla/5.0 (Linux; Android 14; HUAWEI) AppleWebKit/537.36 Chrome/99.0 Mobile Safari/537.36"
    assert rules.browser_of(edge) == "Edge · Windows" and rules.browser_of(phone) == "Chrome · Android"
    assert rules.browser_of("curl/8") == ""
