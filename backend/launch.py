"""`python -m backend run`: everything on one machine, ended by one Ctrl-C, leaving nothing behind after a kill -9."""

import argparse
import asyncio
import errno
import gc
import http.client
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

from backend import prepare
from backend.core.embedded import EmbeddedError, Running, mortality
from backend.prepare import Stop
from backend.settings import Settings, settings

BACKLOG = 4096  # connections; granian counts connections, not requests, so it must exceed the proxy's upstream pool
HEADER_TIMEOUT = 5000  # ms a client may take for its request line and headers
DRAIN = 30  # seconds a worker has to finish its requests
WATCH = 0.5  # seconds between looks at the database


def run(argv: list[str]) -> int:
    """Start the database, bring it up to date, serve until told to stop."""
    argparse.ArgumentParser("python -m backend run", description=__doc__).parse_args(argv)
    began = time.monotonic()
    chosen = settings()
    signal.signal(signal.SIGTERM, _leave)
    must_be_free(chosen.host, chosen.port)
    must_be_writable(prepare.data_dir(chosen))
    with prepare.database(chosen) as (in_force, running):
        _prepare_or_say(in_force, running)
        server, ended = make_server(in_force), threading.Event()

        def leave_with_the_terminal() -> None:
            """granian reloads its workers on SIGHUP; somebody who closes the window means to stop."""
            if sys.stdin.isatty():
                signal.signal(signal.SIGHUP, server.signal_handler_interrupt)

        server.on_startup(leave_with_the_terminal)

        def welcome() -> None:
            if _until_ready(in_force, ended):
                server.respawn_failed_workers = True  # not before: a broken module stops the start, once
                took = time.monotonic() - began
                print(f"Linli 邻里 is at {address(in_force)} (started in {took:.1f} s). Ctrl-C stops it.")
                sys.stdout.flush()

        threading.Thread(target=welcome, daemon=True).start()
        if running is not None:
            threading.Thread(target=_watch, args=(running, ended), daemon=True).start()
        try:
            server.serve()
        finally:
            ended.set()
    return 0


def _prepare_or_say(chosen: Settings, running: Running | None) -> None:
    """Bring the database up to date. A guest's host may be leaving at this very moment: that is one sentence."""
    import asyncpg

    try:
        asyncio.run(_prepare(chosen))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as lost:
        if running is None or running.owner:
            raise
        raise Stop("The portal that held these data has just ended: start again in a moment.") from lost


def application() -> Any:
    """What a worker loads. It ends when the process that started it does.

    Nothing that it makes until it serves is garbage: the collector looks at it neither now nor ever (``lifespan``).
    """
    mortality.end_with_parent()
    gc.disable()
    from backend.app import create_app

    return create_app()


def make_server(chosen: Settings) -> Any:
    """granian with our limits, serving until SIGINT or SIGTERM; workers are fresh processes, not forks of this one."""
    from granian.constants import HTTPModes, Interfaces, Loops, RuntimeModes
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    multiprocessing.set_start_method("spawn", force=True)
    return Server(
        "backend.launch:application",
        factory=True,
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        runtime_mode=RuntimeModes.st,
        http=HTTPModes.auto,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT),
        workers=chosen.workers,
        backlog=BACKLOG,
        backpressure=BACKLOG,
        respawn_interval=1,
        workers_kill_timeout=DRAIN,
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,
    )


def must_be_free(host: str, port: int) -> None:
    """Tell before minutes of loading that nobody could reach us in the end."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise Stop(f"HOST {host!r} is not an address of this machine: 127.0.0.1 and 0.0.0.0 always are.") from None
    except OverflowError:
        raise Stop(f"PORT {port} is not a port: choose one from 1 to 65535.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Stop(f"Port {port} is taken on {host}: set PORT, for example PORT={port + 1} make run.") from None
        if error.errno == errno.EACCES:
            raise Stop(f"Port {port} needs rights this account does not have: set PORT to one above 1023.") from None
        raise Stop(f"HOST {host!r} cannot be used: {error.strerror}.") from None


def must_be_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".write-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Stop(
            f"DATA_DIR {folder} cannot be written ({error.strerror}): set DATA_DIR to a folder of your own."
        ) from None


async def _prepare(chosen: Settings) -> None:
    async with prepare.pool(chosen, as_owner=True):
        await prepare.bring_up_to_date(chosen)


def address(chosen: Settings) -> str:
    """What to type into a browser on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(chosen.host, chosen.host)
    return f"http://[{host}]:{chosen.port}" if ":" in host else f"http://{host}:{chosen.port}"


def _until_ready(chosen: Settings, ended: threading.Event) -> bool:
    """Whether the first worker has answered; the address is told then, not before."""
    place = address(chosen).removeprefix("http://")
    while not ended.wait(0.02):
        connection = http.client.HTTPConnection(place, timeout=2)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return True
        except (OSError, http.client.HTTPException):
            continue
        finally:
            connection.close()
    return False


def _watch(running: Running, ended: threading.Event) -> None:
    """Starts a dead database again; ends this start when the database belonged to another one that has gone."""
    silent = 0
    while not ended.wait(WATCH):
        try:
            if running.revive():
                print(
                    "linli: the database had died and was started again; nothing acknowledged is lost.", file=sys.stderr
                )
        except EmbeddedError as reason:
            print(f"linli: {reason}", file=sys.stderr)
            silent = 10
        silent = 0 if running.answers() else silent + 1
        if silent > 5 and not ended.is_set():
            print("linli: the database is gone, so this start ends too.", file=sys.stderr)
            os.kill(os.getpid(), signal.SIGTERM)
            return


def _leave(_number: int, _frame: FrameType | None) -> None:
    """SIGTERM while starting: unwind, so that the database is stopped properly."""
    raise SystemExit(143)
