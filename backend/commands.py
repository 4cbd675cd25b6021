"""The commands of `python -m backend`. Each is imported when it is called: a help text must not cost a second.

A slice adds its own in `commands.py`: `COMMANDS = {"load items": (help, async function)}`, run with the database up.
"""

import asyncio
import importlib
import sys
from collections.abc import Awaitable, Callable

BUILT_IN = {
    "run": ("backend.launch:run", "start everything and serve: the portal on one machine"),
    "migrate": ("backend.prepare:migrate_command", "bring the schema up to date"),
    "load": ("backend.prepare:load_command", "load the reference data that is not in the database yet"),
    "demo": ("backend.prepare:demo_command", "make the demonstration world; --scale N --seed S adds N residents"),
    "worker": ("backend.worker:main", "deliver announcements and do timed work, without serving pages"),
    "check-config": ("backend.check_config:main", "every setting, where it comes from, and what is unsafe"),
    "rotate-keys": ("backend.rotate_keys:main", "seal everything anew under the current key; --check only counts"),
    "trail": ("backend.core.chain.commands:main", "verify | status: whether anybody changed what was recorded"),
    "openapi": ("backend.contract:main", "write the published contract; --check only compares"),
    "who-can": ("backend.who_can:main", "VERB: who may call it, for whom, how well known; without VERB lists them all"),
    "messages": ("backend.core.messages:main", "check | set LANGUAGE FILE | prune: the words people read"),
    "audit": ("backend.audit:main", "check pages (addresses or files) for sound, accessible HTML"),
    "new-slice": ("backend.new_slice:main", "NAME: the folders of a new slice, with one failing test"),
    "check": ("backend.chores:check", "lint, types, words, contract and the rules of the house"),
    "fix": ("backend.chores:fix", "let the formatters repair what they can"),
    "test": ("backend.chores:test", "the whole test suite; further words go to pytest"),
    "bench": ("backend.chores:bench", "what is measured, against what floor"),
    "tour": ("backend.chores:tour", "make the pictures of the README"),
}
Command = Callable[[list[str]], Awaitable[int]]


def dispatch(argv: list[str]) -> int:
    """Runs one command; an expected failure is one sentence and status 1."""
    from backend.core.embedded import EmbeddedError
    from backend.core.walls import NoRole
    from backend.prepare import Stop
    from backend.settings import BadSetting

    if not argv or argv[0] in {"-h", "--help", "help"}:
        return usage()
    try:
        return _run(argv)
    except (Stop, BadSetting, EmbeddedError, NoRole) as reason:
        print(f"linli: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def usage() -> int:
    lines = {name: text for name, (_, text) in BUILT_IN.items()}
    lines |= {name: text for name, (text, _) in of_slices().items()}
    width = max(len(name) for name in lines)
    print("python -m backend COMMAND\n")
    for name, text in lines.items():
        print(f"  {name:{width}}  {text}")
    return 0


def of_slices() -> dict[str, tuple[str, Command]]:
    """The commands that slices bring, by name; two of one name stop the start."""
    from backend import slices

    found: dict[str, tuple[str, Command]] = {}
    for module in slices.modules("commands"):
        for name, command in module.COMMANDS.items():
            if name in found or name in BUILT_IN:
                raise RuntimeError(f"{module.__name__} brings a second command {name!r}")
            found[name] = command
    return found


def _run(argv: list[str]) -> int:
    if argv[0] not in BUILT_IN or (argv[0] == "load" and len(argv) > 1):
        brought = of_slices()
        for length in (2, 1):
            command = brought.get(" ".join(argv[:length]))
            if command:
                return _with_database(command[1], argv[length:])
    if argv[0] not in BUILT_IN:
        print(f"linli: there is no command {argv[0]!r}; python -m backend help lists them.", file=sys.stderr)
        return 2
    module, _, name = BUILT_IN[argv[0]][0].partition(":")
    function: Callable[[list[str]], int] = getattr(importlib.import_module(module), name)
    return function(argv[1:])


def _with_database(command: Command, argv: list[str]) -> int:
    from backend import prepare

    async def work() -> int:
        async with prepare.pool(chosen):
            return await command(argv)

    with prepare.database() as (chosen, _):
        return asyncio.run(work())
