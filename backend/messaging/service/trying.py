"""A template is tried by the way that it goes: a text to a phone, an e-mail to a mailbox, a letter on a sheet."""

from uuid import UUID

from backend.core import clock, db, ids, rate
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Invalid
from backend.core.words import N_
from backend.identity import service as identity
from backend.messaging import rules, seam
from backend.messaging.events import TemplateTried
from backend.messaging.schemas import TemplateSheet, TestSend
from backend.messaging.service.common import STAFF
from backend.messaging.service.texts import best, subscribed, template
from backend.notifications import service as notifications

TRIES, TRIES_TO = (20, 3600), (3, 3600)  # by one member of staff, and to one number or address


@verb("messaging.try_template", N_("Send a template to see it"), *STAFF)
async def try_template(actor: Actor, template_id: UUID, wanted: TestSend) -> str:
    """Send it once; returns what it says. Bounded: it reaches any number or address and costs money.

    What a browser or a mini-program would show goes as a text: they reach nobody who did not subscribe.
    """
    found = await template(actor, template_id)
    if found.kind == "letter":
        raise Invalid({"values": N_("A letter is looked at, not sent")})
    subject, said = _made(found, wanted)
    to, mark = _mailbox(wanted) if found.kind == "email" else _number(wanted)
    await rate.check("try-template", str(actor.acting), limit=TRIES[0], per=TRIES[1])
    await rate.check("try-template-to", mark, limit=TRIES_TO[0], per=TRIES_TO[1])
    name, about = f"try:{template_id}", ids.new()
    async with db.transaction():
        if found.kind == "email":
            await seam.send_to(actor, "email", to, subject, said, about=about, template=name)
        else:
            await seam.send_text(actor, to, said, about=about, template=name)
        await announce(actor, TemplateTried(region=found.region, subject=template_id))
    return said


@verb("messaging.try_letter", N_("See a template as it is printed"), *STAFF)
async def try_letter(actor: Actor, template_id: UUID, wanted: TestSend) -> bytes:
    """The sheet as the printer would get it, with today's day and no address (PDF)."""
    found = await template(actor, template_id)
    subject, said = _made(found, wanted)
    return await notifications.letter_pdf("", subject, said, clock.now())


def _made(found: TemplateSheet, wanted: TestSend) -> tuple[str, str]:
    """Subject and words with the values in them."""
    text = best(found.texts, wanted.lang, wanted.wording)
    values = dict(_pair(line) for line in wanted.values.splitlines() if "=" in line)
    without = rules.missing(f"{text.subject} {text.body}", values)
    if without:
        raise Invalid({"values": N_("A value is missing: {names}")}, values={"names": "、".join(without)})
    if found.kind == "miniprogram":
        subscribed(text.body, values, "values")
    return rules.filled(text.subject, values), rules.filled(text.body, values)


def _number(wanted: TestSend) -> tuple[str, str]:
    known = identity.phone_fingerprint(wanted.phone)
    if known is None:
        raise Invalid({"phone": N_("Enter a mobile number of eleven digits")})
    return known[0], known[1].hex()


def _mailbox(wanted: TestSend) -> tuple[str, str]:
    found = notifications.email_address(wanted.email)
    if found is None:
        raise Invalid({"email": N_("Enter an e-mail address, such as name@example.org")})
    return found, found


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=")
    return name.strip(), value.strip()
