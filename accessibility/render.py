"""Pages: a template, a viewer, an answer. The mode chooses layout, tokens and wording; the language the catalogue.

An undefined variable is an error, everything is escaped, and a slice's template is named by slice: ``catalogue/guide``.
"""

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from litestar import Request, Response
from litestar.datastructures import State
from minijinja import Environment, Markup, escape, safe

from accessibility.assets import assets, icon_files
from accessibility.fields import Field
from accessibility.menu import menu
from accessibility.modes import SIGHT, Sight, mode_of, sight_of
from backend.core import alerts, clock
from backend.core.http import actor_of, csrf_token, device_of, session_of, viewer_of
from backend.core.problems import Problem
from backend.core.words import languages, words
from backend.settings import settings

Req = Request[Any, Any, State]
ROOT = Path(__file__).parent
SLICES = ROOT.parent / "backend"
HAN = range(0x4E00, 0xA000)
FOREIGN = re.compile("[A-Za-z]+[ ,.:]+[A-Za-z]")  # a sentence of another language that has Chinese in it
CHINESE = re.compile(
    "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef](?:[^A-Za-z]*[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])?"
)
JOINED = re.compile("([。？！]) (?=[\u4e00-\u9fff])")
_token: ContextVar[str] = ContextVar("csrf_token", default="")
_asked: ContextVar[Mapping[str, str]] = ContextVar("asked", default={})  # noqa: B039 - never written to
_provided: dict[str, Callable[..., object]] = {}


def provide(name: str, function: Callable[..., object]) -> None:
    """Give every template a function that only a slice knows, such as ``region_name``."""
    _provided[name] = function


def page(
    request: Req, name: str, /, *, status: int = 200, public: tuple[str, ...] | None = None, **context: object
) -> Response[bytes]:
    """The page as an answer. With ``public`` tags and nobody signed in, the front middleware may keep and share it."""
    shared = public is not None and session_of(request) is None
    body = render(request, name, **context)
    headers = {} if shared else {"cache-control": "no-store"}
    if shared:
        request.scope["public_tags"] = (*(public or ()), alerts.PAGES)  # type: ignore[typeddict-unknown-key]
    return Response(body.encode(), status_code=status, headers=headers, media_type="text/html")


def problem_page(request: Req, problem: Problem) -> Response[bytes]:
    """A refusal in words, with what to do next and a person's number."""
    answer = page(request, "layouts/problem", status=problem.status, problem=problem, title=problem.title)
    answer.headers.update(problem.headers)
    return answer


def render(request: Req, name: str, /, **context: object) -> str:
    """The markup for whoever looks at the screen."""
    viewer, actor, session = viewer_of(request), actor_of(request), session_of(request)
    mode = mode_of(viewer.mode)
    engine = environment(viewer.lang, mode.plain)
    values = {
        "title": "", "layout": mode.layout, "viewer": viewer, "actor": actor, "mode": mode.name,
        "path": request.url.path, "here": _here(request), "tab": _tab(request.url.path), "html_lang": viewer.html_lang,
        "method": request.method, "device": device_of(request), "minding": session.minding if session else None,
        "unread": session.unread if session else 0,
        "sight": sight_of(request.cookies.get(SIGHT, "")) if viewer.mode == "kiosk" else Sight(),
        "alerts": alerts.at(viewer.place),
    } | context  # fmt: skip
    token, asked = _token.set(csrf_token(request)), _asked.set(refused(context))
    try:
        text = engine.render_template(_variant(name, mode.variant), **values)
    finally:
        _asked.reset(asked)
        _token.reset(token)
    if viewer.lang == "zh_CN":  # two sentences put together with a blank; the full stop brings its own
        text = JOINED.sub(r"\1", text)
    return text.replace("&#x2f;", "/")  # MiniJinja escapes slashes too; in text and quoted attributes they are harmless


@cache
def environment(lang: str, plain: bool) -> Environment:
    """The template engine of one language and wording."""
    engine = Environment(
        loader=_source, undefined_behavior="strict", auto_escape_callback=lambda _: "html",
        trim_blocks=True, lstrip_blocks=True, pycompat=True,
    )  # fmt: skip
    wording = words(lang, plain)
    chosen = settings()
    for name, value in {
        "_": _said(wording.gettext), "ngettext": wording.ngettext, "lang": lang,
        "chinese": lang == "zh_CN", "languages": languages(), "language_name": LANGUAGE_NAME.get,
        "url": url, "static": static, "icon": icon, "csrf_field": csrf_field, "zh": _zh(lang),
        "question": question, "menu": menu,
        "help_phone": chosen.help_phone, "help_hours": chosen.help_hours, "city_name": chosen.city_name,
        "region_name": lambda code: call("region_name", code, lang), "service_name": _services(lang),
        "glyph": icon, "seconds_left": seconds_left,
        "iso": lambda moment: moment.isoformat(), "local": clock.local, "today": clock.today,
    }.items():  # fmt: skip
        engine.add_global(name, value)
    for name, function in _dates(lang).items():
        engine.add_global(name, function)
    return engine


LANGUAGE_NAME = {"zh_CN": "中文", "en": "EN"}


def call(name: str, *values: object) -> str:
    """What a slice provided; nothing where no slice has."""
    function = _provided.get(name)
    return str(function(*values)) if function else ""


def url(path: str, **query: object) -> str:
    """An address of ours with its query; empty values are left out."""
    kept = {key: value for key, value in query.items() if value not in (None, "")}
    text = quote(path, safe="/:@!$&'()*+,;=~#?%")
    return escape(f"{text}?{urlencode(kept)}" if kept else text)


def static(name: str) -> str:
    """The lasting address of an asset."""
    return safe(assets()[name].url)


@cache
def icon(name: str) -> str:
    """A picture beside words; hidden from screen readers because the words say it. An unknown name is an error."""
    return safe(f'<svg class="icon" aria-hidden="true"><use href="{icon_files()[name]}"/></svg>')


def seconds_left(until: datetime) -> int:
    """How long something still lasts, by the server's clock: the one of a phone may be wrong."""
    return max(0, int((until - clock.now()).total_seconds()))


def csrf_field() -> str:
    """The hidden proof that a form is ours; nothing when nobody is signed in (there the Origin header decides)."""
    token = _token.get()
    return safe(f'<input type="hidden" name="csrf" value="{escape(token)}">' if token else "")


def refused(context: Mapping[str, object]) -> dict[str, str]:
    """The questions whose answers were refused, by name, so that the summary on top can say which one it means."""
    forms = [value for value in context.values() if isinstance(value, Mapping)]
    given = [each for part in (context, *forms) for each in part.values() if isinstance(each, Field)]
    return {each.name: each.label for each in given if each.error}


def question(name: str) -> str:
    """The label of a refused field; empty when the form is not made of fields."""
    return _asked.get().get(name, "")


def _zh(lang: str) -> Callable[[object], object]:
    """Marks Chinese data on a page in another language, so that it is spoken and drawn as Chinese.

    Of a text that begins in the other language only the Chinese in it, so that the voice changes there and back.
    """

    def mark(text: object) -> object:
        if lang == "zh_CN" or isinstance(text, Markup) or not any(ord(sign) in HAN for sign in str(text)):
            return text
        if FOREIGN.match(str(text)):
            return safe(_chinese_in(str(text)))
        return safe(f'<span lang="zh-Hans">{escape(str(text))}</span>')

    return mark


def _chinese_in(text: str) -> str:
    marked, end = [], 0
    for part in CHINESE.finditer(text):
        marked += [escape(text[end : part.start()]), f'<span lang="zh-Hans">{escape(part.group())}</span>']
        end = part.end()
    return "".join([*marked, escape(text[end:])])


def _services(lang: str) -> Callable[[str | list[str], str], object]:
    """The name of one service or of several (a list, or their ids with commas between) as a reader of English needs it.

    The Chinese ``name`` where one of them has no English one: half of a visit in each language is no name.
    """
    mark = _zh(lang)

    def named(ids: str | list[str], name: str) -> object:
        known = [] if lang == "zh_CN" else [call("service_name", each) for each in _apart(ids)]
        return "; ".join(known) if known and all(known) else mark(name)

    return named


def _apart(ids: str | list[str]) -> list[str]:
    return ids.split(",") if isinstance(ids, str) else list(ids)


def _said(gettext: Callable[..., str]) -> Callable[..., str]:
    """Words with values in them; a value that ``zh`` marked keeps its mark, everything else is escaped as always."""

    def say(message: str, /, **values: object) -> str:
        if not any(isinstance(value, Markup) for value in values.values()):
            return gettext(message, **values)
        kept = {name: value if isinstance(value, Markup) else escape(str(value)) for name, value in values.items()}
        return safe(str(escape(gettext(message))).format(**kept))

    return say


def _dates(lang: str) -> Mapping[str, Callable[..., str]]:
    return {name: (lambda value, form=form: form(_day(value))) for name, form in DATES.get(lang, DATES["en"]).items()}


WEEK = "一二三四五六日"
DATES: dict[str, dict[str, Callable[[Any], str]]] = {
    "zh_CN": {
        "date_long": lambda d: f"{d.year}年{d.month}月{d.day}日 周{WEEK[d.weekday()]}",
        "date_full": lambda d: f"{d.year}年{d.month}月{d.day}日",
        "date_short": lambda d: f"{d.month}月{d.day}日",
        "date_day": lambda d: f"{d.month}月{d.day}日 周{WEEK[d.weekday()]}",
        "month": lambda d: f"{d.month}月",
        "month_long": lambda d: f"{d.year}年{d.month}月",
        "weekday": lambda d: f"周{WEEK[d.weekday()]}",
        "time": lambda t: f"{t.hour}:{t.minute:02}",
    },
    "en": {
        "date_long": lambda d: f"{d:%A}, {d.day} {d:%B} {d.year}",
        "date_full": lambda d: f"{d.day} {d:%B} {d.year}",
        "date_short": lambda d: f"{d.day} {d:%b}",
        "date_day": lambda d: f"{d:%a} {d.day} {d:%b}",
        "month": lambda d: f"{d:%b}",
        "month_long": lambda d: f"{d:%B} {d.year}",
        "weekday": lambda d: f"{d:%a}",
        "time": lambda t: f"{t.hour}:{t.minute:02}",
    },
}


def _day(value: object) -> object:
    """An instant as the wall shows it in the province; days and bare times as they are."""
    return clock.local(value) if isinstance(value, datetime) and value.tzinfo is not None else value


def _here(request: Req) -> str:
    """This page without a wish for another mode or language in it, to come back to after choosing one."""
    asked = str(request.url.query)
    kept = [pair for pair in parse_qsl(asked) if pair[0] not in {"mode", "lang"}] if asked else []
    return request.url.path + (f"?{urlencode(kept)}" if kept else "")


def _tab(path: str) -> str:
    """Which of the five tabs a path belongs to."""
    first = "/" + path.split("/")[1]
    mine = {"/" + line.href.split("/")[1]: "/me" for line in menu("me") if line.href != "/appointments"}
    return ({"/halls": "/places", "/search": "/services"} | mine).get(first, first)


@cache
def _variant(name: str, variant: str) -> str:
    """The template written for the mode where there is one."""
    special = f"{name}.{variant}.html"
    return special if variant and _find(special) else f"{name}.html"


def _source(name: str) -> str | None:
    path = _find(name)
    return path.read_text() if path else None


def _find(name: str) -> Path | None:
    """``layouts/…`` and ``components/…`` are ours; otherwise the first part names a slice."""
    first, _, rest = name.partition("/")
    places = (ROOT / name, SLICES / first / "templates" / rest)
    return next((path for path in places if rest and path.is_file()), None)
