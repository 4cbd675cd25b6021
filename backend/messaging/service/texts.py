"""消息模板: texts as data for each language and wording. A version stays; a required placeholder is never lost."""

from typing import Any
from uuid import UUID

from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import inner, verb
from backend.core.problems import Conflict, Invalid, NotFound
from backend.core.words import N_, languages
from backend.messaging import rules
from backend.messaging.events import TemplateArchived, TemplateSaved
from backend.messaging.schemas import (
    TemplateLine,
    TemplateRequest,
    TemplateSheet,
    TextLine,
    TextRequest,
)
from backend.messaging.service.common import STAFF, home
from backend.messaging.service.systems import service_of

COLUMNS = "region, id, kind, name, service, required, version, made_by, created, changed"
ADD = """INSERT INTO messaging_template (region, id, service, kind, name, required, version, made_by, created, changed)
    VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $8)"""
NEXT = """UPDATE messaging_template SET version = version + 1, changed = $3
    WHERE region = $1 AND id = $2 AND archived IS NULL RETURNING version, required, kind"""
SAVE = """INSERT INTO messaging_text (region, template, version, lang, wording, subject, body, made_by, created)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
LIST = """SELECT t.id, t.kind, t.name, t.service, coalesce(s.name, '') AS service_name, t.version, t.changed
    FROM messaging_template t LEFT JOIN messaging_service s ON s.region = t.region AND s.id = t.service
    WHERE t.region = $1 AND t.archived IS NULL ORDER BY s.name NULLS FIRST, t.name, t.id LIMIT 500"""
ONE = f"SELECT {COLUMNS} FROM messaging_template WHERE region = $1 AND id = $2 AND archived IS NULL"
TEXTS = """SELECT version, lang, wording, subject, body, created FROM messaging_text
    WHERE region = $1 AND template = $2 AND version <= $3 ORDER BY version DESC LIMIT 500"""
ALL = f"SELECT {COLUMNS} FROM messaging_template WHERE region = $1 AND id = ANY ($2::uuid[]) AND archived IS NULL"
TEXTS_OF = """SELECT DISTINCT ON (template, lang, wording) template, version, lang, wording, subject, body, created
    FROM messaging_text WHERE region = $1 AND template = ANY ($2::uuid[])
    ORDER BY template, lang, wording, version DESC"""
ARCHIVE = """UPDATE messaging_template SET archived = $3
    WHERE region = $1 AND id = $2 AND archived IS NULL RETURNING id"""
CHINESE = ("zh_CN", "standard")


class NoSuchTemplate(NotFound):
    """No template of the actor's division has the id."""

    code, title = "no-such-template", N_("We do not know this template")


class ChangedMeanwhile(Conflict):
    """The template was taken out of use."""

    code, title = "template-archived", N_("This template is no longer used")


@verb("messaging.templates", N_("See the templates of messages"), *STAFF, "city", "manager")
async def templates(actor: Actor) -> list[TemplateLine]:
    """The templates of my division: the city's own, then those of each system."""
    return [TemplateLine(**dict(row)) for row in await db.fetch(LIST, home(actor, *STAFF, "city", "manager"))]


@verb("messaging.template", N_("See one template"), *STAFF, "city", "manager")
async def template(actor: Actor, template_id: UUID) -> TemplateSheet:
    """A template with its texts side by side."""
    found = await sheet_of(home(actor, *STAFF, "city", "manager"), template_id)
    if found is None:
        raise NoSuchTemplate(next_step=("/desk/messaging/templates", N_("See all templates")))
    return found


@verb("messaging.add_template", N_("Make a template"), *STAFF)
async def add_template(actor: Actor, wanted: TemplateRequest) -> TemplateSheet:
    """A new template, with its first text in standard Chinese."""
    region, new, now = home(actor, *STAFF), ids.new(), clock.now()
    if wanted.service is not None:
        await service_of(actor, wanted.service)
    if wanted.kind in ("email", "letter") and not wanted.subject:
        raise Invalid({"subject": N_("This kind needs a subject")})
    required = [name.strip() for name in wanted.required.replace("，", ",").split(",") if name.strip()]
    async with db.transaction():
        args = region, new, wanted.service, wanted.kind, wanted.name, required, actor.acting, now
        await db.execute(ADD, *args)
        first = TextRequest(lang=CHINESE[0], wording="standard", body=wanted.body, subject=wanted.subject)
        return await save_text(actor, new, first)


@verb("messaging.save_text", N_("Change a template"), *STAFF)
async def save_text(actor: Actor, template_id: UUID, wanted: TextRequest) -> TemplateSheet:
    """Keep a text as the next version, unless a required placeholder is missing or one is unknown."""
    region = home(actor, *STAFF)
    if wanted.lang not in languages():
        raise Invalid({"lang": N_("This language is not available")})
    async with db.transaction():
        row = await db.fetchrow(NEXT, region, template_id, clock.now())
        if row is None:
            raise NoSuchTemplate(next_step=("/desk/messaging/templates", N_("See all templates")))
        await _fits(region, template_id, row, wanted)
        await db.execute(
            SAVE, region, template_id, row["version"], wanted.lang, wanted.wording, wanted.subject, wanted.body,
            actor.acting, clock.now(),
        )  # fmt: skip
        event = TemplateSaved(
            region=region, subject=template_id, version=row["version"], lang=wanted.lang, wording=wanted.wording
        )
        await announce(actor, event)
    return await template(actor, template_id)


@verb("messaging.archive_template", N_("Take a template out of use"), *STAFF)
async def archive_template(actor: Actor, template_id: UUID) -> None:
    """Nothing is sent with it any more; what was sent keeps its words."""
    region = home(actor, *STAFF)
    async with db.transaction():
        if await db.fetchval(ARCHIVE, region, template_id, clock.now()):
            await announce(actor, TemplateArchived(region=region, subject=template_id))


async def sheets_of(region: str, templates: list[UUID]) -> list[TemplateSheet]:
    """Templates as they are now, in this order, without their history: two queries, however many."""
    texts: dict[UUID, list[TextLine]] = {}
    for row in await db.fetch(TEXTS_OF, region, templates):
        facts = dict(row)
        texts.setdefault(facts.pop("template"), []).append(_line(facts))
    rows = {row["id"]: row for row in await db.fetch(ALL, region, templates)}
    return [
        TemplateSheet(**{**dict(rows[each]), "texts": texts[each], "versions": []})
        for each in templates if each in rows and each in texts
    ]  # fmt: skip


async def sheet_of(region: str, template_id: UUID, *, version: int | None = None) -> TemplateSheet | None:
    """A template as it was at a version, or as it is now."""
    row = await db.fetchrow(ONE, region, template_id)
    if row is None or not 1 <= (version or row["version"]) <= row["version"]:
        return None
    at = version or row["version"]
    versions = [_line(each) for each in await db.fetch(TEXTS, region, template_id, at)]
    now: dict[tuple[str, str], TextLine] = {}
    for each in versions:
        now.setdefault((each.lang, each.wording), each)
    texts = sorted(now.values(), key=lambda each: (each.lang != CHINESE[0], each.lang, each.wording != "standard"))
    return TemplateSheet(**{**dict(row), "version": at, "texts": texts, "versions": versions})


def best(texts: list[TextLine], lang: str, wording: str) -> TextLine:
    """The text that fits a reader best: their language before the wording, standard Chinese when all else fails."""
    known = {(each.lang, each.wording): each for each in texts}
    for wanted in ((lang, wording), (lang, "standard"), ("zh_CN", wording)):
        if wanted in known:
            return known[wanted]
    return known[CHINESE]


async def _fits(region: str, template_id: UUID, row: Any, wanted: TextRequest) -> None:
    """Every text has what is required; and a placeholder that standard Chinese lacks would never get a value.

    A mini-program's platform refuses a message for one wrong value: what stands in the template fits already.
    """
    for field in ("subject", "body"):
        if rules.torn(getattr(wanted, field)):
            raise Invalid({field: N_("A placeholder is open at one end: it is written ((name))")})
    if row["kind"] == "miniprogram":
        _platform_takes(rules.unfit_text(wanted.body), "body")
    if row["kind"] == "sms" and (parts := rules.size(wanted.body).parts) > rules.LONGEST:
        too_long = N_("As a text message this would be {n} of them; {most} is the most")
        raise Invalid({"body": too_long}, values={"n": parts, "most": rules.LONGEST})
    lost = rules.missing_of(row["required"], wanted.body + wanted.subject)
    if lost:
        raise Invalid({"body": N_("This must stand in the text: {names}")}, values={"names": shown(lost)})
    if (wanted.lang, wanted.wording) == CHINESE:
        return
    standard = best([_line(each) for each in await db.fetch(TEXTS, region, template_id, row["version"])], *CHINESE)
    unknown = rules.missing_of(rules.names(wanted.body + wanted.subject), standard.body + standard.subject)
    if unknown:
        raise Invalid({"body": N_("Standard Chinese does not have this: {names}")}, values={"names": shown(unknown)})


@inner
async def subscribe_values(actor: Actor, region: str, template_id: UUID, values: dict[str, str]) -> dict[str, str]:
    """What a host of mini-programs is given for a template, by key; raises ``Invalid`` for what it would refuse.

    For the channel of a host, before it sends: a refusal by the platform comes too late, and uses up a consent.
    """
    found = await sheet_of(region, template_id)
    if found is None or found.kind != "miniprogram":
        raise NoSuchTemplate()
    return subscribed(best(found.texts, *CHINESE).body, values)


def subscribed(body: str, values: dict[str, str], field: str = "body") -> dict[str, str]:
    """Line by line, so that a line break in a value stays in its value, where it is refused."""
    made = {key: rules.filled(value, values) for key, value in rules.values_of(body).items()}
    _platform_takes(rules.unfit(made), field)
    return made


def _platform_takes(wrong: dict[str, str], field: str) -> None:
    for key, why in wrong.items():
        raise Invalid({field: why}, values={"key": key})


def shown(names: list[str]) -> str:
    """Placeholders as they are written."""
    return "、".join(f"(({name}))" for name in names)


def _line(row: Any) -> TextLine:
    size = rules.size(row["body"])
    return TextLine(**dict(row), signs=size.signs, parts=size.parts, cost=size.cost)
