"""Children that end when we end, kill -9 included, and telling a living server from a zombie or a stranger."""

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from backend.core.embedded.account import Account

PR_SET_PDEATHSIG = 1
LINUX = sys.platform.startswith("linux")

# Without the kernel's help (macOS): a small process that holds the read end of a pipe only we can write. When we
# die, however that happens, the read ends and it asks the server to stop. It ends by itself when the server does.
WATCHMAN = """
import os, select, signal, sys
pid = int(sys.argv[1])
while not select.select([0], [], [], 1.0)[0]:
    try: os.kill(pid, 0)
    except OSError: sys.exit()
try: os.kill(pid, signal.SIGINT)
except OSError: pass
"""


def popen(command: list[str], *, env: Mapping[str, str], log: IO[bytes], account: Account) -> subprocess.Popen[bytes]:
    """In its own process group: Ctrl-C reaches us first, and we stop the server after its clients."""
    process = subprocess.Popen(
        command,
        env=env,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        process_group=0,
        preexec_fn=dies_with_parent(signal.SIGINT) if LINUX else None,
        **account.popen(),
    )
    if not LINUX:
        _watch(process.pid)
    return process


def dies_with_parent(how: signal.Signals) -> Callable[[], None]:
    """To be run in the child. Setting another uid clears the wish, so it comes after (Popen keeps that order)."""
    libc, parent = ctypes.CDLL(None), os.getpid()

    def wish() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(how))
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return wish


def end_with_parent() -> None:
    """For a worker: the kernel kills it when the process that started it dies; elsewhere a thread looks each second."""
    parent = os.getppid()
    if LINUX:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    else:
        threading.Thread(target=_end_without, args=(parent,), daemon=True).start()
    started_by = multiprocessing.parent_process()
    if started_by is not None and started_by.pid != parent:  # it died before we came here
        os._exit(1)


def _end_without(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _watch(pid: int) -> None:
    read, write = os.pipe()
    os.set_inheritable(write, False)  # kept open until we are gone: never closed on purpose
    subprocess.Popen([sys.executable, "-ISc", WATCHMAN, str(pid)], stdin=read, process_group=0)
    os.close(read)


def is_server(pid: int, data: Path) -> bool:
    """Is this process a PostgreSQL over this folder, and not a zombie or a stranger that got the same number?"""
    if LINUX:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(data) in words  # a zombie's is empty
    said = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
    return str(data) in said.stdout
