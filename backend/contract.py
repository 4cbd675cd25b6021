"""``python -m backend openapi``: write the contract, who may do what and what is kept; ``--check`` compares."""

import sys
from pathlib import Path
from typing import Any

import msgspec

FILE = Path(__file__).resolve().parents[1] / "openapi" / "openapi.json"
HELD = FILE.with_name("held.md")


def main(argv: list[str]) -> int:
    """Write the documents of ``openapi/``; exit status 1 when ``--check`` finds one out of date."""
    from backend import who_can

    stale = 0
    for file, fresh in ((FILE, current()), (who_can.FILE, who_can.current()), (HELD, held())):
        if argv == ["--check"]:
            same = file.exists() and file.read_bytes() == fresh
            stale += not same
            print(f"{file.name} is {'current' if same else 'out of date: run python -m backend openapi'}")
        else:
            file.write_bytes(fresh)
            print(f"wrote {file.name}, {len(fresh) // 1024} KB", file=sys.stderr)
    return 1 if stale else 0


def current() -> bytes:
    """The contract of the code as it stands, in a stable order of keys."""
    from backend.app import framework
    from backend.core.openapi import document
    from backend.settings import settings

    made: dict[str, Any] = document(framework(settings(), described=True))
    return msgspec.json.format(msgspec.json.encode(made, order="sorted"), indent=1) + b"\n"


def held() -> bytes:
    """The field register as a document."""
    from backend import slices
    from backend.core import register

    slices.awaken()
    return register.as_markdown(register.held()).encode()
