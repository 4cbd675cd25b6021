"""What the walk over all operations sends: the objects of one side, parameters and bodies, and what needs a reason."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from backend.identity import rules
from backend.identity.schemas import PersonSummary
from tests.appointments.factories import MONDAY
from tests.house import family, hall, line, opening, rated, shares, walked
from tests.house.callers import PIN, document
from tests.house.told import SUBSCRIPTION
from tests.identity import factories

DRAFT, LIVE = "LAW005", "LAW006"  # one item that both counties have taken up, one that both have opened
SLUG = "newborn"
DAY = MONDAY.date() + timedelta(days=1)
DOCUMENT = "99999919900101001" + rules.check_digit("99999919900101001")


@dataclass
class Side:
    """One city and what belongs to it: a hall, its resident's appointment and session, reads of their data."""

    name: str
    region: str
    city: str
    resident: PersonSummary
    hall: UUID
    slot: UUID
    appointment: UUID
    session: UUID
    view: UUID
    question: UUID
    correction: UUID
    hold: UUID
    login: str
    minor: UUID
    child: UUID
    agreed: UUID
    approval: UUID
    code: dict[str, str] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)
    card: dict[str, str] = field(default_factory=dict)
    device: UUID | None = None
    waiting: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    staff: dict[str, Any] = field(default_factory=dict)
    family: dict[str, Any] = field(default_factory=dict)
    queue: dict[str, Any] = field(default_factory=dict)
    opening: dict[str, Any] = field(default_factory=dict)
    rated: dict[str, Any] = field(default_factory=dict)
    walked: dict[str, Any] = field(default_factory=dict)

    @property
    def marks(self) -> list[str]:
        """What must not be read on the other side."""
        return [str(self.appointment), str(self.resident.id), self.resident.name]


def _post(side: Side) -> dict[str, str]:
    return {"organisation": str(side.staff["place"]), "role": "grid", "division": side.region}


Of = Callable[[Side], Any]
PARAMETERS: dict[str, Of] = {
    "row_id": lambda side: side.appointment,
    "hall": lambda side: side.hall,
    "hall_id": lambda side: side.hall,
    "session_id": lambda side: side.session,
    "passkey_id": lambda side: side.keys["passkey"],
    "code": lambda side: side.region,
    "day": lambda side: DAY.isoformat(),
    "item_id": lambda side: DRAFT,
    "slug": lambda side: SLUG,
    "lat": lambda side: 45.75,
    "lng": lambda side: 126.65,
    "q": lambda side: "身份证",
    "region": lambda side: side.region,
    "device_id": lambda side: side.device,
    "Idempotency-Key": lambda side: str(uuid4()),
    "POST /services/{item_id}/withdrawal item_id": lambda side: LIVE,
    "approval_id": lambda side: side.approval,
    "POST /people/{person_id}/guardian-consent person_id": lambda side: side.child,
    "DELETE /people/{person_id}/guardian-consent person_id": lambda side: side.agreed,
    "view": lambda side: side.view,
    "GET /disclosure-questions/{row_id} row_id": lambda side: side.question,
    "POST /disclosure-questions/{row_id}/answer row_id": lambda side: side.question,
    "DELETE /me/consents/{purpose} purpose": lambda side: "public-reviews",
    "DELETE /me/corrections/{row_id} row_id": lambda side: side.correction,
    "POST /corrections/{row_id}/decision row_id": lambda side: side.correction,
    "DELETE /privacy/holds/{row_id} row_id": lambda side: side.hold,
    "message_id": lambda side: side.told["message"],
    "phone_id": lambda side: side.told["proved"],
    "POST /me/notice-phones/{phone_id}/confirmation phone_id": lambda side: side.told["asked"],
    "email_id": lambda side: side.told["mail"],
    "POST /me/notice-emails/{email_id}/confirmation email_id": lambda side: side.told["mail_asked"],
    "browser_id": lambda side: side.told["browser"],
    "call_id": lambda side: side.told["call"],
    "reply_id": lambda side: side.told["reply"],
    "staff": lambda side: side.staff["member"],
    "DELETE /organisations/{row_id} row_id": lambda side: side.staff["place"],
    "DELETE /staff/invitations/{row_id} row_id": lambda side: side.staff["invitation"],
    "DELETE /staff/leaves/{row_id} row_id": lambda side: side.staff["leave"],
    "DELETE /staff/posts/{row_id} row_id": lambda side: side.staff["post"],
    "POST /staff/posts/{row_id}/approval row_id": lambda side: side.staff["waiting"],
    "POST /staff/posts/{row_id}/move row_id": lambda side: side.staff["post"],
    "POST /staff/posts/{row_id}/refusal row_id": lambda side: side.staff["waiting"],
}
BODIES: dict[str, Of] = {
    "POST /appointments": lambda side: {"hall": str(side.hall), "slot": str(side.slot)},
    "POST /appointments/{row_id}/reschedule": lambda side: {"slot": str(side.slot)},
    "POST /approvals": lambda side: {"person": str(side.minor), "reason": "minor-here"},
    "POST /me/minors-mode": lambda side: {"pin": PIN},
    "POST /me/minors-mode/exit": lambda side: {"pin": PIN},
    "POST /me/minors-mode/pin": lambda side: {"pin": PIN},
    "POST /assistance": lambda side: {
        "person": str(side.resident.id), "channel": "phone", "verified": ["registered-number", "name-and-birth"],
    },
    "POST /assistance/field": lambda side: {"document": document(side.resident)},
    "POST /cards": lambda side: {"card": "0193f000-0000-7000-8000-00000000000c", "pin": "802461"},
    "POST /devices": lambda side: {"kind": "kiosk", "name": "门口", "region": side.region},
    "POST /devices/enrolments": lambda side: {"code": side.waiting},
    "POST /me/assurance/counter": lambda side: {"document": DOCUMENT},
    "POST /me/assurance/real-name": lambda side: {"name": "居民", "document": DOCUMENT, "consent": True},
    "POST /sessions/card": lambda side: side.card,
    "POST /halls/{hall_id}/confirmation": lambda side: {
        "address": "中山路 1 号", "opens": "08:30:00", "closes": "16:30:00",
    },
    "POST /halls/{hall}/closures": lambda side: {"day": (DAY + timedelta(days=40)).isoformat(), "reason": "检修"},
    "POST /halls/{hall}/opening": lambda side: {
        "weekdays": [1, 2], "opens": "08:30:00", "closes": "16:30:00", "minutes": 30, "capacity": 4,
    },
    "POST /me/consents": lambda side: {"purpose": "other-notices", "version": 1},
    "POST /me/corrections": lambda side: {"field": "name", "wanted": "李秀蘭", "reason": "登记时写错了"},
    "POST /corrections/{row_id}/decision": lambda side: {"granted": False, "answer": "与证件不一致"},
    "POST /privacy/holds": lambda side: {
        "person": str(side.resident.id), "reason": "行政复议", "until": (MONDAY + timedelta(days=9)).isoformat(),
    },
    "PATCH /me": lambda side: {"mode": "elder"},
    "POST /people": lambda side: {"name": "赵六", "birth": "1950-01-01"},
    "POST /people/searches": lambda side: {"name": side.resident.name, "birth": "1948-03-05"},
    "POST /services/{item_id}/adoptions": lambda side: {"region": side.region, "local": {"fee": "十元"}},
    "POST /services/{item_id}/publication": lambda side: {"region": side.region, "version": 1},
    "POST /services/{item_id}/withdrawal": lambda side: {"region": side.region, "reason": "已经取消"},
    "PUT /me/notice-preferences": lambda side: {
        "first": "sms", "otherwise": "call", "quiet_from": "21:00:00", "quiet_to": "08:00:00",
    },
    "POST /me/browsers": lambda side: SUBSCRIPTION,
    "POST /push/receipts": lambda side: side.told["receipt"],
    "POST /me/notice-phones": lambda side: {"phone": "13900000013"},
    "POST /me/notice-phones/{phone_id}/confirmation": lambda side: side.told["code"],
    "POST /me/notice-emails": lambda side: {"email": "other@example.org"},
    "POST /me/notice-emails/{email_id}/confirmation": lambda side: side.told["mail_code"],
    "PUT /me/notice-emails/{email_id}/wishes": lambda side: {"first": True, "news": True},
    "PUT /me/notice-copies": lambda side: {"delegate": "0193f000-0000-7000-8000-00000000000d", "on": False},
    "POST /desk/calls": lambda side: side.told["waits"],
    "POST /me/passkeys": lambda side: side.keys["new"],
    "POST /sessions": lambda side: side.code,
    "POST /sessions/current/proofs/code": lambda side: side.keys["code"],
    "POST /sessions/current/proofs/passkey": lambda side: side.keys["again"],
    "POST /sessions/current/proofs/password": lambda side: {"password": factories.PASSWORD},
    "POST /sign-in/codes": lambda side: {"phone": "13900000002"},
    "POST /sign-in/codes/extension": lambda side: {"request": side.code["request"]},
    "POST /sign-in/passkeys": lambda side: side.keys["sign-in"],
    "POST /staff/sessions": lambda side: {"login": side.login, "password": factories.PASSWORD},
    "POST /tokens/rotation": lambda side: side.keys["refresh"],
    "POST /organisations": lambda side: {"kind": "community", "name": "花园社区", "division": side.region},
    "POST /staff/invitations": lambda side: {"name": "刘洋", **_post(side)},
    "POST /staff/leaves": lambda side: {
        "post": str(side.staff["other"]), "stand_in": side.login, "begins": DAY.isoformat(), "until": DAY.isoformat(),
    },
    "POST /staff/memberships": lambda side: {
        "code": side.staff["code"], "name": "刘洋", "login": "liu.matrix", "password": factories.PASSWORD,
    },
    "POST /staff/posts": lambda side: {"staff": str(side.staff["member"]), **_post(side)},
    "POST /staff/posts/{row_id}/move": lambda side: _post(side),
}  # fmt: skip
# Operations whose objects may lie in another city, and why.
SHARED = {
    "POST /appointments": "anybody may go to any hall of the province (全省通办)",
    "POST /assistance": "a caller may live anywhere; how they were verified is on record",
    "POST /approvals": "the register of people is the province's; a manager of the asker's division decides",
    "POST /people/{person_id}/guardian-consent": "a family may come to any counter; who recorded it is kept",
    "DELETE /people/{person_id}/guardian-consent": "a family may come to any counter; who recorded it is announced",
    "POST /people/searches": "the register of people is the province's; the person sees who looked",
}
# Their object belongs to one person, not to a city: nobody else may, whatever their role.
PERSONAL = {
    "DELETE /me/sessions/{session_id}", "DELETE /me/passkeys/{passkey_id}", "PATCH /me/passkeys/{passkey_id}",
    "POST /me/passkeys", "POST /sessions/current/proofs/code", "POST /sessions/current/proofs/passkey",
}  # fmt: skip
# Nobody succeeds with what a test can send, and why that is right.
HALF = "takes the token of a password that waits for its second factor: tests/identity/test_factors.py"
UNREACHED: dict[str, str] = {
    "POST /staff/second-factor": HALF,
    "POST /staff/second-factor/confirmation": HALF,
    "POST /staff/sessions/second-factor": HALF,
    "POST /notifications/callbacks/{provider}": "takes a gateway's signature: tests/notifications/test_callbacks.py",
    **family.UNREACHED,
    **opening.UNREACHED,
    **rated.UNREACHED,
}
for each in (family, hall, line, opening, rated, shares, walked):
    PARAMETERS |= each.PARAMETERS
    BODIES |= each.BODIES
SHARED |= family.SHARED | hall.SHARED | line.SHARED
