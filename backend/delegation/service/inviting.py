"""The principal asks, the other agrees or not. The answer tells nothing about whose number it is."""

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from backend.core import clock, db, ids, rate
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import RECENT, verb
from backend.core.problems import Conflict, Invalid, KeyReused
from backend.core.words import DEFAULT, N_
from backend.delegation import access, rules
from backend.delegation.events import MandateAccepted, MandateInvited
from backend.delegation.schemas import AcceptanceRequest, Mandate, MandateRequest
from backend.delegation.sealed import code_index, seal, unseal
from backend.delegation.service.steps import PEOPLE, assistance_of, check, end, end_of, offered, record, seen
from backend.identity import service as identity
from backend.notifications import service as notifications
from backend.notifications.schemas import Receiver, Template

ASKED = Template(
    id="mandate-asked",
    text=N_(
        "Somebody asks you to act for them at Linli. Sign in with this number, open Me, Family and helpers. "
        "If you know nothing of it, do nothing."
    ),
)
ADD = """INSERT INTO delegation_mandate (region, id, principal, scopes, items, basis, evidence, relation, phone,
        phone_index, code, code_index, request, state, invited_at, invited_until, starts, ends)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'invited', $13, $14, $13, $15)
    ON CONFLICT (region, request) DO NOTHING RETURNING id"""
OPEN = """SELECT count(*) FROM delegation_mandate
    WHERE principal = $1 AND state = 'invited' AND invited_until > $2"""
ACCEPT = """UPDATE delegation_mandate
    SET state = 'accepted', delegate = $2, accepted_at = $3, sensitive_from = $4, called = $5,
        code = NULL, code_index = NULL
    WHERE region = '000000' AND id = $1"""
PRINCIPALS = """SELECT count(DISTINCT principal) FROM delegation_mandate
    WHERE delegate = $1 AND principal <> $2 AND state = 'accepted' AND ends > $3"""
RUNNING = """SELECT max(sensitive_from) FROM delegation_mandate
    WHERE principal = $1 AND delegate = $2 AND scopes && $3::text[] AND sensitive_from > $4"""


class TooManyInvitations(Conflict):
    """As many as one may wait for at a time."""

    code, title = "too-many-invitations", N_("Five people have not answered yet")


class TooManyPrincipals(Conflict):
    """Who acts for more people than a family has is registered as a helper."""

    code, title = "too-many-principals", N_("You already act for five people")


class NotADelegate(Conflict):
    """Somebody who cannot act for this person."""

    code, title = "not-a-delegate", N_("You cannot act for this person")


@verb("delegation.invite", N_("Ask somebody to act for me"), *PEOPLE, fresh=RECENT)
async def invite(actor: Actor, wanted: MandateRequest, *, key: str) -> Mandate:
    """Ask somebody, by number or by a code to pass on. The same ``key`` gives the same invitation."""
    me, now = actor.person, clock.now()
    phone = await _phone(me, wanted.phone)
    birth = await identity.birth_of(me)
    basis = rules.basis(
        actor.channel, actor.basis == "assisted", one_time=wanted.one_time,
        child=rules.child(birth, clock.local(now).date()),
    )  # fmt: skip
    offered(wanted.scopes)
    ends = end_of(wanted.until, basis, now, birth)
    await _within_limits(me, phone)
    evidence, row, code = await assistance_of(actor), ids.new(), ids.code()
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 13))", str(me))
        request = sha256(f"{actor.acting}:{me}:invite:{key}".encode()).digest()
        before = await db.fetchval(
            "SELECT id FROM delegation_mandate WHERE region = '000000' AND request = $1", request
        )
        if before is None:
            if await db.fetchval(OPEN, me, now) >= rules.MOST_OPEN:
                raise TooManyInvitations(next_step=("/household", N_("Family and helpers")))
            await db.execute(
                ADD, row, me, sorted(set(wanted.scopes)), sorted(set(wanted.items)), basis,
                seal(row, "evidence", f"assistance:{evidence}" if evidence else ""),
                seal(row, "relation", wanted.relation), seal(row, "phone", phone[0] if phone else ""),
                phone[1] if phone else None,
                seal(row, "code", code), code_index(code), request, now, now + rules.INVITED_FOR, ends,
            )  # fmt: skip
            await record(actor, row, "invitation")
            await announce(actor, MandateInvited(region=PROVINCE, subject=row, person=me))
            await _send(actor, row, phone)
    made = await access.mandate(actor, before or row)
    asked = sorted(set(wanted.scopes)), sorted(set(wanted.items)), phone[0] if phone else ""
    if (made["scopes"], made["items"], unseal(made["id"], "phone", made["phone"])) != asked:
        raise KeyReused()
    return (await seen(actor, [made]))[0]


@verb("delegation.invitation", N_("See who asks me to act for them"), *PEOPLE)
async def invitation(actor: Actor, row_id: UUID | None, code: str = "") -> Mandate:
    """What somebody asks of me, before I answer."""
    await _guesses(actor)
    return (await seen(actor, [await access.invitation(actor, row_id, code)]))[0]


@verb("delegation.accept", N_("Agree to act for somebody"), *PEOPLE)
async def accept(actor: Actor, row_id: UUID | None, wanted: AcceptanceRequest) -> Mandate:
    """Agree. From now on the mandate counts; its sensitive scopes a day later."""
    await _guesses(actor)
    me, now = actor.person, clock.now()
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 12))", str(me))
        row = await access.invitation(actor, row_id, wanted.code, lock=True)
        check(row, "acceptance")
        await _may_be_delegate(actor, row, now)
        waits = await _waits(row, me, now)
        await db.execute(ACCEPT, row["id"], me, now, waits, seal(row["id"], "called", wanted.called))
        await record(actor, row["id"], "acceptance")
        event = MandateAccepted(region=PROVINCE, subject=row["id"], person=row["principal"], delegate=me)
        await announce(actor, event)
    return (await seen(actor, [await access.mandate(actor, row["id"])]))[0]


@verb("delegation.decline", N_("Decline to act for somebody"), *PEOPLE)
async def decline(actor: Actor, row_id: UUID | None, code: str = "") -> None:
    """谢绝."""
    await _guesses(actor)
    async with db.transaction():
        row = await access.invitation(actor, row_id, code, lock=True)
        check(row, "refusal")
        await end(actor, row, "refusal", "declined")


@verb("delegation.withdraw", N_("Withdraw an invitation"), *PEOPLE)
async def withdraw(actor: Actor, row_id: UUID) -> None:
    """The principal no longer wants an answer."""
    async with db.transaction():
        row = await access.mandate(actor, row_id, lock=True)
        if row["principal"] != actor.person:
            raise access.NoSuchMandate()
        check(row, "withdrawal")
        await end(actor, row, "withdrawal", "withdrawn")


async def _phone(me: UUID, typed: str) -> tuple[str, bytes] | None:
    if not typed:
        return None
    found = identity.phone_fingerprint(typed)
    if found is None:
        raise Invalid({"phone": N_("Enter a mobile number with 11 digits")})
    if found[1] in await identity.fingerprints_of(me):
        raise Invalid({"phone": N_("This is your own number")})
    return found


async def _within_limits(me: UUID, phone: tuple[str, bytes] | None) -> None:
    await rate.check("invitation", str(me), limit=20, per=86400)
    if phone:
        await rate.check("invitation-to", phone[1].hex()[:32], limit=5, per=86400)


async def _guesses(actor: Actor) -> None:
    """31⁸ codes, sixty guesses an hour and account: nobody comes upon one."""
    await rate.check("invitation-code", str(actor.acting), limit=60, per=3600)


async def _send(actor: Actor, row: UUID, phone: tuple[str, bytes] | None) -> None:
    """To the number, whoever has it. Without the asking person's name, which could carry any message to a stranger."""
    if phone:
        to = Receiver(phone=phone[0], lang=DEFAULT, channel="sms")
        await notifications.send(actor, to, ASKED, {}, about=row, once=f"asked:{row}")


async def _may_be_delegate(actor: Actor, row: Any, now: datetime) -> None:
    me, principal = actor.person, row["principal"]
    if rules.child(await identity.birth_of(me), clock.local(now).date()):
        raise NotADelegate(N_("Only adults act for somebody else."))
    if row["basis"] in rules.GUARDIANS and not await _both_real(me, principal):
        raise NotADelegate(
            N_("A guardian's papers are looked at once at a counter."), next_step=("/halls", N_("Find a hall"))
        )
    held = await db.fetchval(PRINCIPALS, me, principal, now)
    if rules.enough_principals(held, registered=actor.is_(*rules.HELPERS)):
        raise TooManyPrincipals(
            N_("Whoever helps more people is registered as a volunteer or grid worker. Ask your community."),
            next_step=("/household", N_("Family and helpers")),
        )


async def _both_real(one: UUID, other: UUID) -> bool:
    found = await identity.people([one, other])
    return len(found) == 2 and all(each.assurance == "real-name" for each in found.values())


async def _waits(row: Any, me: UUID, now: datetime) -> datetime | None:
    """When the sensitive scopes count; computed over all mandates of the pair, whatever became of them."""
    slow = access.sensitive(row["scopes"])
    if not slow:
        return None
    running = await db.fetchval(RUNNING, row["principal"], me, slow, now)
    return rules.sensitive_from(now, [running] if running else [])
