"""Where the databases of the tests lie: in memory, where the machine has the room.

They stay as durable as in service, for the portal refuses a server that is not; but there an fsync costs nothing, and
one copy of the template, as each test makes that needs true commits, is more than a thousand of them.
"""

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 4 * 2**30  # bytes free; a whole run takes less than 2 GB
PLACE = "LINLI_TESTS_PLACE"
NO_RUN_TAKES = 6 * 3600  # seconds


def room() -> Path:
    """The first process of a run decides, and its workers inherit what it said."""
    if PLACE not in os.environ:
        os.environ[PLACE] = str(MEMORY if _roomy() else tempfile.gettempdir())
    return Path(os.environ[PLACE])


def _roomy() -> bool:
    if not os.access(MEMORY, os.W_OK):
        return False
    _forget_the_dead()
    state = os.statvfs(MEMORY)
    return state.f_bavail * state.f_frsize >= ENOUGH


def _forget_the_dead() -> None:
    """What a killed run has left would hold memory until the machine is started again."""
    for folder in MEMORY.glob("linli-*"):
        if folder.stat().st_mtime < time.time() - NO_RUN_TAKES and not _held(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _held(folder: Path) -> bool:
    """Whether a run has its server there still: another one's clock may be years ahead."""
    for name in ("users", "postgres/lock"):
        if (folder / name).exists():
            with open(folder / name) as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return True
    return False
