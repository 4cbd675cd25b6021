"""改写: how a city says what our own code tells people. Data for each language and wording; required values stay.

When something is sent, one look at what is kept in this process finds the wording of the receiver's county, else of
their city, else of the province, else ours.
"""

import functools
import importlib
import pkgutil
import re
from collections.abc import Iterator
from uuid import NAMESPACE_URL, uuid5

from backend import slices
from backend.core import cache, clock, db
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.memo import Memo
from backend.core.policy import verb
from backend.core.problems import Invalid, NotFound
from backend.core.words import N_, languages, words
from backend.messaging import rules
from backend.messaging.events import MessageReworded
from backend.messaging.schemas import OwnText, RewordingRequest
from backend.messaging.service.common import STAFF, home
from backend.messaging.service.texts import shown
from backend.notifications import service as notifications
from backend.notifications.schemas import Receiver, Template

TAG = "messaging-rewordings"
PLACEHOLDER, SHOWN = re.compile(r"\{(\w+)\}"), re.compile(r"\(\((\w+)\)\)")
ADD = """INSERT INTO messaging_rewording (region, code, lang, wording, version, body, made_by, created)
    VALUES ($1, $2, $3, $4, coalesce((SELECT max(version) FROM messaging_rewording
        WHERE region = $1 AND code = $2 AND lang = $3 AND wording = $4), 0) + 1, $5, $6, $7) RETURNING version"""
LATEST = """SELECT DISTINCT ON (region, code, lang, wording) region, code, lang, wording, body FROM messaging_rewording
    WHERE region = ANY($1::text[]) ORDER BY region, code, lang, wording, version DESC"""
Said = dict[tuple[str, str, str], str]
_said: Memo[str, Said] = Memo(TAG)


class NoSuchMessageOfOurs(NotFound):
    """No message of ours has this code."""

    code, title = "no-such-own-message", N_("We do not know this message")


@verb("messaging.own_texts", N_("See our own messages and how the city words them"), *STAFF)
async def own_texts(actor: Actor, *, code: str = "") -> list[OwnText]:
    """Each message that our code sends, in each language and wording, with the city's own words beside it."""
    region = home(actor, *STAFF)
    said = (await _said.many([region], _load)).get(region, {})
    return [
        OwnText(
            code=template.id, where=where, lang=lang, wording=wording, required=_needed(template),
            title=template.title,
            ours=_shown(words(lang, wording == "plain").gettext(template.text)),
            city=_shown(said.get((template.id, lang, wording), "")),
        )
        for where, template in own_templates().values()
        if code in ("", template.id)
        for lang in languages()
        for wording in (("standard", "plain") if lang == "zh_CN" else ("standard",))
    ]  # fmt: skip


@verb("messaging.reword", N_("Word one of our messages differently"), *STAFF)
async def reword(actor: Actor, wanted: RewordingRequest) -> None:
    """Keep the city's words from the next message on; empty is ours again."""
    region = home(actor, *STAFF)
    found = own_templates().get(wanted.code)
    if found is None:
        raise NoSuchMessageOfOurs()
    body = _fits(found[1], wanted)
    async with db.transaction():
        version = await db.fetchval(
            ADD, region, wanted.code, wanted.lang, wanted.wording, body, actor.acting, clock.now()
        )
        event = MessageReworded(
            region=region, subject=uuid5(NAMESPACE_URL, f"linli:message:{region}:{wanted.code}"), code=wanted.code,
            lang=wanted.lang, wording=wanted.wording, version=version,
        )  # fmt: skip
        await announce(actor, event)
        await cache.drop(TAG)


async def wording_of(to: Receiver, template: Template) -> str:
    """The words of the receiver's division for a message; empty where ours hold."""
    regions = _regions(to.place)
    said = await _said.many(regions, _load)
    for region in regions:
        for wording in ("plain", "standard") if to.plain else ("standard",):
            body = said.get(region, {}).get((template.id, to.lang, wording))
            if body:
                return body
    return ""


notifications.use_wordings(wording_of)


@functools.cache
def own_templates() -> dict[str, tuple[str, Template]]:
    """The messages of our code that have one text, by code: where they stand, and what they say."""
    found: dict[str, tuple[str, Template]] = {}
    for name in slices.names():
        for module in _modules(name):
            for each in vars(module).values():
                if isinstance(each, Template) and not each.spoken:
                    found.setdefault(each.id, (name, each))
    return dict(sorted(found.items(), key=lambda pair: (pair[1][0], pair[0])))


def _modules(name: str) -> Iterator[object]:
    package = importlib.import_module(f"backend.{name}")
    for part in pkgutil.walk_packages(package.__path__, f"backend.{name}."):
        if part.name.split(".")[2] in ("service", "events", "telling") and part.name.split(".")[1] != "messaging":
            yield importlib.import_module(part.name)


def _needed(template: Template) -> list[str]:
    return list(dict.fromkeys(PLACEHOLDER.findall(template.text)))


def _fits(template: Template, wanted: RewordingRequest) -> str:
    """The words as they are kept: all values stay, no other is named, and no brace would break the message."""
    if wanted.lang not in languages():
        raise Invalid({"lang": N_("This language is not available")})
    if not wanted.body:
        return ""
    ours, theirs = set(_needed(template)), set(rules.names(wanted.body))
    if lost := sorted(ours - theirs):
        raise Invalid({"body": N_("This must stand in the text: {names}")}, values={"names": shown(lost)})
    kept = SHOWN.sub(r"{\1}", wanted.body)
    if theirs - ours or re.search(r"[{}]", PLACEHOLDER.sub("", kept)) or "((" in kept:
        raise Invalid({"body": N_("Only the placeholders of our own text may stand here")})
    return kept


def _shown(text: str) -> str:
    """The words as people see them: placeholders as in every other template."""
    return PLACEHOLDER.sub(r"((\1))", text)


async def _load(regions: list[str]) -> dict[str, Said]:
    found: dict[str, Said] = {each: {} for each in regions}
    for row in await db.fetch(LATEST, regions):
        found[row["region"]][row["code"], row["lang"], row["wording"]] = row["body"]
    return found


def _regions(place: str) -> list[str]:
    """County, city and province of a place."""
    if len(place) < 6:
        return [PROVINCE]
    return list(dict.fromkeys([place[:6], f"{place[:4]}00", f"{place[:2]}0000", PROVINCE]))
