"""A young resident whose phone speaks English: books, moves, cancels; the page never falls back to Chinese words."""

from playwright.async_api import expect

from tests.journeys.conftest import Walk


async def test_a_young_resident_books_moves_and_cancels_in_english(walk: Walk) -> None:
    page = await walk(persona="wang-min", locale="en-GB")
    await page.goto("/")
    await page.get_by_role("button", name="EN", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("What would you like to do?")
    await page.locator("input[type=search]").fill("passport")
    await page.get_by_role("button", name="Search").click()
    await page.locator("main a[href^='/services/']").first.click()
    await page.locator("a[href^='/appointments/new']").first.click()
    await page.locator("main a[href*='hall=']").first.click()
    await page.locator("label.choice").first.click()
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_role("button", name="Book this place").click()
    await expect(page.locator("main")).to_contain_text("Your place is booked")

    await page.locator("a[href$='/reschedule']").first.click()
    await page.locator("nav.choices a").last.click()  # of today only a time or two may be left
    await page.locator("label.choice").first.click()
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_role("button", name="Change to this time").click()
    await expect(page.locator("main")).to_contain_text("Your place is booked")

    await page.locator("a[href$='/cancellation']").first.click()
    await page.get_by_role("button", name="Yes, I am not going").click()
    await expect(page.locator("main")).to_contain_text("You cancelled this appointment.")
