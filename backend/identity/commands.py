"""Commands of identity: the first staff of a city, above all its first three administrators (三员)."""

import getpass
import sys

from backend.core.problems import NotFound, Problem
from backend.core.words import words
from backend.identity import service
from backend.identity.schemas.roles import POSTS

USAGE = f"usage: python -m backend staff-add LOGIN NAME REGION ROLE…   (roles: {' '.join(POSTS)})"


async def staff_add(argv: list[str]) -> int:
    """Make a member with posts. The password is asked for, or read from standard input when that is no terminal.

    Nobody approves here: whoever may run this owns the machine. The second factor is set up at the first sign-in.
    """
    if len(argv) < 4 or not (argv[2].isdigit() and len(argv[2]) == 6):
        print(USAGE, file=sys.stderr)
        return 2
    login, name, region, *roles = argv
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        await service.appoint(login=login, name=name, password=password, roles=set(roles), region=region)
    except Problem as problem:
        say = words("en").gettext
        texts = [f"{field}: {say(text)}" for field, text in problem.fields.items()] or [say(problem.title)]
        print("\n".join(texts), file=sys.stderr)
        return 1
    print(f"{login} may sign in at /staff/sign-in as {', '.join(roles)} of {region},")
    print("and sets up a second factor there.")
    return 0


async def staff_end(argv: list[str]) -> int:
    """End a membership: its posts and sessions end at once."""
    if len(argv) != 1:
        print("usage: python -m backend staff-end LOGIN", file=sys.stderr)
        return 2
    try:
        await service.end_post(*await service.find_post(argv[0]))
    except NotFound:
        print(f"Nobody has the login name {argv[0]}.", file=sys.stderr)
        return 1
    print(f"{argv[0]} has no post any more.")
    return 0


COMMANDS = {
    "staff-add": ("LOGIN NAME REGION ROLE…: make a member of staff with posts; asks for the password", staff_add),
    "staff-end": ("LOGIN: end a membership of staff: its posts, rights and sessions", staff_end),
}
