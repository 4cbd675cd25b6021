"""``python -m backend openapi``: write the published contract, or with ``--check`` tell whether it is current."""

import sys
from pathlib import Path
from typing import Any

import msgspec

FILE = Path(__file__).resolve().parents[1] / "openapi" / "openapi.json"


def main(argv: list[str]) -> int:
    """Write ``openapi/openapi.json``; exit status 1 when ``--check`` finds it out of date."""
    fresh = current()
    if argv == ["--check"]:
        same = FILE.exists() and FILE.read_bytes() == fresh
        print(f"{FILE.name} is {'current' if same else 'out of date: run python -m backend openapi'}")
        return 0 if same else 1
    FILE.write_bytes(fresh)
    print(f"wrote {FILE.name}, {len(fresh) // 1024} KB", file=sys.stderr)
    return 0


def current() -> bytes:
    """The contract of the code as it stands, in a stable order of keys."""
    from backend.app import framework
    from backend.core.openapi import document
    from backend.settings import settings

    made: dict[str, Any] = document(framework(settings(), described=True))
    return msgspec.json.format(msgspec.json.encode(made, order="sorted"), indent=1) + b"\n"
