"""The suite at another hour: ``python -m tests.hours "2026-12-31 23:58" [words for pytest]``, in Shanghai's time.

The clock goes on from there, for all that the run starts: Python, PostgreSQL, the served portal, the browser. What is
measured (``time.monotonic``) stays as it is. Hours that have found something: shortly before midnight, the last day of
a year, a 29 February, a Saturday, the Spring Festival. Linux with a C compiler.
"""

import os
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from time import time

from backend.core.clock import SHANGHAI
from tests.support.place import room

AHEAD, PRELOAD = "LINLI_TESTS_AHEAD", "LD_PRELOAD"
SHIM = f"""#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t which, struct timespec *at) {{
    static long ahead, known;
    if (!known) {{ const char *said = getenv("{AHEAD}"); ahead = said ? atol(said) : 0; known = 1; }}
    int failed = syscall(SYS_clock_gettime, which, at);
    if (!failed && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) at->tv_sec += ahead;
    return failed;
}}
int gettimeofday(struct timeval *restrict at, void *restrict zone) {{
    struct timespec now; clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec; at->tv_usec = now.tv_nsec / 1000; return 0;
}}
time_t time(time_t *at) {{
    struct timespec now; clock_gettime(CLOCK_REALTIME, &now); if (at) *at = now.tv_sec; return now.tv_sec;
}}
"""


def main(argv: list[str]) -> int:
    """Run pytest in one process with every clock moved."""
    if not argv:
        print(__doc__, file=sys.stderr)
        return 2
    room()  # here, where the clock is true: by one that is years ahead what others use would be old
    start = datetime.fromisoformat(argv[0]).replace(tzinfo=SHANGHAI)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL works as another account
        source, shim = Path(folder, "shim.c"), Path(folder, "shim.so")
        source.write_text(SHIM)
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", shim, source], check=True)
        environment = os.environ | {PRELOAD: str(shim), AHEAD: str(round(start.timestamp() - time()))}
        return subprocess.call([sys.executable, "-m", "pytest", "-q", *argv[1:]], env=environment)


def reach_postgres() -> None:
    """The server is started with no variable of ours; the moved clock is let through."""
    from backend.core.embedded import postgres

    clean = postgres._environment
    moved = {name: os.environ[name] for name in (AHEAD, PRELOAD) if AHEAD in os.environ}
    postgres._environment = lambda programme: clean(programme) | moved


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
