"""What other systems send through us. Each message is kept sealed for ninety days, with what became of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.core import clock, crypto, db, ids, rate
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import PUBLIC, inner, verb
from backend.core.problems import NotFound
from backend.core.sealing import legible
from backend.core.words import N_
from backend.identity import service as identity
from backend.messaging import rules, seam
from backend.messaging.events import NoticeAccepted
from backend.messaging.schemas import Caller, Notice, NoticePage, NoticeRequest, Preview, TemplateSheet
from backend.messaging.sealed import recipient_index, seal
from backend.messaging.service import files
from backend.messaging.service.common import KeyRefused, NoticeRefused
from backend.messaging.service.texts import best, sheet_of, sheets_of
from backend.notifications import service as notifications

LONGEST = 918  # signs of one text message, as the clients' own documentation says
RATE = 3000  # messages a minute for each kind of key
PAGE = 250
OPEN_FOR = timedelta(days=4)  # after that nobody asks any more what became of a message
SEALED = ("recipient", "subject", "body")
# As with the original: a test key can be told how the sending shall end, by where it goes.
SIMULATED = {"0002": "temporary-failure", "0003": "permanent-failure"}
BY_ADDRESS = {"temp-fail@simulator.notify": SIMULATED["0002"], "perm-fail@simulator.notify": SIMULATED["0003"]}
ADD = """INSERT INTO messaging_notice (region, id, service, key, kind, template, version, recipient, recipient_index,
        subject, body, reference, parts, status, created, sent, completed)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)"""
SHOWN = """n.region, n.id, n.kind, n.recipient, n.template, coalesce(t.name, 'Pre-compiled PDF') AS template_name,
    n.version, n.subject, n.body,
    n.reference, n.status, n.parts, n.created, n.sent, n.completed, l.postage, l.pages"""
FROM = """FROM messaging_notice n LEFT JOIN messaging_template t ON t.region = n.region AND t.id = n.template
    LEFT JOIN messaging_letter l ON n.template IS NULL AND l.region = n.region AND l.id = n.id
    WHERE n.region = $1 AND n.service = $2"""
ONE = f"SELECT {SHOWN} {FROM} AND n.id = $3"
LIST = f"""SELECT {SHOWN} {FROM} AND n.id < $3 AND ($4::text[] IS NULL OR n.status = ANY($4))
    AND ($5::text[] IS NULL OR n.kind = ANY($5)) AND ($6::text IS NULL OR n.reference = $6)
    ORDER BY n.id DESC LIMIT $7"""
TEMPLATES = """SELECT id FROM messaging_template
    WHERE region = $1 AND service = $2 AND archived IS NULL AND ($3 = '' OR kind = $3) ORDER BY name, id LIMIT 500"""
WAITING = """SELECT region, id FROM messaging_notice
    WHERE status IN ('created', 'sending') AND created > $1 AND id > $3 ORDER BY id LIMIT $2"""
OF_SERVICE = """SELECT region, id FROM messaging_notice
    WHERE region = $1 AND service = $2 AND status IN ('created', 'sending') AND created > $3
    ORDER BY id DESC LIMIT $4"""
NAMED = "SELECT region, id FROM messaging_notice WHERE id = ANY ($1::uuid[])"
# Locked in the order of their ids: whoever asks and whoever sends may look at the same ones in the same moment. What
# one of them read before the other wrote does not undo an end.
SETTLE = """WITH s AS (SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[]) AS u (region, id, status)),
    held AS MATERIALIZED (SELECT n.region, n.id, s.status FROM messaging_notice n
        JOIN s ON n.region = s.region AND n.id = s.id
        WHERE n.status <> s.status AND (s.status <> 'sending' OR n.status = 'created')
        ORDER BY n.id FOR NO KEY UPDATE OF n)
    UPDATE messaging_notice n SET status = held.status, sent = coalesce(n.sent, $4),
        completed = CASE WHEN held.status = 'sending' THEN NULL ELSE $4 END
    FROM held WHERE n.region = held.region AND n.id = held.id"""
LAST = UUID(int=2**128 - 1)


class NoSuchNotice(NotFound):
    """The service sent no message of this id."""

    code, title = "no-such-notice", N_("We do not find this message")


@verb("messaging.send_notice", N_("Send a message for another system"), PUBLIC)
async def send_notice(actor: Actor, caller: Caller, wanted: NoticeRequest) -> Notice:
    """Take a message. The key is the right; what it may reach depends on its kind."""
    await rate.check("v2", f"{caller.service}:{caller.kind}", limit=RATE, per=60)
    template = await _template(caller, wanted.template, kind=wanted.kind)
    text = best(template.texts, "zh_CN", "standard")
    links = files.links(caller, wanted.files)
    made = _made(text.body, wanted.values | links)
    recipient = _recipient(caller, wanted)
    if wanted.kind == "sms" and len(made) > LONGEST:
        raise NoticeRefused(f"Text messages cannot be longer than {LONGEST} characters")
    subject = _made(text.subject, wanted.values | links)
    waiting = await files.looked_at(caller, wanted.files, links)
    return await _keep(actor, caller, wanted, template, recipient, subject, made, waiting)


@verb("messaging.notice", N_("See a message of another system"), PUBLIC)
async def notice(actor: Actor, caller: Caller, notice_id: UUID) -> Notice:
    """One message of the service, with what became of it."""
    await settle([(caller.region, notice_id)])
    row = await db.fetchrow(ONE, caller.region, caller.service, notice_id)
    if row is None:
        raise NoSuchNotice()
    return _line(row)


@verb("messaging.notices", N_("See the messages of another system"), PUBLIC)
async def notices(
    actor: Actor,
    caller: Caller,
    *,
    statuses: list[str] | None = None,
    kinds: list[str] | None = None,
    reference: str | None = None,
    older_than: UUID | None = None,
    limit: int = PAGE,
) -> NoticePage:
    """The messages of the service, the newest first."""
    since = clock.now() - OPEN_FOR
    waiting = await db.fetch(OF_SERVICE, caller.region, caller.service, since, PAGE)
    await settle([(row["region"], row["id"]) for row in waiting])
    rows = await db.fetch(
        LIST, caller.region, caller.service, older_than or LAST, statuses or None, kinds or None, reference, limit + 1
    )
    return NoticePage(items=[_line(row) for row in rows[:limit]], more=len(rows) > limit)


@verb("messaging.service_template", N_("See a template of another system"), PUBLIC)
async def service_template(
    actor: Actor, caller: Caller, template_id: UUID, *, version: int | None = None
) -> TemplateSheet:
    """A template of the service, as it is or as it was."""
    return await _template(caller, template_id, version=version, gone=True)


@verb("messaging.service_templates", N_("See the templates of another system"), PUBLIC)
async def service_templates(actor: Actor, caller: Caller, *, kind: str = "") -> list[TemplateSheet]:
    """All templates of the service."""
    found = await db.fetch(TEMPLATES, caller.region, caller.service, kind)
    return await sheets_of(caller.region, [row["id"] for row in found])


@verb("messaging.preview", N_("See what a template becomes"), PUBLIC)
async def preview(actor: Actor, caller: Caller, template_id: UUID, values: dict[str, str]) -> Preview:
    """A template with values in it; nothing is sent."""
    template = await _template(caller, template_id, gone=True)
    text = best(template.texts, "zh_CN", "standard")
    return Preview(
        id=template.id, kind=template.kind, version=template.version, subject=_made(text.subject, values),
        body=_made(text.body, values),
    )  # fmt: skip


async def settle_ended(abouts: list[UUID]) -> None:
    """Take over what became of messages in the moment that something did; a receipt may come after the end."""
    await settle([(row["region"], row["id"]) for row in await db.fetch(NAMED, abouts)])


notifications.use_ends(settle_ended)


async def settle_waiting(limit: int = 500) -> int:
    """Take over what ``settle_ended`` missed, as when a process died; returns how many were looked at."""
    since, after, total = clock.now() - OPEN_FOR, UUID(int=0), 0
    while rows := await db.fetch(WAITING, since, limit, after):
        await settle([(row["region"], row["id"]) for row in rows])
        after, total = rows[-1]["id"], total + len(rows)
    return total


async def settle(found: list[tuple[str, UUID]]) -> None:
    """Write down what became of some messages."""
    states = await seam.states_of([each for _, each in found]) if found else {}
    known = [(region, each, states[each]) for region, each in found if each in states]
    if known:
        regions, names, statuses = zip(*known, strict=True)
        await db.execute(SETTLE, list(regions), list(names), list(statuses), clock.now())


@inner
async def hand_over(
    actor: Actor, new: UUID, kind: str, recipient: str, words: str, *, subject: str = "", leave: str = ""
) -> str:
    """Give a message to the channels; returns its first status."""
    if kind == "sms":
        await seam.send_text(actor, recipient, words, about=new, template="service")
    else:
        await seam.send_to(actor, kind, recipient, subject, words, about=new, leave=leave)
    return "sending"


@inner
async def enter(
    actor: Actor,
    caller: Caller,
    new: UUID,
    kind: str,
    recipient: str,
    reference: str | None,
    status: str,
    *,
    template: TemplateSheet | None = None,
    parts: int = 0,
    subject: str = "",
    body: str = "",
) -> None:
    """Keep a message sealed, and announce it; one by a test key has ended. Without template it came finished."""
    now = clock.now()
    await db.execute(
        ADD, caller.region, new, caller.service, caller.key, kind, template.id if template else None,
        template.version if template else 1, seal("messaging-notice", new, "recipient", recipient),
        recipient_index(recipient), seal("messaging-notice", new, "subject", subject),
        crypto.seal(body, b"messaging-notice:body:" + new.bytes), reference, parts, status, now,
        now if caller.kind == "test" else None,
    )  # fmt: skip
    event = NoticeAccepted(
        region=caller.region, subject=new, service=caller.service, kind=kind, template=template.id if template else None
    )
    await announce(actor, event)


async def _keep(
    actor: Actor,
    caller: Caller,
    wanted: NoticeRequest,
    template: TemplateSheet,
    recipient: str,
    subject: str,
    body: str,
    waiting: list[files.Waiting],
) -> Notice:
    new, parts = ids.new(), rules.size(body).parts if wanted.kind == "sms" else 0
    tested = caller.kind == "test"
    async with db.transaction():
        if not tested:
            await files.keep(caller, new, recipient, waiting)
        status = (
            _simulated(recipient)
            if tested
            else await hand_over(actor, new, wanted.kind, recipient, body, subject=subject, leave=wanted.leave)
        )
        await enter(
            actor, caller, new, wanted.kind, recipient, wanted.reference, status, template=template, parts=parts,
            subject=files.hidden(subject, waiting), body=files.hidden(body, waiting),
        )  # fmt: skip
    kept = _line(await db.fetchrow(ONE, caller.region, caller.service, new))
    return msgspec.structs.replace(kept, subject=subject, body=body)


async def _template(
    caller: Caller, template_id: UUID, *, version: int | None = None, kind: str = "", gone: bool = False
) -> TemplateSheet:
    """A template of this service; another service's is not there."""
    found = await sheet_of(caller.region, template_id, version=version)
    if found is None or found.service != caller.service:
        raise NoSuchNotice() if gone else NoticeRefused("Template not found")
    if kind and found.kind != kind:
        raise NoticeRefused(f"{found.kind} template is not suitable for {kind} notification")
    return found


def _made(text: str, values: dict[str, str]) -> str:
    without = rules.missing(text, values)
    if without:
        raise NoticeRefused(f"Missing personalisation: {', '.join(without)}")
    return rules.filled(text, values)


def _recipient(caller: Caller, wanted: NoticeRequest) -> str:
    """Where it goes, in one form; a team key reaches its guests only."""
    found = wanted.recipient
    if wanted.kind == "sms":
        known = identity.phone_fingerprint(found)
        if known is None:
            raise NoticeRefused("phone_number Not a valid phone number", "ValidationError")
        found = known[0]
    if wanted.kind == "email":
        address = notifications.email_address(found)
        if address is None:
            raise NoticeRefused("email_address Not a valid email address", "ValidationError")
        found = address
    if caller.kind == "team" and found not in caller.guests:
        if wanted.kind == "letter":
            raise KeyRefused("Cannot send letters with a team api key")
        raise NoticeRefused("Can’t send to this recipient using a team-only API key")
    return found


def _simulated(recipient: str) -> str:
    return BY_ADDRESS.get(recipient) or SIMULATED.get(recipient[-4:], "delivered")


def _line(row: Any) -> Notice:
    kept: dict[str, Any] = {name: row[name] for name in Notice.__struct_fields__}
    opened = {name: legible("messaging-notice", row["id"], name, kept[name]) for name in SEALED}
    return Notice(**kept | opened)
