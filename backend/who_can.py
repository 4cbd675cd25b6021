"""Who may do what, told from the code: `who-can VERB`, and the matrix `openapi/access.md`."""

import difflib
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Litestar

from backend import slices
from backend.core.http.access import VERBS_KEY
from backend.core.policy import ANY_SCOPE, PUBLIC, SCOPES, SIGNED_IN, Verb, rule_of
from backend.core.words import words
from backend.identity.schemas.roles import ROLES

FILE = Path(__file__).resolve().parents[1] / "openapi" / "access.md"
COLUMNS = [name for name in ROLES if name != "system"]
OPEN = {PUBLIC: "everybody (所有人)", SIGNED_IN: "whoever is signed in (已登录)"}
HEAD = """# Who may do what

Written by `python -m backend openapi` from the declarations beside the verbs; a test fails when it is not current.
`python -m backend who-can VERB` tells the same of one verb, with the addresses that reach it.

**in**: whoever is signed in, of any role. **x**: this role, for people and places that its post covers. *Mandate*
(亲友代办) is the scope that a mandate must name for somebody else to do it; **any**: every mandate covers it; –: nobody
can do it under a mandate. *Level* is how well the person must be known, *proof* how many minutes ago they may last have
shown that it is them. The installation itself (系统) may do everything in its own work.
"""


def main(argv: list[str]) -> int:
    """`who-can`: all verbs. `who-can appointments.book`: its rule, and every address that reaches it."""
    rules = verbs()
    if not argv:
        width = max(len(name) for name in rules)
        print("\n".join(f"{name:{width}}  {rule.title}" for name, rule in rules.items()))
        return 0
    name = argv[0]
    if name not in rules:
        near = difflib.get_close_matches(name, rules, n=3, cutoff=0.4)
        hint = f"Did you mean {' or '.join(near)}?" if near else "python -m backend who-can lists them."
        print(f"linli: there is no verb {name!r}. {hint}", file=sys.stderr)
        return 2
    print("\n".join(told(rules[name])))
    return 0


def told(rule: Verb) -> list[str]:
    """One verb in lines for people."""
    proof = f"the person has shown within {minutes(rule.fresh)} minutes that it is them" if rule.fresh else "none"
    return [
        f"{rule.name}: {rule.title} ({words('zh_CN').gettext(rule.title)})",
        "  may:         " + ", ".join(_role(name) for name in in_order(rule)),
        "  mandate:     " + _mandate(rule.scope),
        f"  level:       {rule.assurance or 'any'}",
        f"  fresh proof: {proof}",
        "  addresses:   " + ("\n               ".join(addresses().get(rule.name, [])) or "none"),
    ]


def current() -> bytes:
    """The matrix of the code as it stands."""
    lines = [HEAD]
    for name in slices.names():
        rules = [rule for verb, rule in verbs().items() if verb.startswith(f"{name}.")]
        if rules:
            lines += [f"## {name}", "", *_table(rules), ""]
    lines += ["## Scopes of mandates", "", "| scope | 名称 | |", "|---|---|---|"]
    for each in sorted(SCOPES.values(), key=lambda scope: scope.name):
        waits = "waits a day, so that the principal can object" if each.sensitive else ""
        lines.append(f"| {each.name} | {words('zh_CN').gettext(each.title)} | {waits} |")
    return ("\n".join(lines) + "\n").encode()


@cache
def verbs() -> dict[str, Verb]:
    """The verbs of all slices by name, in order."""
    rules = [rule_of(function) for _, function in acts() if hasattr(function, "verb")]
    return {rule.name: rule for rule in sorted(rules, key=lambda rule: rule.name)}


def acts() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every function that a slice's service offers with an actor first: (slice.name, function)."""
    for name in slices.names():
        if importlib.util.find_spec(f"backend.{name}.service") is None:
            continue
        module = importlib.import_module(f"backend.{name}.service")
        for offered in getattr(module, "__all__", None) or _own(module):
            function = getattr(module, offered)
            if inspect.isfunction(function) and next(iter(inspect.signature(function).parameters), "") == "actor":
                yield f"{name}.{offered}", function


def routes(portal: Litestar | None = None) -> Iterator[tuple[str, str, Any]]:
    """Every route of the portal, made anew when there is none: (method, path, handler)."""
    from backend.app import framework
    from backend.settings import settings

    for route in (portal or framework(settings())).routes:
        for handler in getattr(route, "route_handlers", []):
            for method in sorted(handler.http_methods - {"HEAD", "OPTIONS"}):
                yield method, getattr(route, "path_format", route.path), handler


@cache
def addresses() -> dict[str, list[str]]:
    """The addresses that reach each verb."""
    found: dict[str, list[str]] = {}
    for method, path, handler in routes():
        for name in handler.opt.get(VERBS_KEY, ()):
            found.setdefault(name, []).append(f"{method} {path}")
    return {name: sorted(set(each), key=lambda line: (line.split()[1], line)) for name, each in found.items()}


def in_order(rule: Verb) -> list[str]:
    """The roles of a verb as they are listed everywhere."""
    return [name for name in (PUBLIC, SIGNED_IN, *ROLES) if name in rule.roles]


def minutes(span: timedelta) -> int:
    """Whole minutes."""
    return int(span.total_seconds() // 60)


def _own(module: Any) -> list[str]:
    own = (name for name, each in vars(module).items() if getattr(each, "__module__", "") == module.__name__)
    return [name for name in own if not name.startswith("_")]


def _role(name: str) -> str:
    return OPEN.get(name) or f"{name} ({ROLES[name].official})"


def _mandate(scope: str) -> str:
    if not scope:
        return "nobody can do it under a mandate"
    if scope == ANY_SCOPE:
        return "under every mandate"
    return f"{scope} ({words('zh_CN').gettext(SCOPES[scope].title)})"


def _table(rules: list[Verb]) -> list[str]:
    """What is open to everybody in one line, the rest as a table of the roles that it names."""
    everybody = [rule for rule in rules if PUBLIC in rule.roles]
    others = [rule for rule in rules if PUBLIC not in rule.roles]
    lines = []
    if others:
        named = [role for role in COLUMNS if any(role in rule.roles for rule in others)]
        heads = ["verb", *(ROLES[role].official for role in named), "mandate", "level", "proof"]
        lines += [_row(heads), "|---" * len(heads) + "|", *(_row(_cells(rule, named)) for rule in others)]
    if everybody:
        lines += ["", "Open to everybody: " + ", ".join(f"`{rule.name}`" for rule in everybody) + "."]
    return lines


def _cells(rule: Verb, named: list[str]) -> list[str]:
    marks = ["in" if SIGNED_IN in rule.roles else "x" if role in rule.roles else "" for role in named]
    scope = {"": "–", ANY_SCOPE: "any"}.get(rule.scope, rule.scope)
    title = words("zh_CN").gettext(rule.title)
    return [f"`{rule.name}` {title}", *marks, scope, rule.assurance, str(minutes(rule.fresh)) if rule.fresh else ""]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
