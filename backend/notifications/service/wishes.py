"""消息设置: how a person wants to be told. A delegate can neither redirect nor silence what goes to the principal."""

from uuid import UUID

from backend.core import clock, db
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Invalid
from backend.core.words import N_, languages
from backend.notifications.events import NoticeTextsStopped, NoticeWishesChanged
from backend.notifications.schemas import PreferenceChange, PreferenceHeld, Preferences
from backend.notifications.service import emails, people, reach
from backend.notifications.service.phones import lines, recorded
from backend.notifications.service.reach import OF_PERSON, wish_of

# Whoever asks for texts again gets them, also after STOP.
STORE = """INSERT INTO notifications_preference AS p
        (region, person, otherwise, quiet_from, quiet_to, lang, changed, texts)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, true)
    ON CONFLICT (region, person) DO UPDATE SET otherwise = excluded.otherwise, quiet_from = excluded.quiet_from,
        quiet_to = excluded.quiet_to, lang = excluded.lang, changed = excluded.changed, texts = p.texts OR $7"""
STOP = """INSERT INTO notifications_preference (region, person, otherwise, quiet_from, quiet_to, lang, changed, texts)
    VALUES ('000000', $1, $2, $3, $4, '', $5, false)
    ON CONFLICT (region, person) DO UPDATE SET texts = false, changed = excluded.changed
    WHERE notifications_preference.texts"""


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
        )
        if change.first != await people.first_channel(actor.person):
            await people.keep_first_channel(actor, actor.person, change.first)
        await announce(actor, NoticeWishesChanged(region=PROVINCE, subject=actor.person))
        return await preferences(actor)


async def stop_texts(actor: Actor) -> None:
    """退订: the person answered STOP. Only what is urgent or guards the account still goes there as a text."""
    async with db.transaction():
        none = reach.NONE
        done = await db.execute(STOP, actor.person, none.otherwise, *none.quiet, clock.now())
        if not done.endswith(" 0"):
            await announce(actor, NoticeTextsStopped(region=PROVINCE, subject=actor.person))


async def wishes_held(person: UUID) -> list[PreferenceHeld]:
    """The wishes for the person's own eyes; nothing when there are none."""
    return [
        PreferenceHeld(
            otherwise=row["otherwise"], quiet_from=row["quiet_from"], quiet_to=row["quiet_to"], language=row["lang"],
            changed=row["changed"],
        )
        for row in await db.fetch(OF_PERSON, person)
    ]  # fmt: skip
