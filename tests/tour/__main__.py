"""Start a portal over an empty folder, walk it as four people, and keep a picture of each."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from benchmarks.servers import portal
from tests.support.outside import chromium_path

HERE = Path(__file__).parent
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1366, "height": 768}


def main() -> int:
    """Make the pictures; returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="linli-tour-") as folder, sync_playwright() as playwright:
        Path(folder).chmod(0o755)
        with portal(Path(folder) / "data") as server:
            found = chromium_path()
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
            base = f"http://127.0.0.1:{server.port}"
            take(step_in(browser, base, "zhao-yiming", PHONE), f"{base}/", "standard")
            take(step_in(browser, base, "li-xiulan", PHONE), f"{base}/", "elder")
            take(operator(browser, base), f"{base}/desk/phone?q=%E8%BA%AB%E4%BB%BD%E8%AF%81", "operator")
            take(visitor(browser, base, "en"), f"{base}/services", "english")
            browser.close()
    return 0


def take(page: Page, address: str, name: str) -> None:
    """Open an address and keep its picture."""
    page.goto(address)
    page.screenshot(path=HERE / f"{name}.png")
    print(f"tests/tour/{name}.png")


def visitor(browser: Browser, base: str, lang: str) -> Page:
    """Somebody who has not signed in."""
    page = browser.new_context(viewport=PHONE).new_page()
    page.goto(f"{base}/?lang={lang}")
    return page


def step_in(browser: Browser, base: str, persona: str, viewport: ViewportSize) -> Page:
    """One of the demonstration's people."""
    page = browser.new_context(viewport=viewport, locale="zh-CN").new_page()
    page.goto(f"{base}/demo")
    page.locator(f"form[action$='/{persona}'] button").click()
    return page


def operator(browser: Browser, base: str) -> Page:
    """The phone operator with a caller on the line."""
    page = step_in(browser, base, "chen-xiao", DESK)
    page.goto(f"{base}/desk/assist")
    page.locator("input[name=phone]").first.fill("10000000078")
    page.locator("form[action='/desk/assist/search'] button").click()
    for number in range(2):
        page.locator("input[name=verified]").nth(number).check(force=True)
    page.locator("form[action='/desk/assist/begin'] button").first.click()
    return page


if __name__ == "__main__":
    sys.exit(main())
