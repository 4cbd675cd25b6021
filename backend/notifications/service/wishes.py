"""消息设置: how a person wants to be told. A delegate can neither redirect nor silence what goes to the principal."""

from uuid import UUID

from backend.core import clock, db
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Invalid
from backend.core.words import N_, languages
from backend.notifications.events import NoticeTextsResumed, NoticeTextsStopped, NoticeWishesChanged
from backend.notifications.schemas import PreferenceChange, PreferenceHeld, Preferences
from backend.notifications.service import emails, people, reach
from backend.notifications.service.phones import lines, recorded
from backend.notifications.service.reach import OF_PERSON, wish_of

# Whoever asks for texts again gets them, also after STOP.
STORE = """INSERT INTO notifications_preference AS p
        (region, person, otherwise, quiet_from, quiet_to, lang, changed, texts)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, true)
    ON CONFLICT (region, person) DO UPDATE SET otherwise = excluded.otherwise, quiet_from = excluded.quiet_from,
        quiet_to = excluded.quiet_to, lang = excluded.lang, changed = excluded.changed, texts = p.texts OR $7,
        texts_at = CASE WHEN NOT p.texts AND $7 THEN $6 ELSE p.texts_at END,
        texts_how = CASE WHEN NOT p.texts AND $7 THEN $8 ELSE p.texts_how END"""
STOP = """INSERT INTO notifications_preference
        (region, person, otherwise, quiet_from, quiet_to, lang, changed, texts, texts_at, texts_how)
    VALUES ('000000', $1, $2, $3, $4, '', $5, false, $5, 'text')
    ON CONFLICT (region, person) DO UPDATE SET texts = false, texts_at = $5, texts_how = 'text', changed = $5
    WHERE notifications_preference.texts"""
START = """UPDATE notifications_preference SET texts = true, texts_at = $2, texts_how = 'text', changed = $2
    WHERE region = '000000' AND person = $1 AND NOT texts"""


@verb("notifications.preferences", N_("See how somebody wants to be told"), "resident", "operator", "clerk")
async def preferences(actor: Actor) -> Preferences:
    """How I want to be told; a desk sees it for the person it helps, on record."""
    await recorded(actor)
    wish = await wish_of(actor.person)
    return Preferences(
        first=await people.first_channel(actor.person),
        otherwise=wish.otherwise,
        quiet_from=wish.quiet_from,
        quiet_to=wish.quiet_to,
        language=wish.lang,
        phones=await lines(actor.person),
        texts=wish.texts,
        emails=await emails.emails(actor.person),
        mail=emails.ready(),
        texts_at=wish.texts_at,
        texts_how=wish.texts_how,
    )


@verb("notifications.change_preferences", N_("Change how somebody is told"), "resident", "operator", "clerk")
async def change_preferences(actor: Actor, change: PreferenceChange) -> Preferences:
    """Keep new wishes; they hold for the next message."""
    if change.language and change.language not in languages():
        raise Invalid({"language": N_("This language is not available")})
    async with db.transaction():
        await db.execute(
            STORE,
            actor.person,
            change.otherwise,
            change.quiet_from,
            change.quiet_to,
            change.language,
            clock.now(),
            change.first == "sms",
            "self" if actor.basis == "self" else "helped",
        )
        if change.first != await people.first_channel(actor.person):
            await people.keep_first_channel(actor, actor.person, change.first)
        await announce(actor, NoticeWishesChanged(region=PROVINCE, subject=actor.person))
        return await preferences(actor)


async def stop_texts(actor: Actor) -> bool:
    """退订: the person answered STOP. Only what is urgent or guards the account still goes there as a text.

    Whether anything changed: a repeat does nothing.
    """
    async with db.transaction():
        none = reach.NONE
        done = await db.execute(STOP, actor.person, none.otherwise, *none.quiet, clock.now())
        if done.endswith(" 0"):
            return False
        await announce(actor, NoticeTextsStopped(region=PROVINCE, subject=actor.person))
    return True


async def start_texts(actor: Actor) -> bool:
    """恢复: whoever had answered STOP answered START. Whether anything changed."""
    async with db.transaction():
        if (await db.execute(START, actor.person, clock.now())).endswith(" 0"):
            return False
        await announce(actor, NoticeTextsResumed(region=PROVINCE, subject=actor.person))
    return True


async def wishes_held(person: UUID) -> list[PreferenceHeld]:
    """The wishes for the person's own eyes; nothing when there are none."""
    return [
        PreferenceHeld(
            otherwise=row["otherwise"], quiet_from=row["quiet_from"], quiet_to=row["quiet_to"], language=row["lang"],
            changed=row["changed"], texts=row["texts"], texts_at=row["texts_at"],
        )
        for row in await db.fetch(OF_PERSON, person)
    ]  # fmt: skip
