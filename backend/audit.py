"""`python -m backend audit ADDRESS|FILE…`: the checks every test page passes, on any page."""

import argparse
from pathlib import Path

import httpx

from accessibility.audits.html import findings


def main(argv: list[str]) -> int:
    """Status 1 when any page has a finding."""
    parser = argparse.ArgumentParser("python -m backend audit", description=__doc__)
    parser.add_argument("page", nargs="+", help="http(s) address or HTML file")
    bad = 0
    for page in parser.parse_args(argv).page:
        found = findings(_read(page))
        bad += bool(found)
        print(f"{page}: {'sound' if not found else ''}")
        for line in found:
            print(f"  {line}")
    return 1 if bad else 0


def _read(page: str) -> str:
    if page.startswith(("http://", "https://")):
        return httpx.get(page, follow_redirects=True, timeout=10).text
    return Path(page).read_text(encoding="utf-8")
