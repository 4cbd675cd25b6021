"""What a developer types: check, fix, test, bench. Each is a list of commands, run in order, all of them."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge-stable")
NO_BROWSER = "install chromium: apt-get install chromium fonts-noto-cjk"
CODE = ["backend", "accessibility", "tests", "benchmarks", "miniprogram_bridge"]
STARTS = "tests/house/test_run.py"


def check(argv: list[str]) -> int:
    """Everything that can be said about the code without its whole test suite."""
    code = [folder for folder in CODE if any((ROOT / folder).rglob("*.py"))]
    templates = sorted({str(path.parent) for path in ROOT.glob("backend/*/templates")} | {"accessibility"})
    return _all(
        [PYTHON, "-m", "ruff", "check", *code],
        [PYTHON, "-m", "ruff", "format", "--check", *code],
        [PYTHON, "-m", "mypy"],
        [PYTHON, "-m", "djlint", "--lint", "--quiet", *templates],
        [PYTHON, "-m", "backend", "messages", "check"],
        [PYTHON, "-m", "backend", "openapi", "--check"],
        # Starting the portal is no rule of the house and takes a minute: that file runs with the suite.
        [PYTHON, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "tests/house", f"--ignore={STARTS}", *argv],
    )


def fix(argv: list[str]) -> int:
    """Formatting and every repair that ruff is sure of."""
    where = argv or [folder for folder in CODE if any((ROOT / folder).rglob("*.py"))]
    return _all([PYTHON, "-m", "ruff", "check", "--fix", *where], [PYTHON, "-m", "ruff", "format", *where])


def test(argv: list[str]) -> int:
    """The suite on two workers; named files run in one. The programs of others that it runs are fetched first."""
    foreign = [PYTHON, "-m", "tests.support.foreign"]
    if any(not each.startswith("-") for each in argv):
        return _all(foreign, [PYTHON, "-m", "pytest", "-q", *argv])
    if not browser():
        print(f"linli: the suite opens pages in a browser; {NO_BROWSER}", file=sys.stderr)
        return 1
    return _all(foreign, [PYTHON, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", *argv])


def browser() -> str | None:
    """The machine's Chromium, else one that Playwright keeps."""
    kept = sorted((Path.home() / ".cache" / "ms-playwright").glob("chromium-*/chrome-linux*/chrome"))
    return next((path for name in BROWSERS if (path := shutil.which(name))), str(kept[-1]) if kept else None)


def bench(argv: list[str]) -> int:
    """`benchmarks` prints its own table."""
    return _all([PYTHON, "-m", "benchmarks", *argv])


def tour(argv: list[str]) -> int:
    """The pictures of the README, from a portal started for them."""
    return _all([PYTHON, "-m", "tests.tour", *argv])


def _all(*commands: list[str]) -> int:
    """Status 1 when one failed; the others are run all the same, so that one look shows everything."""
    failed = []
    for command in commands:
        began = time.monotonic()
        done = subprocess.run(command, cwd=ROOT)
        name = " ".join(command[2:5])
        print(
            f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({time.monotonic() - began:.1f} s)",
            file=sys.stderr,
        )
        if done.returncode != 0:
            failed.append(name)
    return 1 if failed else 0
